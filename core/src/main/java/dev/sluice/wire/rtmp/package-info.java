/**
 * RTMP handshake, chunks, messages and URLs as bytes and text: parsing and writing, nothing else.
 *
 * <p>Source: Adobe RTMP 1.0 (2012), sections 5 to 7; Enhanced RTMP v2 for what {@code connect} and
 * {@code onStatus} may carry beyond it. The digest handshake is not part of either and is described
 * at {@link dev.sluice.wire.rtmp.HandshakeDigest}. Big-endian, except the message stream ID and the
 * three-byte chunk stream ID.
 *
 * <p>Records are immutable. {@link dev.sluice.wire.rtmp.ChunkReader} is the one class with state:
 * it belongs to one connection and one thread, is fed bytes as they come and owns what it has
 * gathered until it hands it out or is released. No I/O, no threads, no clock. Time stamps are
 * milliseconds of 32 bits in an {@code int} without sign ({@link
 * java.lang.Integer#toUnsignedLong}).
 *
 * <p>Input that can never become valid throws {@link dev.sluice.wire.MalformedException}, valid
 * input that is not handled {@link dev.sluice.wire.UnsupportedException}.
 */
@NullMarked
package dev.sluice.wire.rtmp;

import org.jspecify.annotations.NullMarked;
