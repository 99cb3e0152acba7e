package dev.sluice.session.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.rtmp.Handshake;
import io.netty.buffer.ByteBuf;
import java.util.random.RandomGenerator;

/**
 * The client's half of the handshake: a C1 with a digest, and C2 with one where S1 has one, else a
 * copy of S1. Thrown away after it.
 */
final class ClientHandshake {
  private final RandomGenerator random;
  private final byte[] hello = new byte[Handshake.HELLO_BYTES];
  private int received;

  ClientHandshake(RandomGenerator random) {
    this.random = random;
  }

  void begin(RtmpConnection connection, long nowNs) {
    connection.sendHandshake("C0 C1", Handshake.clientHello((int) (nowNs / 1_000_000), random));
  }

  /**
   * Reads as much as belongs to the handshake; true when it is over.
   *
   * @throws MalformedException when the server speaks another version
   */
  boolean receive(ByteBuf in, RtmpConnection connection) {
    if (received == 0 && in.isReadable()) {
      int version = in.getUnsignedByte(in.readerIndex());
      if (version != Handshake.VERSION) {
        throw new MalformedException("server speaks RTMP version %d, not 3".formatted(version));
      }
    }
    if (received < Handshake.HELLO_BYTES) {
      int length = Math.min(in.readableBytes(), Handshake.HELLO_BYTES - received);
      in.readBytes(hello, received, length);
      received += length;
      if (received < Handshake.HELLO_BYTES) {
        return false;
      }
      connection.handshakeReceived("S0 S1");
      byte[] s1 = new byte[Handshake.BLOCK_BYTES];
      System.arraycopy(hello, 1, s1, 0, s1.length);
      connection.sendHandshake("C2", Handshake.clientAnswer(s1, random));
    }
    int end = Handshake.HELLO_BYTES + Handshake.BLOCK_BYTES;
    int s2 = Math.min(in.readableBytes(), end - received);
    in.skipBytes(s2); // not verified, as C2 is not
    received += s2;
    if (received < end) {
      return false;
    }
    connection.handshakeReceived("S2");
    return true;
  }
}
