package dev.sluice.bench.load;

import java.io.IOException;
import java.time.Duration;

/** A crowd of viewers of one kind. All calls come from one thread. */
public interface Load extends AutoCloseable {
  /** Asks for {@code count} more viewers, {@code perSecond} a second; {@link #run} opens them. */
  void open(int count, int perSecond);

  /** Lets viewers come and watch for {@code time}. */
  void run(Duration time) throws IOException;

  /** Viewers that were asked for and have not yet shown a picture, been refused or cut. */
  int joining();

  /** Viewers that play now. */
  int playing();

  /** Counters begin at zero again; what joined earlier keeps playing. */
  void beginWindow();

  /** What was seen since {@link #beginWindow}. */
  ViewerFigures figures();

  @Override
  void close();
}
