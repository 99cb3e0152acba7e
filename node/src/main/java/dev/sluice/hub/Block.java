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
   * @param metadata the metadata by itself, for viewers that lack only that; as {@code bytes}
   * @param zeroMs what the stream's time stamps count from, UTC in milliseconds
   */
  record Headers(Configuration configuration, ByteBuf bytes, ByteBuf metadata, long zeroMs) {
    long revision() {
      return configuration.revision();
    }
  }

  /**
   * What a viewer of a feed of some rate may leave unsent.
   *
   * @param backlogBytes past which it skips
   * @param kernelBytes of which the kernel should hold at most so many
   */
  record Limits(long backlogBytes, long kernelBytes) {}

  private final long sequence;
  private final ByteBuf bytes;
  private final Headers headers;
  private final boolean joinable;
  private final Limits limits;
  private final long startMs;
  private final long lastMs;

  /**
   * Takes over {@code bytes}.
   *
   * @param sequence grows by one a block within a feed
   * @param joinable whether a viewer may begin here
   * @param limits what a viewer of this feed may leave unsent
   * @param startMs UTC milliseconds of the first unit
   * @param lastMs UTC milliseconds of the latest unit
   */
  Block(
      long sequence,
      ByteBuf bytes,
      Headers headers,
      boolean joinable,
      Limits limits,
      long startMs,
      long lastMs) {
    this.sequence = sequence;
    this.bytes = bytes;
    this.headers = headers;
    this.joinable = joinable;
    this.limits = limits;
    this.startMs = startMs;
    this.lastMs = lastMs;
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

  Limits limits() {
    return limits;
  }

  long startMs() {
    return startMs;
  }

  long lastMs() {
    return lastMs;
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
