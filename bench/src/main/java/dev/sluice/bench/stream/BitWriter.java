package dev.sluice.bench.stream;

import java.io.ByteArrayOutputStream;

/** Bits of an H.264 syntax structure, most significant first. */
final class BitWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int partial;
  private int bits;

  /** u(n): the low {@code count} bits of {@code value}. */
  BitWriter u(int count, long value) {
    for (int i = count - 1; i >= 0; i--) {
      partial = partial << 1 | (int) (value >> i & 1);
      if (++bits == 8) {
        bytes.write(partial);
        partial = 0;
        bits = 0;
      }
    }
    return this;
  }

  /** ue(v): unsigned Exp-Golomb (9.1). */
  BitWriter ue(int value) {
    int code = value + 1;
    int length = 32 - Integer.numberOfLeadingZeros(code);
    return u(length - 1, 0).u(length, code);
  }

  /** rbsp_trailing_bits, then the NAL unit: header byte and emulation prevention (7.4.1). */
  byte[] toNalUnit(int header) {
    u(1, 1);
    while (bits != 0) {
      u(1, 0);
    }
    var nal = new ByteArrayOutputStream();
    nal.write(header);
    int zeros = 0;
    for (byte each : bytes.toByteArray()) {
      if (zeros == 2 && (each & 0xFF) <= 3) {
        nal.write(3); // emulation_prevention_three_byte
        zeros = 0;
      }
      nal.write(each);
      zeros = each == 0 ? zeros + 1 : 0;
    }
    return nal.toByteArray();
  }
}
