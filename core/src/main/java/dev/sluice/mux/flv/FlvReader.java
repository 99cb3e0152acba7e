package dev.sluice.mux.flv;

import static java.util.Objects.requireNonNull;

import dev.sluice.wire.flv.FlvHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads an FLV byte stream that comes in pieces. Each tag body is gathered in a buffer of its own,
 * which grows with what has arrived, not with what was announced.
 */
public final class FlvReader implements AutoCloseable {
  /** Tag size of the tag before, which stands in front of each tag header. */
  private static final int TAG_START_SIZE = FlvTagHeader.TRAILER_SIZE + FlvTagHeader.SIZE;

  private static final int FIRST_BODY_BYTES = 65_536;

  private final FlvDemuxer demuxer;
  private final ByteBufAllocator allocator;

  /** Where the file header, or what stands before a body, is gathered when it comes in parts. */
  private final ByteBuf start;

  private boolean fileHeaderRead;

  /** The tag whose body is gathered at the moment; both null in between. */
  private @Nullable FlvTagHeader tag;

  private @Nullable ByteBuf body;

  /** Reads into {@code demuxer}; {@link #close} gives up what has not become a tag. */
  public FlvReader(FlvDemuxer demuxer, ByteBufAllocator allocator) {
    this.demuxer = demuxer;
    this.allocator = allocator;
    this.start = allocator.buffer(TAG_START_SIZE);
  }

  /**
   * Takes the next bytes, all of them.
   *
   * @param bytes borrowed; copied
   * @throws dev.sluice.wire.MalformedException when this is no FLV, or as {@link FlvDemuxer#tag}
   * @throws dev.sluice.wire.UnsupportedException when a tag is encrypted
   */
  public void feed(ByteBuf bytes) {
    while (step(bytes)) {}
  }

  @Override
  public void close() {
    start.release();
    if (body != null) {
      body.release();
      body = null;
    }
  }

  private boolean step(ByteBuf bytes) {
    if (!fileHeaderRead) {
      return readFileHeader(bytes);
    }
    FlvTagHeader header = tag;
    ByteBuf gathered = body;
    if (header == null || gathered == null) {
      return readTagStart(bytes);
    }
    if (!gather(gathered, bytes, header.bodySize())) {
      return false;
    }
    tag = null;
    body = null;
    try {
      demuxer.tag(header.type(), header.timestampMs(), gathered);
    } finally {
      gathered.release();
    }
    return true;
  }

  /** The header says its own length, so it is tried anew with every byte past the ninth. */
  private boolean readFileHeader(ByteBuf bytes) {
    if (!gather(start, bytes, Math.max(FlvHeader.SIZE, start.readableBytes() + 1))) {
      return false;
    }
    if (FlvHeader.read(start) != null) {
      start.clear();
      fileHeaderRead = true;
    }
    return true;
  }

  /** Reads it where it is when all of it is there, as mostly it is. */
  private boolean readTagStart(ByteBuf bytes) {
    ByteBuf in = bytes;
    if (start.isReadable() || bytes.readableBytes() < TAG_START_SIZE) {
      if (!gather(start, bytes, TAG_START_SIZE)) {
        return false;
      }
      in = start;
    }
    in.skipBytes(FlvTagHeader.TRAILER_SIZE); // wrong in many files, and not needed
    FlvTagHeader header = requireNonNull(FlvTagHeader.read(in));
    start.clear();
    tag = header;
    body = allocator.buffer(Math.min(header.bodySize(), FIRST_BODY_BYTES));
    return true;
  }

  private static boolean gather(ByteBuf part, ByteBuf bytes, int size) {
    int missing = size - part.readableBytes();
    part.writeBytes(bytes, Math.min(missing, bytes.readableBytes()));
    return part.readableBytes() == size;
  }
}
