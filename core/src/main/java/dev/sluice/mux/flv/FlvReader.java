package dev.sluice.mux.flv;

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

  /** What is gathered at the moment; replaced with every part. */
  private ByteBuf part;

  private boolean fileHeaderRead;
  private @Nullable FlvTagHeader tag;

  /** Reads into {@code demuxer}; {@link #close} gives up what has not become a tag. */
  public FlvReader(FlvDemuxer demuxer, ByteBufAllocator allocator) {
    this.demuxer = demuxer;
    this.allocator = allocator;
    this.part = allocator.buffer(TAG_START_SIZE);
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
    part.release();
  }

  private boolean step(ByteBuf bytes) {
    FlvTagHeader current = tag;
    if (!fileHeaderRead) {
      return readFileHeader(bytes);
    }
    if (current == null) {
      return readTagStart(bytes);
    }
    if (!gather(bytes, current.bodySize())) {
      return false;
    }
    ByteBuf body = part;
    part = allocator.buffer(TAG_START_SIZE);
    tag = null;
    try {
      demuxer.tag(current.type(), current.timestampMs(), body);
    } finally {
      body.release();
    }
    return true;
  }

  /** The header says its own length, so it is tried anew with every byte past the ninth. */
  private boolean readFileHeader(ByteBuf bytes) {
    if (!gather(bytes, Math.max(FlvHeader.SIZE, part.readableBytes() + 1))) {
      return false;
    }
    if (FlvHeader.read(part) != null) {
      part.clear();
      fileHeaderRead = true;
    }
    return true;
  }

  private boolean readTagStart(ByteBuf bytes) {
    if (!gather(bytes, TAG_START_SIZE)) {
      return false;
    }
    part.skipBytes(FlvTagHeader.TRAILER_SIZE); // wrong in many files, and not needed
    FlvTagHeader header = FlvTagHeader.read(part);
    if (header != null) {
      part.release();
      part = allocator.buffer(Math.min(header.bodySize(), FIRST_BODY_BYTES));
      tag = header;
    }
    return true;
  }

  private boolean gather(ByteBuf bytes, int size) {
    int missing = size - part.readableBytes();
    part.writeBytes(bytes, Math.min(missing, bytes.readableBytes()));
    return part.readableBytes() == size;
  }
}
