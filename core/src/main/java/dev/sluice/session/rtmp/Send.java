package dev.sluice.session.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * Bytes for the peer: whole messages on chunk streams 2 and 3, or a part of the handshake, so that
 * ready-made messages of other chunk streams may stand before and after.
 *
 * @param bytes owned by the caller
 */
public record Send(ByteBuf bytes) implements ServerOutput, ClientOutput {}
