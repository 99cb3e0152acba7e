package dev.sluice.wire.aac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stands before each element of LATM in an AudioSyncStream (LOAS; section 1.7.2, table 1.36).
 *
 * @param length audioMuxLengthBytes: bytes of the element behind it
 */
public record LoasHeader(int length) {
  /** Bytes. */
  public static final int SIZE = 3;

  /** Most bytes of an element. */
  public static final int MAX_LENGTH = 0x1FFF;

  public LoasHeader {
    checkRange("length", length, 0, MAX_LENGTH);
  }

  /**
   * Whether a header can begin with these two bytes.
   *
   * @param first16 the two bytes as a number
   */
  public static boolean isSync(int first16) {
    return first16 >> 5 == 0x2B7;
  }

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when it does not begin with the syncword
   */
  public static @Nullable LoasHeader read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    int value = in.getUnsignedMedium(in.readerIndex());
    if (!isSync(value >> 8)) {
      throw new MalformedException(
          "LOAS: syncword is 0x%X, allowed is 0x2B7".formatted(value >> 13));
    }
    in.skipBytes(SIZE);
    return new LoasHeader(value & MAX_LENGTH);
  }

  /** Appends {@link #SIZE} bytes. */
  public void write(ByteBuf out) {
    out.writeMedium(0x2B7 << 13 | length);
  }
}
