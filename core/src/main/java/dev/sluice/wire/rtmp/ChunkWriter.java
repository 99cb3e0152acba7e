package dev.sluice.wire.rtmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Writes messages as chunks of formats 0 and 3 only, so that every message stands for itself: bytes
 * that were written once can be sent to any connection of the same chunk size, between any other
 * messages. Format 3 repeats the extended timestamp, as the specification wants it.
 *
 * <p>Chunk stream IDs are 2 to 63 here; the longer forms are only ever read.
 */
public final class ChunkWriter {
  /** Chunk size of both directions until a Set Chunk Size says otherwise. */
  public static final int INITIAL_CHUNK_SIZE = 128;

  private static final int FORMAT_3 = 0xC0;
  private static final int FIRST_HEADER_BYTES = 12;

  private ChunkWriter() {}

  /**
   * Bytes that {@link #write} appends.
   *
   * @param timestampMs 32 bits without sign
   * @param bodyBytes head and payload together, up to 16777215
   */
  public static int size(int timestampMs, int bodyBytes, int chunkSize) {
    int continuations = bodyBytes == 0 ? 0 : (bodyBytes - 1) / chunkSize;
    int size = FIRST_HEADER_BYTES + bodyBytes + continuations;
    return ChunkMessageHeader.isExtended(timestampMs)
        ? size + ChunkMessageHeader.EXTENDED_BYTES * (1 + continuations)
        : size;
  }

  /** As the longer form, with a body in one piece. */
  public static void write(
      ByteBuf out,
      int chunkStreamId,
      int timestampMs,
      int type,
      int messageStreamId,
      int chunkSize,
      ByteBuf body) {
    write(
        out,
        chunkStreamId,
        timestampMs,
        type,
        messageStreamId,
        chunkSize,
        Unpooled.EMPTY_BUFFER,
        body);
  }

  /**
   * Appends one message whose body is {@code head} followed by {@code payload}. The readable bytes
   * of both are copied, their indexes stay as they are.
   *
   * @param chunkStreamId 2 to 63
   * @param timestampMs 32 bits without sign
   */
  public static void write(
      ByteBuf out,
      int chunkStreamId,
      int timestampMs,
      int type,
      int messageStreamId,
      int chunkSize,
      ByteBuf head,
      ByteBuf payload) {
    assert chunkStreamId >= 2 && chunkStreamId <= ChunkBasicHeader.MAX_ONE_BYTE_ID;
    int headBytes = head.readableBytes();
    int bodyBytes = headBytes + payload.readableBytes();
    if (bodyBytes > ChunkMessageHeader.MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "message of %d bytes, RTMP allows %d"
              .formatted(bodyBytes, ChunkMessageHeader.MAX_BODY_BYTES));
    }
    out.ensureWritable(size(timestampMs, bodyBytes, chunkSize));
    boolean extended = ChunkMessageHeader.isExtended(timestampMs);
    int time = extended ? ChunkMessageHeader.EXTENDED_TIME : timestampMs;
    // Twelve bytes as three words: basic header and time, length and type, message stream ID.
    out.writeInt(chunkStreamId << 24 | time);
    out.writeInt(bodyBytes << 8 | type);
    out.writeIntLE(messageStreamId);
    if (extended) {
      out.writeInt(timestampMs);
    }
    int first = Math.min(bodyBytes, chunkSize);
    copy(out, head, payload, 0, first, headBytes);
    for (int done = first; done < bodyBytes; ) {
      out.writeByte(FORMAT_3 | chunkStreamId);
      if (extended) {
        out.writeInt(timestampMs);
      }
      int length = Math.min(bodyBytes - done, chunkSize);
      copy(out, head, payload, done, length, headBytes);
      done += length;
    }
  }

  /** Appends {@code length} bytes of the body from {@code offset}, which may lie in both parts. */
  private static void copy(
      ByteBuf out, ByteBuf head, ByteBuf payload, int offset, int length, int headBytes) {
    int fromHead = Math.min(Math.max(headBytes - offset, 0), length);
    if (fromHead > 0) {
      out.writeBytes(head, head.readerIndex() + offset, fromHead);
    }
    if (length > fromHead) {
      int skipped = offset + fromHead - headBytes;
      out.writeBytes(payload, payload.readerIndex() + skipped, length - fromHead);
    }
  }
}
