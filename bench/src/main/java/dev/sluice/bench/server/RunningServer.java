package dev.sluice.bench.server;

import dev.sluice.bench.load.Target;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A server that can be published to, watched and measured. */
public interface RunningServer extends AutoCloseable {
  /** The process whose figures count, with its descendants; 0 when nobody told. */
  long pid();

  /**
   * Where stream {@code number} is watched.
   *
   * @throws IOException when this server does not speak {@code form}
   */
  Target target(Target.Form form, int number) throws IOException;

  /** Where stream {@code number} is published over RTMP; null when nothing is to be published. */
  @Nullable Target publishTarget(int number) throws IOException;

  @Override
  void close();
}
