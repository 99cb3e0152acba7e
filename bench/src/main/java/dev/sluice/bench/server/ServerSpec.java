package dev.sluice.bench.server;

import java.io.IOException;
import java.nio.file.Path;

/** A server as it can be started, any number of times. */
public interface ServerSpec {
  /** A name for tables, such as {@code sluice 350 ms}. */
  String name();

  /**
   * Starts it and waits until it is ready.
   *
   * @param folder empty, for its files and its log
   * @throws IOException when it does not come up; the message holds its last output
   */
  RunningServer start(Path folder) throws IOException;
}
