package dev.sluice.node.log;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that is not ours to close, such as standard output. */
final class StreamSink implements LineSink {
  private final OutputStream out;

  StreamSink(OutputStream out) {
    this.out = new BufferedOutputStream(out);
  }

  @Override
  public void write(byte[] line) throws IOException {
    out.write(line);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }
}
