package dev.sluice.restream;

import dev.sluice.hub.Loop;
import dev.sluice.hub.SourceJobs;
import java.util.function.Consumer;

/**
 * Fetches a stream from elsewhere once; by this restreaming reaches the clients of the endpoints.
 * All calls come on the loop.
 */
@FunctionalInterface
public interface Fetcher {

  /**
   * Begins to fetch.
   *
   * @param loop of the stream
   * @param port where what comes is published
   * @param ended is told once why it has ended, a phrase without secrets; never before this returns
   * @return stops it; then nothing more is told
   */
  Runnable fetch(Loop loop, SourceJobs.Port port, Consumer<String> ended);
}
