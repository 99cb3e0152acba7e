package dev.sluice.wire;

/** Writes the bit syntax of video headers, for tests. */
public final class BitsOut {
  private final StringBuilder bits = new StringBuilder();

  /** A number of {@code count} bits. */
  public BitsOut u(int count, long value) {
    for (int i = count - 1; i >= 0; i--) {
      bits.append(value >> i & 1);
    }
    return this;
  }

  /** A flag. */
  public BitsOut flag(boolean value) {
    return u(1, value ? 1 : 0);
  }

  /** An Exp-Golomb code without sign. */
  public BitsOut ue(long value) {
    int length = 64 - Long.numberOfLeadingZeros(value + 1);
    return u(length - 1, 0).u(length, value + 1);
  }

  /** An Exp-Golomb code with sign. */
  public BitsOut se(int value) {
    return ue(value > 0 ? 2L * value - 1 : -2L * value);
  }

  /** The bits and a stop bit, filled up with zeros. */
  public byte[] trailed() {
    return new BitsOut().append(this).u(1, 1).bytes();
  }

  /** The bits, filled up with zeros. */
  public byte[] bytes() {
    byte[] bytes = new byte[(bits.length() + 7) / 8];
    for (int i = 0; i < bits.length(); i++) {
      bytes[i / 8] |= (byte) ((bits.charAt(i) - '0') << 7 - i % 8);
    }
    return bytes;
  }

  /** The bits of another one. */
  public BitsOut append(BitsOut other) {
    bits.append(other.bits);
    return this;
  }

  /** Hexadecimal digits and these bits as they are. */
  public Bytes plain(String prefix) {
    return Bytes.ofHex(prefix + Bytes.of(bytes()));
  }

  /** A NAL unit of a header and these bits, with emulation prevention. */
  public Bytes nalUnit(int... header) {
    StringBuilder hex = new StringBuilder();
    for (int octet : header) {
      hex.append("%02x".formatted(octet));
    }
    int zeros = 0;
    for (byte octet : trailed()) {
      if (zeros >= 2 && octet >= 0 && octet <= 3) {
        hex.append("03");
        zeros = 0;
      }
      zeros = octet == 0 ? zeros + 1 : 0;
      hex.append("%02x".formatted(octet));
    }
    return Bytes.ofHex(hex.toString());
  }
}
