package dev.sluice.node.log;

import java.io.IOException;

/** Where lines go; used by one thread. */
interface LineSink extends AutoCloseable {

  /** Writes one line, its end included; it may stay in memory until {@link #flush}. */
  void write(byte[] line) throws IOException;

  /** Hands what was written to the system. */
  void flush() throws IOException;

  @Override
  void close() throws IOException;
}
