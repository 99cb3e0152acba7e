package dev.sluice.wire.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * A message put together from its chunks, not looked into.
 *
 * @param chunkStreamId on which it came
 * @param messageStreamId 0 for the connection itself
 * @param type see {@link MessageType}
 * @param timestampMs milliseconds, 32 bits without sign
 * @param body whoever holds the message owns one reference
 */
public record RawMessage(
    int chunkStreamId, int messageStreamId, int type, int timestampMs, ByteBuf body) {}
