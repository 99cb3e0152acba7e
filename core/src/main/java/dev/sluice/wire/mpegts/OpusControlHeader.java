package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stands before each Opus packet in a PES packet (opus_control_header of the registration of
 * Opus).
 *
 * @param startTrim samples of 48 kHz to be dropped at its start, 0 to 8191; 0 where nothing is said
 * @param endTrim samples of 48 kHz to be dropped at its end, 0 to 8191; 0 where nothing is said
 * @param packetSize bytes of the Opus packet that follows
 */
public record OpusControlHeader(int startTrim, int endTrim, int packetSize) {
  /** Bytes of an Opus packet that are taken: 48 frames of 1275 bytes, and their lengths. */
  public static final int MAX_PACKET_SIZE = 61_440;

  private static final int PREFIX = 0x3FF; // 11 bits
  private static final int MAX_TRIM = 8_191;

  public OpusControlHeader {
    checkRange("startTrim", startTrim, 0, MAX_TRIM);
    checkRange("endTrim", endTrim, 0, MAX_TRIM);
    checkRange("packetSize", packetSize, 0, MAX_PACKET_SIZE);
  }

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when it does not begin with its 11 bits, or announces more than
   *     {@link #MAX_PACKET_SIZE} bytes
   */
  public static @Nullable OpusControlHeader read(ByteBuf in) {
    if (in.readableBytes() < 3) {
      return null;
    }
    int at = in.readerIndex();
    int end = in.writerIndex();
    int flags = in.getUnsignedShort(at);
    at += 2;
    if (flags >> 5 != PREFIX) {
      throw new MalformedException(
          "Opus control header begins with 0x%03X, must be 0x3FF".formatted(flags >> 5));
    }
    int size = 0;
    int octet = 0xFF;
    while (octet == 0xFF) {
      if (at == end) {
        return null;
      }
      octet = in.getUnsignedByte(at++);
      size += octet;
      if (size > MAX_PACKET_SIZE) {
        throw new MalformedException(
            "Opus packet of more than %d bytes in a TS".formatted(MAX_PACKET_SIZE));
      }
    }
    boolean hasStartTrim = (flags & 0x10) != 0;
    boolean hasEndTrim = (flags & 0x08) != 0;
    boolean hasExtension = (flags & 0x04) != 0;
    if (end - at < (hasStartTrim ? 2 : 0) + (hasEndTrim ? 2 : 0) + (hasExtension ? 1 : 0)) {
      return null;
    }
    int startTrim = hasStartTrim ? in.getUnsignedShort(at) & MAX_TRIM : 0;
    at += hasStartTrim ? 2 : 0;
    int endTrim = hasEndTrim ? in.getUnsignedShort(at) & MAX_TRIM : 0;
    at += hasEndTrim ? 2 : 0;
    if (hasExtension) {
      int extension = in.getUnsignedByte(at++);
      if (end - at < extension) {
        return null;
      }
      at += extension;
    }
    in.readerIndex(at);
    return new OpusControlHeader(startTrim, endTrim, size);
  }

  /** Appends the header; {@link #size} bytes. */
  public void write(ByteBuf out) {
    out.writeShort(PREFIX << 5 | (startTrim > 0 ? 0x10 : 0) | (endTrim > 0 ? 0x08 : 0));
    int left = packetSize;
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

  /** Bytes that {@link #write} adds. */
  public int size() {
    return 3 + packetSize / 0xFF + (startTrim > 0 ? 2 : 0) + (endTrim > 0 ? 2 : 0);
  }
}
