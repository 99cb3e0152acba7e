package dev.sluice.session.rtmp;

import dev.sluice.wire.rtmp.Handshake;
import io.netty.buffer.ByteBuf;
import java.util.random.RandomGenerator;

/** The server's half of the handshake; thrown away after it. */
final class ServerHandshake {
  /** RTMPE and its kin end here; a record of TLS begins with 22. */
  private static final int MAX_KNOWN_VERSION = 9;

  private final RandomGenerator random;
  private byte[] c1 = new byte[0];
  private boolean versionSeen;
  private int received;

  ServerHandshake(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Reads as much as belongs to the handshake; true when it is over.
   *
   * @throws dev.sluice.wire.MalformedException for a wrong version
   * @throws dev.sluice.wire.UnsupportedException for another protocol
   */
  boolean receive(ByteBuf in, RtmpConnection connection, long nowNs) {
    if (!versionSeen && in.isReadable()) {
      int version = in.readUnsignedByte();
      if (version > Handshake.VERSION && version <= MAX_KNOWN_VERSION) {
        // "I speak 3": a client of another version may go on from there, none known does.
        connection.sendHandshake("S0", new byte[] {Handshake.VERSION});
      }
      Handshake.checkVersion(version);
      versionSeen = true;
      c1 = new byte[Handshake.BLOCK_BYTES];
    }
    if (received < Handshake.BLOCK_BYTES) {
      int length = Math.min(in.readableBytes(), Handshake.BLOCK_BYTES - received);
      in.readBytes(c1, received, length);
      received += length;
      if (received < Handshake.BLOCK_BYTES) {
        return false;
      }
      connection.handshakeReceived("C0 C1");
      int timeMs = (int) (nowNs / 1_000_000);
      connection.sendHandshake("S0 S1 S2", Handshake.serverAnswer(c1, timeMs, random));
      c1 = new byte[0];
    }
    int c2 = Math.min(in.readableBytes(), 2 * Handshake.BLOCK_BYTES - received);
    in.skipBytes(c2); // never verified: clients fill it in all kinds of ways
    received += c2;
    if (received < 2 * Handshake.BLOCK_BYTES) {
      return false;
    }
    connection.handshakeReceived("C2");
    return true;
  }
}
