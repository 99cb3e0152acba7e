package dev.sluice.mux.flv;

import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Goes from tag to tag of a file and looks at the beginning of each. */
final class TagWalk {
  private static final int LOOK_BYTES = FlvTagHeader.SIZE + TagLook.BYTES;

  private final ByteSource source;
  private final ByteBufAllocator allocator;

  /** Where the first tag is. */
  private final long start;

  TagWalk(ByteSource source, ByteBufAllocator allocator, long start) {
    this.source = source;
    this.allocator = allocator;
    this.start = start;
  }

  /**
   * A tag of a file.
   *
   * @param position of its header
   */
  record Tag(long position, FlvTagHeader header, TagLook look) {
    /** Of the tag that follows. */
    long next() {
      return position + FlvMuxer.tagSize(header.bodySize());
    }

    /** Its bytes and the size that stands before it. */
    int sizeWithTrailerBefore() {
      return FlvTagHeader.TRAILER_SIZE + FlvTagHeader.SIZE + header.bodySize();
    }

    /** Whether it holds a frame of sound or picture. */
    boolean isFrame() {
      return look.what() == TagLook.What.KEY_FRAME || look.what() == TagLook.What.FRAME;
    }

    boolean is(int type, TagLook.What what) {
      return header.type() == type && look.what() == what;
    }
  }

  /** Where the first tag is. */
  long start() {
    return start;
  }

  /** The tag at {@code position}; null at the end, and where what is there is none. */
  @Nullable Tag at(long position) {
    if (position < start) {
      return null;
    }
    ByteBuf look = allocator.buffer(LOOK_BYTES);
    try {
      source.read(position, LOOK_BYTES, look);
      FlvTagHeader header = FlvTagHeader.read(look);
      if (header == null) {
        return null;
      }
      int there = Math.min(header.bodySize(), look.readableBytes());
      return new Tag(position, header, TagLook.of(header, look.readSlice(there)));
    } catch (MalformedException | UnsupportedException _) {
      return null;
    } finally {
      look.release();
    }
  }

  /**
   * The tag that ends where the one at {@code position} begins, by the size that stands behind
   * each; null at the beginning, and where that size is wrong.
   */
  @Nullable Tag before(long position) {
    long trailer = position - FlvTagHeader.TRAILER_SIZE;
    if (trailer < start) {
      return null;
    }
    ByteBuf size = allocator.buffer(FlvTagHeader.TRAILER_SIZE);
    try {
      source.read(trailer, FlvTagHeader.TRAILER_SIZE, size);
      if (size.readableBytes() < FlvTagHeader.TRAILER_SIZE) {
        return null;
      }
      Tag tag = at(trailer - size.readUnsignedInt());
      return tag == null || tag.next() != position ? null : tag;
    } finally {
      size.release();
    }
  }
}
