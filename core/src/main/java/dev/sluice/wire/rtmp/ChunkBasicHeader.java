package dev.sluice.wire.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * First one, two or three bytes of every chunk (RTMP 1.0, section 5.3.1.1).
 *
 * @param format message header format ("fmt"), 0 to 3
 * @param chunkStreamId 2 to 65599; 2 carries protocol control messages
 */
public record ChunkBasicHeader(int format, int chunkStreamId) {
  /** Highest chunk stream ID of the one-byte form. */
  static final int MAX_ONE_BYTE_ID = 63;

  /** Highest chunk stream ID of the two-byte form. */
  static final int MAX_TWO_BYTE_ID = 319;

  static final int MAX_ID = 65_599;

  public ChunkBasicHeader {
    checkRange("format", format, 0, 3);
    checkRange("chunkStreamId", chunkStreamId, 2, MAX_ID);
  }

  /** Bytes of a header that begins with {@code first}, 1 to 3. */
  static int sizeBytes(int first) {
    return switch (first & 0x3F) {
      case 0 -> 2;
      case 1 -> 3;
      default -> 1;
    };
  }

  /** The chunk stream ID of the header that stands whole at {@code index}. */
  static int chunkStreamId(ByteBuf in, int index) {
    int id = in.getByte(index) & 0x3F;
    return switch (id) {
      case 0 -> 64 + in.getUnsignedByte(index + 1);
      case 1 -> 64 + in.getUnsignedShortLE(index + 1); // little-endian, unlike the rest
      default -> id;
    };
  }

  /** Reads one header; returns null and consumes nothing when {@code in} ends too early. */
  public static @Nullable ChunkBasicHeader read(ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    int start = in.readerIndex();
    int first = in.getUnsignedByte(start);
    int sizeBytes = sizeBytes(first);
    if (in.readableBytes() < sizeBytes) {
      return null;
    }
    in.skipBytes(sizeBytes);
    return new ChunkBasicHeader(first >> 6, chunkStreamId(in, start));
  }

  /** Appends the shortest form. */
  public void write(ByteBuf out) {
    if (chunkStreamId <= MAX_ONE_BYTE_ID) {
      out.writeByte(format << 6 | chunkStreamId);
    } else if (chunkStreamId <= MAX_TWO_BYTE_ID) {
      out.writeByte(format << 6).writeByte(chunkStreamId - 64);
    } else {
      out.writeByte(format << 6 | 1).writeShortLE(chunkStreamId - 64);
    }
  }
}
