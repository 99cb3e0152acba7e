package dev.sluice.mux.mp4;

import dev.sluice.mux.ByteSource;
import io.netty.buffer.ByteBuf;

/** A buffer that is read like a file; borrowed. */
record BufferSource(ByteBuf buffer) implements ByteSource {
  @Override
  public long sizeBytes() {
    return buffer.readableBytes();
  }

  @Override
  public int read(long position, int length, ByteBuf out) {
    int there = (int) Math.clamp(sizeBytes() - position, 0, length);
    if (there > 0) {
      out.writeBytes(buffer, buffer.readerIndex() + (int) position, there);
    }
    return there;
  }
}
