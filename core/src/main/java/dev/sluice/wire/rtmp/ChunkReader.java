package dev.sluice.wire.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages together from chunks (RTMP 1.0, section 5.3). Fed bytes in pieces of any size, it
 * copies each payload byte once, into a direct buffer that at the end has the message's size and
 * until then at most four times what has arrived of it.
 *
 * <p>Set Chunk Size and Abort take effect here and are handed out all the same. A chunk size of 1
 * to 2147483647 is accepted, as the specification says, although SRS refuses less than 128.
 *
 * <p>Where peers differ:
 *
 * <ul>
 *   <li>Some repeat the extended timestamp in chunks of format 3, some do not: four bytes that
 *       equal the last one on this chunk stream, or the message's own time, are taken for it.
 *   <li>A chunk stream may begin with format 1 (librtmp does), then its message stream ID is 0;
 *       formats 2 and 3 have nothing to build on and are refused.
 *   <li>Format 3 that begins a message repeats the time before it as a difference, also when that
 *       was absolute (as the specification says and ffmpeg writes), unless that was extended: a
 *       difference of five hours only means that the time stood still (librtmp).
 * </ul>
 *
 * <p>After an exception the reader can only be released.
 */
public final class ChunkReader {
  /** A buffer this small is allocated before the body's bytes have come. */
  private static final int EAGER_BYTES = 4096;

  private static final int GROWTH = 4;

  /** Basic header, message header and extended timestamp. */
  private static final int MAX_HEADER_BYTES = 3 + 11 + ChunkMessageHeader.EXTENDED_BYTES;

  private static final int NEED_MORE = -1;
  private static final int NO_STREAMS = 4;

  private final ByteBufAllocator allocator;
  private final SharedMemory shared;
  private ChunkLimits limits;
  private ChunkStream[] streams = new ChunkStream[NO_STREAMS];
  private int streamCount;
  private int chunkSize = ChunkWriter.INITIAL_CHUNK_SIZE;
  private long reassemblyBytes;

  /** Of those, what was taken from the memory that connections share. */
  private long sharedBytes;

  /** The chunk stream whose chunk is being read, null between chunks. */
  private @Nullable ChunkStream current;

  /** Bytes of the current chunk that have not come yet. */
  private int chunkLeft;

  /** The beginning of a chunk header that the last piece ended in. */
  private @Nullable ByteBuf carry;

  /** What has to be known of a chunk stream between its chunks. */
  private static final class ChunkStream {
    final int id;
    int timestampMs;
    int bodyBytes;
    int type;
    int messageStreamId;

    /** Time of the last header, absolute or a difference. */
    int time;

    boolean absolute;
    boolean extended;

    /** The message being put together, null between messages. */
    @Nullable ByteBuf body;

    ChunkStream(int id) {
      this.id = id;
    }
  }

  /** A reader whose memory is its own affair. */
  public ChunkReader(ChunkLimits limits, ByteBufAllocator allocator) {
    this(limits, SharedMemory.UNLIMITED, allocator);
  }

  /** A reader that asks {@code shared} for what it holds past {@link SharedMemory#OWN_BYTES}. */
  public ChunkReader(ChunkLimits limits, SharedMemory shared, ByteBufAllocator allocator) {
    this.limits = limits;
    this.shared = shared;
    this.allocator = allocator;
  }

  /** Sets other limits, for the messages that begin from now on. */
  public void limits(ChunkLimits limits) {
    this.limits = limits;
  }

  /** Size of the peer's chunks, bytes. */
  public int chunkSize() {
    return chunkSize;
  }

  /** Bytes held for messages that are not complete yet. */
  public long reassemblyBytes() {
    return reassemblyBytes;
  }

  /** Chunk streams seen so far. */
  public int chunkStreams() {
    return streamCount;
  }

  /**
   * Takes the next message from {@code in} and what came before it. Returns null when another piece
   * is needed; then all of {@code in} is consumed. Call it again until it returns null.
   *
   * @return the body is owned by the caller
   * @throws MalformedException when the chunks cannot be right or pass a limit
   * @throws UnsupportedException when the memory that connections share is used up
   */
  public @Nullable RawMessage read(ByteBuf in) {
    ByteBuf rest = carry;
    while (rest != null) {
      RawMessage message = readWhole(rest);
      if (message != null) {
        return message;
      }
      if (!rest.isReadable()) {
        rest = carry = null;
      } else if (in.isReadable()) {
        rest.discardReadBytes().writeByte(in.readByte());
      } else {
        return null;
      }
    }
    RawMessage message = readWhole(in);
    if (message == null && in.isReadable()) {
      carry = Unpooled.wrappedBuffer(new byte[MAX_HEADER_BYTES]).clear().writeBytes(in);
    }
    return message;
  }

  /** Gives up what an idle connection does not need. */
  public void trim() {
    if (streamCount < streams.length) {
      streams = Arrays.copyOf(streams, streamCount);
    }
  }

  /** Releases the messages that are not complete. */
  public void release() {
    for (int i = 0; i < streamCount; i++) {
      abort(streams[i]);
    }
    streamCount = 0;
    current = null;
    carry = null;
  }

  /** Reads until a message is complete or the rest of {@code in} is no whole header. */
  private @Nullable RawMessage readWhole(ByteBuf in) {
    while (true) {
      ChunkStream stream = current;
      if (stream == null) {
        int headerBytes = headerBytes(in);
        if (headerBytes == NEED_MORE) {
          return null;
        }
        stream = readHeader(in, headerBytes);
        current = stream;
      }
      ByteBuf body = append(stream, in);
      if (body.writerIndex() == stream.bodyBytes) {
        return complete(stream, body);
      }
      if (chunkLeft > 0) {
        return null;
      }
      current = null;
    }
  }

  /** Bytes of the chunk header that {@code in} begins with. */
  private int headerBytes(ByteBuf in) {
    int readable = in.readableBytes();
    if (readable == 0) {
      return NEED_MORE;
    }
    int start = in.readerIndex();
    int first = in.getUnsignedByte(start);
    int basicBytes = ChunkBasicHeader.sizeBytes(first);
    int format = first >> 6;
    int headerBytes = basicBytes + ChunkMessageHeader.sizeBytes(format);
    if (readable < headerBytes) {
      return NEED_MORE;
    }
    if (format < 3) {
      if (in.getUnsignedMedium(start + basicBytes) == ChunkMessageHeader.EXTENDED_TIME) {
        headerBytes += ChunkMessageHeader.EXTENDED_BYTES;
      }
      return readable < headerBytes ? NEED_MORE : headerBytes;
    }
    ChunkStream stream = find(ChunkBasicHeader.chunkStreamId(in, start));
    return stream != null && stream.extended
        ? repeatedTime(stream, in, start + headerBytes, readable - headerBytes, headerBytes)
        : headerBytes;
  }

  /** Whether the extended timestamp stands at {@code index} again, decided as early as possible. */
  private static int repeatedTime(
      ChunkStream stream, ByteBuf in, int index, int readable, int headerBytes) {
    int length = Math.min(readable, ChunkMessageHeader.EXTENDED_BYTES);
    if (!startsWith(in, index, length, stream.time)
        && !startsWith(in, index, length, stream.timestampMs)) {
      return headerBytes;
    }
    return length < ChunkMessageHeader.EXTENDED_BYTES ? NEED_MORE : headerBytes + length;
  }

  private static boolean startsWith(ByteBuf in, int index, int length, int value) {
    for (int i = 0; i < length; i++) {
      if (in.getByte(index + i) != (byte) (value >>> (24 - 8 * i))) {
        return false;
      }
    }
    return true;
  }

  private ChunkStream readHeader(ByteBuf in, int headerBytes) {
    int start = in.readerIndex();
    int first = in.getUnsignedByte(start);
    int format = first >> 6;
    int id = ChunkBasicHeader.chunkStreamId(in, start);
    ChunkStream stream = find(id);
    if (stream == null) {
      if (format > 1) {
        throw new MalformedException(
            "chunk stream %d begins with format %d, allowed are 0 and 1".formatted(id, format));
      }
      stream = add(id);
    }
    in.skipBytes(headerBytes);
    if (stream.body == null) {
      beginMessage(stream, format, in, start + ChunkBasicHeader.sizeBytes(first));
    } else if (format != 3) {
      throw new MalformedException(
          "chunk of format %d inside a message of chunk stream %d, allowed is 3"
              .formatted(format, id));
    }
    int received = stream.body == null ? 0 : stream.body.writerIndex();
    chunkLeft = Math.min(stream.bodyBytes - received, chunkSize);
    return stream;
  }

  private void beginMessage(ChunkStream stream, int format, ByteBuf in, int index) {
    if (format < 3) {
      int time = in.getUnsignedMedium(index);
      stream.extended = time == ChunkMessageHeader.EXTENDED_TIME;
      stream.time =
          stream.extended ? in.getInt(index + ChunkMessageHeader.sizeBytes(format)) : time;
      stream.absolute = format == 0;
      if (format < 2) {
        stream.bodyBytes = in.getUnsignedMedium(index + 3);
        stream.type = in.getUnsignedByte(index + 6);
      }
      if (format == 0) {
        stream.messageStreamId = in.getIntLE(index + 7);
        stream.timestampMs = 0;
      }
      stream.timestampMs += stream.time;
    } else if (!(stream.absolute && stream.extended)) {
      stream.timestampMs += stream.time;
    }
    int allowed = MessageType.isMedia(stream.type) ? limits.mediaBytes() : limits.commandBytes();
    if (stream.bodyBytes > allowed) {
      throw new MalformedException(
          "message of type %d with %d bytes, allowed are %d"
              .formatted(stream.type, stream.bodyBytes, allowed));
    }
  }

  /** Moves what has come of the current chunk into the message. */
  private ByteBuf append(ChunkStream stream, ByteBuf in) {
    int length = Math.min(chunkLeft, in.readableBytes());
    ByteBuf body = stream.body;
    if (body == null) {
      int capacity = Math.min(stream.bodyBytes, Math.max(length, EAGER_BYTES));
      account(capacity);
      body = allocator.directBuffer(capacity, stream.bodyBytes);
      stream.body = body;
    } else if (body.capacity() - body.writerIndex() < length) {
      int wanted = Math.max(body.writerIndex() + length, GROWTH * body.capacity());
      int capacity = Math.min(stream.bodyBytes, wanted);
      account(capacity - body.capacity());
      body.capacity(capacity);
    }
    if (length > 0) {
      body.writeBytes(in, length);
      chunkLeft -= length;
    }
    return body;
  }

  private void account(int bytes) {
    if (reassemblyBytes + bytes > limits.reassemblyBytes()) {
      throw new MalformedException(
          "incomplete messages of %d bytes, allowed are %d"
              .formatted(reassemblyBytes + bytes, limits.reassemblyBytes()));
    }
    long wanted = reassemblyBytes + bytes - SharedMemory.OWN_BYTES - sharedBytes;
    if (wanted > 0) {
      if (!shared.take(wanted)) {
        throw new UnsupportedException(
            "incomplete messages of %d bytes, and all connections together have too many"
                .formatted(reassemblyBytes + bytes));
      }
      sharedBytes += wanted;
    }
    reassemblyBytes += bytes;
  }

  private void giveBack(int bytes) {
    reassemblyBytes -= bytes;
    long unneeded = sharedBytes - Math.max(0, reassemblyBytes - SharedMemory.OWN_BYTES);
    if (unneeded > 0) {
      sharedBytes -= unneeded;
      shared.giveBack(unneeded);
    }
  }

  private RawMessage complete(ChunkStream stream, ByteBuf body) {
    current = null;
    chunkLeft = 0;
    if (stream.type == MessageType.SET_CHUNK_SIZE) {
      chunkSize = SetChunkSize.read(body.duplicate()).chunkSize();
    } else if (stream.type == MessageType.ABORT) {
      ChunkStream aborted = find(Abort.read(body.duplicate()).chunkStreamId());
      if (aborted != null && aborted != stream) {
        abort(aborted);
      }
    }
    giveBack(body.capacity());
    stream.body = null;
    return new RawMessage(stream.id, stream.messageStreamId, stream.type, stream.timestampMs, body);
  }

  private void abort(ChunkStream stream) {
    ByteBuf body = stream.body;
    if (body != null) {
      stream.body = null;
      giveBack(body.capacity());
      body.release();
    }
  }

  private @Nullable ChunkStream find(int id) {
    for (int i = 0; i < streamCount; i++) {
      if (streams[i].id == id) {
        return streams[i];
      }
    }
    return null;
  }

  private ChunkStream add(int id) {
    if (streamCount == limits.chunkStreams()) {
      throw new MalformedException(
          "more than %d chunk streams on one connection".formatted(limits.chunkStreams()));
    }
    if (streamCount == streams.length) {
      streams = Arrays.copyOf(streams, Math.max(2 * streamCount, NO_STREAMS));
    }
    ChunkStream stream = new ChunkStream(id);
    streams[streamCount++] = stream;
    return stream;
  }
}
