package dev.sluice.wire.opus;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stands before each Opus packet in MPEG-TS (ETSI TS Opus, opus_control_header). A control
 * extension is passed over.
 *
 * @param payloadSize bytes of the packet behind it
 * @param startTrim samples at 48 kHz to be thrown away at its beginning, 0 to 8 191
 * @param endTrim samples to be thrown away at its end, 0 to 8 191
 */
public record OpusControlHeader(int payloadSize, int startTrim, int endTrim) {
  /** Bytes of a packet: eight streams of 120 ms, of 1 275 bytes for each 20 ms, have fewer. */
  public static final int MAX_PAYLOAD_SIZE = 65_535;

  private static final int MAX_TRIM = 0x1FFF;
  private static final int PREFIX = 0x3FF;
  private static final int START_TRIM = 0x10;
  private static final int END_TRIM = 0x08;
  private static final int EXTENSION = 0x04;

  public OpusControlHeader {
    checkRange("payloadSize", payloadSize, 0, MAX_PAYLOAD_SIZE);
    checkRange("startTrim", startTrim, 0, MAX_TRIM);
    checkRange("endTrim", endTrim, 0, MAX_TRIM);
  }

  /**
   * Whether a header can begin with these two bytes: the prefix of 11 bits.
   *
   * @param first16 the two bytes as a number
   */
  public static boolean isSync(int first16) {
    return first16 >> 5 == PREFIX;
  }

  /**
   * Reads one header. Returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when it is no header, or the packet is larger than is allowed
   */
  public static @Nullable OpusControlHeader read(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    if (end - at < 2) {
      return null;
    }
    int first = in.getUnsignedShort(at);
    if (!isSync(first)) {
      throw new MalformedException(
          "opus_control_header: prefix is 0x%X, allowed is 0x3FF".formatted(first >> 5));
    }
    at += 2;
    int size = 0;
    int octet;
    do {
      if (at == end) {
        return null;
      }
      octet = in.getUnsignedByte(at++); // payload_size
      size += octet;
      if (size > MAX_PAYLOAD_SIZE) {
        throw new MalformedException(
            "opus_control_header: payload_size is above " + MAX_PAYLOAD_SIZE);
      }
    } while (octet == 0xFF);
    int trims = ((first & START_TRIM) == 0 ? 0 : 2) + ((first & END_TRIM) == 0 ? 0 : 2);
    int extensionAt = at + trims;
    boolean extended = (first & EXTENSION) != 0;
    if (end - extensionAt < (extended ? 1 : 0)) {
      return null;
    }
    int behind = extended ? extensionAt + 1 + in.getUnsignedByte(extensionAt) : extensionAt;
    if (behind > end) {
      return null;
    }
    int startTrim = 0;
    if ((first & START_TRIM) != 0) {
      startTrim = in.getUnsignedShort(at) & MAX_TRIM;
      at += 2;
    }
    int endTrim = (first & END_TRIM) != 0 ? in.getUnsignedShort(at) & MAX_TRIM : 0;
    in.readerIndex(behind);
    return new OpusControlHeader(size, startTrim, endTrim);
  }

  /** Bytes that {@link #write} appends. */
  public int size() {
    return 3 + payloadSize / 0xFF + (startTrim > 0 ? 2 : 0) + (endTrim > 0 ? 2 : 0);
  }

  /** Appends {@link #size} bytes. */
  public void write(ByteBuf out) {
    out.writeShort(PREFIX << 5 | (startTrim > 0 ? START_TRIM : 0) | (endTrim > 0 ? END_TRIM : 0));
    int left = payloadSize;
    for (; left >= 0xFF; left -= 0xFF) {
      out.writeByte(0xFF);
    }
    out.writeByte(left);
    if (startTrim > 0) {
      out.writeShort(startTrim);
    }
    if (endTrim > 0) {
      out.writeShort(endTrim);
    }
  }
}
