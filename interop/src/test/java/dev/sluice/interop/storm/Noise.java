package dev.sluice.interop.storm;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Bytes that are wrong. */
final class Noise {
  /** Values that lengths and counts are cut and compared by. */
  private static final int[] EDGES = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, 0x03, 0xC0, 0x40};

  private static final int MAX_CHANGES = 6;

  private Noise() {}

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * {@code bytes} with one to six changes: bits, values, parts left out, doubled, moved, put in.
   */
  static byte[] mutated(RandomGenerator random, byte[] bytes) {
    byte[] result = bytes.clone();
    int changes = 1 + random.nextInt(MAX_CHANGES);
    for (int i = 0; i < changes && result.length > 0; i++) {
      result = changed(random, result);
    }
    return result;
  }

  private static byte[] changed(RandomGenerator random, byte[] bytes) {
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> Arrays.fill(bytes, at, at + length, (byte) EDGES[random.nextInt(EDGES.length)]);
      case 3 -> {
        return spliced(bytes, at, at + length, new byte[0]);
      }
      case 4 -> {
        return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      }
      case 5 -> {
        return spliced(bytes, at, at, bytes(random, length));
      }
      default -> {
        return Arrays.copyOf(bytes, at);
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    var out = new ByteArrayOutputStream(bytes.length + middle.length);
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
