package dev.sluice.wire.rtmp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The digests of the "complex" handshake, which no specification describes and without which Flash
 * Player showed no H.264.
 *
 * <p>C1 and S1 are 4 bytes of time, 4 bytes of version and two blocks of 764 bytes, one of which
 * hides a key and one a digest: HMAC-SHA256 over the other 1504 bytes of the 1536. Where the digest
 * is hidden is told by the first four bytes of its block. Which block comes first is the scheme. C2
 * and S2 end in an HMAC that is keyed by the digest they answer.
 */
final class HandshakeDigest {
  static final int DIGEST_BYTES = 32;

  /** What both constants end in. */
  private static final byte[] COMMON_KEY =
      HexFormat.of().parseHex("F0EEC24A8068BEE82E00D0D1029E7E576EEC5D2D29806FAB93B8E636CFEB31AE");

  private static final int KEY_BLOCK_BYTES = 764;
  private static final int HEADER_BYTES = 8;

  /** 764 bytes without the 4 of the offset and the 32 of the digest. */
  private static final int DIGEST_PLACES = 728;

  /** Which block comes first. */
  enum Scheme {
    /** "Scheme 0". */
    KEY_FIRST(HEADER_BYTES + KEY_BLOCK_BYTES),
    /** "Scheme 1". */
    DIGEST_FIRST(HEADER_BYTES);

    private final int digestBlock;

    Scheme(int digestBlock) {
      this.digestBlock = digestBlock;
    }

    /** Where the digest of C1 or S1 begins. */
    int digestIndex(byte[] block) {
      int sum = 0;
      for (int i = 0; i < 4; i++) {
        sum += block[digestBlock + i] & 0xFF;
      }
      return digestBlock + 4 + sum % DIGEST_PLACES;
    }
  }

  /** Whose constant is the key. */
  enum Side {
    CLIENT("Genuine Adobe Flash Player 001"),
    SERVER("Genuine Adobe Flash Media Server 001");

    private final String constant;

    Side(String constant) {
      this.constant = constant;
    }

    /** Key of the digest in C1 or S1. */
    private byte[] shortKey() {
      return constant.getBytes(StandardCharsets.US_ASCII);
    }

    /** Key of the key of C2 or S2. */
    private byte[] fullKey() {
      byte[] shortKey = shortKey();
      byte[] fullKey = Arrays.copyOf(shortKey, shortKey.length + COMMON_KEY.length);
      System.arraycopy(COMMON_KEY, 0, fullKey, shortKey.length, COMMON_KEY.length);
      return fullKey;
    }
  }

  private HandshakeDigest() {}

  /** The scheme by which {@code block} (1536 bytes) holds a right digest of {@code side}. */
  static @Nullable Scheme find(byte[] block, Side side) {
    for (Scheme scheme : Scheme.values()) {
      int index = scheme.digestIndex(block);
      byte[] expected = digest(block, index, side);
      if (Arrays.equals(expected, 0, DIGEST_BYTES, block, index, index + DIGEST_BYTES)) {
        return scheme;
      }
    }
    return null;
  }

  /** Writes the digest into C1 or S1. */
  static void seal(byte[] block, Scheme scheme, Side side) {
    int index = scheme.digestIndex(block);
    System.arraycopy(digest(block, index, side), 0, block, index, DIGEST_BYTES);
  }

  /** Writes the end of C2 or S2, which answers C1 or S1. */
  static void sealAnswer(byte[] answer, Side side, byte[] answered, Scheme scheme) {
    int index = scheme.digestIndex(answered);
    byte[] key = hmac(side.fullKey(), answered, index, DIGEST_BYTES, 0, 0);
    int end = Handshake.BLOCK_BYTES - DIGEST_BYTES;
    System.arraycopy(hmac(key, answer, 0, end, 0, 0), 0, answer, end, DIGEST_BYTES);
  }

  private static byte[] digest(byte[] block, int index, Side side) {
    int after = index + DIGEST_BYTES;
    return hmac(side.shortKey(), block, 0, index, after, Handshake.BLOCK_BYTES - after);
  }

  /** HMAC-SHA256 over two parts of {@code data}. */
  private static byte[] hmac(
      byte[] key, byte[] data, int first, int firstBytes, int second, int secondBytes) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(data, first, firstBytes);
      mac.update(data, second, secondBytes);
      return mac.doFinal();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has HmacSHA256", missing);
    }
  }
}
