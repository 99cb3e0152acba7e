package dev.sluice.session.link;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Takes records out of bytes that come as they like: {@link #add}, then {@link #next} until null.
 */
public final class LinkReader {
  private final ByteBufAllocator allocator;
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;

  /**
   * Nothing yet.
   *
   * @param allocator of what is not whole yet, and of payloads
   */
  public LinkReader(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Takes in {@code bytes}, which are borrowed and read to their end. */
  public void add(ByteBuf bytes) {
    if (!rest.isReadable()) {
      rest.release();
      rest = allocator.buffer(Math.max(1, bytes.readableBytes()));
    } else if (rest.readerIndex() > 0 && rest.writableBytes() < bytes.readableBytes()) {
      rest.discardReadBytes();
    }
    rest.writeBytes(bytes);
  }

  /**
   * The next record; null when it is not whole. What is kept is never more than one record and what
   * came with its end.
   *
   * @throws MalformedException when it is none
   */
  public @Nullable LinkRecord next() {
    return LinkRecord.read(rest, allocator);
  }

  /** Gives up what is not whole. */
  public void release() {
    rest.release();
    rest = Unpooled.EMPTY_BUFFER;
  }
}
