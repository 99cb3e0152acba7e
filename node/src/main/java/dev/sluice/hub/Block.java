package dev.sluice.hub;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/**
 * Some time of a stream in one form: immutable, built once, written as it is to every viewer. Holds
 * whole messages, and begins with a random access point wherever it contains one.
 *
 * <p>References: one for the feed as long as anybody may need the block, one for each loop that it
 * is on its way to. A socket that is sending it holds the bytes, not the block.
 */
final class Block extends AbstractReferenceCounted {
  /**
   * What a viewer must have been given before this block.
   *
   * @param configuration the configuration that the block needs
   * @param bytes metadata and decoder configuration in the feed's form; plain heap memory, shared
   */
  record Headers(Configuration configuration, ByteBuf bytes) {
    long revision() {
      return configuration.revision();
    }
  }

  private final long sequence;
  private final ByteBuf bytes;
  private final Headers headers;
  private final boolean joinable;
  private final long backlogLimitBytes;
  private final long startMs;

  /**
   * Takes over {@code bytes}.
   *
   * @param sequence grows by one a block within a feed
   * @param joinable whether a viewer may begin here
   * @param backlogLimitBytes unsent bytes past which a viewer of this feed skips
   * @param startMs UTC milliseconds of the first unit
   */
  Block(
      long sequence,
      ByteBuf bytes,
      Headers headers,
      boolean joinable,
      long backlogLimitBytes,
      long startMs) {
    this.sequence = sequence;
    this.bytes = bytes;
    this.headers = headers;
    this.joinable = joinable;
    this.backlogLimitBytes = backlogLimitBytes;
    this.startMs = startMs;
  }

  long sequence() {
    return sequence;
  }

  /** The bytes; write a retained duplicate. */
  ByteBuf bytes() {
    return bytes;
  }

  Headers headers() {
    return headers;
  }

  boolean joinable() {
    return joinable;
  }

  long backlogLimitBytes() {
    return backlogLimitBytes;
  }

  long startMs() {
    return startMs;
  }

  int sizeBytes() {
    return bytes.readableBytes();
  }

  /** Whether nobody but the feed holds the block or its bytes. */
  boolean idle() {
    return refCnt() == 1 && bytes.refCnt() == 1;
  }

  @Override
  public Block retain() {
    super.retain();
    return this;
  }

  @Override
  protected void deallocate() {
    bytes.release();
  }

  @Override
  public ReferenceCounted touch(Object hint) {
    bytes.touch(hint);
    return this;
  }
}
