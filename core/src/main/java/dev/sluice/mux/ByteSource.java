package dev.sluice.mux;

import io.netty.buffer.ByteBuf;

/**
 * Bytes that can be read anywhere: a file, or an object in a store. It may block; whoever reads a
 * {@link MediaFile} does so on a thread that may.
 */
public interface ByteSource {

  /** How many there are; fixed when it was opened. */
  long sizeBytes();

  /**
   * Appends up to {@code length} bytes from {@code position} to {@code out}.
   *
   * @return how many; fewer than {@code length} only at the end
   * @throws java.io.UncheckedIOException when they cannot be read
   */
  int read(long position, int length, ByteBuf out);
}
