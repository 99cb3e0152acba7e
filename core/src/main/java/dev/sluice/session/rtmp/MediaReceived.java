package dev.sluice.session.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * A message of media or metadata; aggregates come apart, AMF3 data comes as AMF0.
 *
 * @param type 8 audio, 9 video, 18 data
 * @param timestampMs milliseconds, 32 bits without sign; wraps where the sender's does, at 31 or 32
 *     bits
 * @param body FLV tag body, or a handler's name (with {@code @setDataFrame} before it where the
 *     sender wrote that) and its arguments; owned by the caller
 */
public record MediaReceived(int type, int timestampMs, ByteBuf body)
    implements ServerOutput, ClientOutput {}
