package dev.sluice.wire.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.rtmp.HandshakeDigest.Scheme;
import dev.sluice.wire.rtmp.HandshakeDigest.Side;
import java.util.random.RandomGenerator;

/**
 * What client and server say before the first chunk (RTMP 1.0, section 5.2): one byte of version
 * (C0, S0), a block of 1536 bytes (C1, S1) and an answer to the other's block (C2, S2). The answers
 * are 1536 bytes too and nobody checks C2.
 *
 * <p>A C1 with a digest gets S1 and S2 with digests of the same scheme, any other one the simple
 * handshake, where the answer is a copy.
 */
public final class Handshake {
  /** The only version there is. */
  public static final int VERSION = 3;

  /** Size of C1, S1, C2 and S2. */
  public static final int BLOCK_BYTES = 1536;

  /** Size of C0 and C1, and of S0 and S1. */
  public static final int HELLO_BYTES = 1 + BLOCK_BYTES;

  private static final int RTMPE_VERSION = 6;
  private static final int SERVER_VERSION = 0x0100_0504;
  private static final int CLIENT_VERSION = 0x8000_0702;

  private Handshake() {}

  /**
   * Checks the first byte of a client.
   *
   * @throws UnsupportedException for other protocols that are recognised
   * @throws MalformedException for anything else
   */
  public static void checkVersion(int c0) {
    switch (c0) {
      case VERSION -> {}
      case RTMPE_VERSION, RTMPE_VERSION + 2 ->
          throw new UnsupportedException(
              "RTMPE (version %d) is not supported; use rtmp:// or rtmps://".formatted(c0));
      case 0x16 -> throw new UnsupportedException("TLS on a port for plain RTMP");
      case 'G', 'P', 'H', 'O' ->
          throw new UnsupportedException("HTTP request on a port for RTMP; RTMPT is not supported");
      default -> throw new MalformedException("RTMP version %d, allowed is 3".formatted(c0));
    }
  }

  /**
   * S0, S1 and S2 in answer to C1.
   *
   * @param c1 1536 bytes
   * @param timeMs of the server, from any beginning
   */
  public static byte[] serverAnswer(byte[] c1, int timeMs, RandomGenerator random) {
    Scheme scheme = HandshakeDigest.find(c1, Side.CLIENT);
    byte[] answer = new byte[1 + 2 * BLOCK_BYTES];
    answer[0] = VERSION;
    if (scheme == null) {
      // A version of 0 tells the client that this is the simple handshake.
      System.arraycopy(block(timeMs, 0, random), 0, answer, 1, BLOCK_BYTES);
      System.arraycopy(c1, 0, answer, HELLO_BYTES, BLOCK_BYTES);
      return answer;
    }
    byte[] s1 = block(timeMs, SERVER_VERSION, random);
    HandshakeDigest.seal(s1, scheme, Side.SERVER);
    byte[] s2 = new byte[BLOCK_BYTES];
    random.nextBytes(s2);
    HandshakeDigest.sealAnswer(s2, Side.SERVER, c1, scheme);
    System.arraycopy(s1, 0, answer, 1, BLOCK_BYTES);
    System.arraycopy(s2, 0, answer, HELLO_BYTES, BLOCK_BYTES);
    return answer;
  }

  /**
   * C0 and C1 with a digest of scheme 1.
   *
   * @param timeMs of the client, from any beginning
   */
  public static byte[] clientHello(int timeMs, RandomGenerator random) {
    byte[] c1 = block(timeMs, CLIENT_VERSION, random);
    HandshakeDigest.seal(c1, Scheme.DIGEST_FIRST, Side.CLIENT);
    byte[] hello = new byte[HELLO_BYTES];
    hello[0] = VERSION;
    System.arraycopy(c1, 0, hello, 1, BLOCK_BYTES);
    return hello;
  }

  /**
   * C2 in answer to S1: with a digest where S1 has one, else a copy.
   *
   * @param s1 1536 bytes
   */
  public static byte[] clientAnswer(byte[] s1, RandomGenerator random) {
    Scheme scheme = HandshakeDigest.find(s1, Side.SERVER);
    if (scheme == null) {
      return s1.clone();
    }
    byte[] c2 = new byte[BLOCK_BYTES];
    random.nextBytes(c2);
    HandshakeDigest.sealAnswer(c2, Side.CLIENT, s1, scheme);
    return c2;
  }

  private static byte[] block(int timeMs, int version, RandomGenerator random) {
    byte[] block = new byte[BLOCK_BYTES];
    random.nextBytes(block);
    putInt(block, 0, timeMs);
    putInt(block, 4, version);
    return block;
  }

  private static void putInt(byte[] block, int index, int value) {
    for (int i = 0; i < 4; i++) {
      block[index + i] = (byte) (value >>> (24 - 8 * i));
    }
  }
}
