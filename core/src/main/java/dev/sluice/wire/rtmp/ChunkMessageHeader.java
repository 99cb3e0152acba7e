package dev.sluice.wire.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What follows the basic header of a chunk: message header and extended timestamp (RTMP 1.0,
 * sections 5.3.1.2 and 5.3.1.3). {@link ChunkReader} and {@link ChunkWriter} work on the bytes
 * themselves; this record is the same syntax for everything that is not in a hurry.
 *
 * @param format 0 to 2; format 3 has no message header
 * @param time milliseconds, 32 bits without sign; absolute in format 0, else since the message
 *     before it on this chunk stream
 * @param bodyBytes 0 to 16777215; 0 in format 2, which does not say
 * @param type message type; 0 in format 2, which does not say
 * @param messageStreamId little-endian; 0 in formats 1 and 2, which do not say
 */
public record ChunkMessageHeader(
    int format, int time, int bodyBytes, int type, int messageStreamId) {
  /** In place of a time of this or more, which then follows in four bytes. */
  static final int EXTENDED_TIME = 0xFF_FFFF;

  static final int MAX_BODY_BYTES = 0xFF_FFFF;

  static final int EXTENDED_BYTES = 4;

  public ChunkMessageHeader {
    checkRange("format", format, 0, 2);
    checkRange("bodyBytes", bodyBytes, 0, MAX_BODY_BYTES);
    checkRange("type", type, 0, 0xFF);
  }

  /** Bytes of the message header of a format, without extended timestamp. */
  static int sizeBytes(int format) {
    return switch (format) {
      case 0 -> 11;
      case 1 -> 7;
      case 2 -> 3;
      default -> 0;
    };
  }

  /** Whether {@code time} takes the extended timestamp. */
  static boolean isExtended(int time) {
    return Integer.compareUnsigned(time, EXTENDED_TIME) >= 0;
  }

  /**
   * Reads the header of a chunk of {@code format} 0 to 2; returns null and consumes nothing when
   * {@code in} ends too early.
   */
  public static @Nullable ChunkMessageHeader read(int format, ByteBuf in) {
    int start = in.readerIndex();
    int sizeBytes = sizeBytes(format);
    if (in.readableBytes() < sizeBytes) {
      return null;
    }
    int time = in.getUnsignedMedium(start);
    if (time == EXTENDED_TIME) {
      if (in.readableBytes() < sizeBytes + EXTENDED_BYTES) {
        return null;
      }
      time = in.getInt(start + sizeBytes);
      sizeBytes += EXTENDED_BYTES;
    }
    in.skipBytes(sizeBytes);
    return new ChunkMessageHeader(
        format,
        time,
        format < 2 ? in.getUnsignedMedium(start + 3) : 0,
        format < 2 ? in.getUnsignedByte(start + 6) : 0,
        format < 1 ? in.getIntLE(start + 7) : 0);
  }

  /** Appends the header, with the extended timestamp where the time needs it. */
  public void write(ByteBuf out) {
    out.writeMedium(isExtended(time) ? EXTENDED_TIME : time);
    if (format < 2) {
      out.writeMedium(bodyBytes).writeByte(type);
    }
    if (format < 1) {
      out.writeIntLE(messageStreamId);
    }
    if (isExtended(time)) {
      out.writeInt(time);
    }
  }
}
