package dev.sluice.mux.mp4;

import dev.sluice.mux.ByteSource;
import io.netty.buffer.ByteBuf;

/** A file in memory that counts what is read of it. */
final class MemorySource implements ByteSource {
  private final byte[] bytes;
  private long readBytes;

  MemorySource(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public int read(long position, int length, ByteBuf out) {
    int there = (int) Math.clamp(bytes.length - position, 0, length);
    if (there > 0) {
      out.writeBytes(bytes, (int) position, there);
    }
    readBytes += there;
    return there;
  }

  /** Bytes that were read so far, counted each time. */
  long readBytes() {
    return readBytes;
  }
}
