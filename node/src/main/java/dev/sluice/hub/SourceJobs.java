package dev.sluice.hub;

import dev.sluice.hub.source.SourceSpec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.StreamName;

/**
 * Starts the sources that the server fetches or makes itself; by this the hub reaches them. All
 * calls either way come on the loop of the stream.
 */
@FunctionalInterface
public interface SourceJobs {

  /** Starts nothing. */
  SourceJobs NONE = (_, _, _, _, _) -> () -> {};

  /**
   * Starts the job of a seat. It must not call {@code port} before it has returned. It tries again
   * by itself, at its own pace, until it is stopped.
   *
   * @param seat place in the stream's {@link dev.sluice.hub.source.SourcePlan}, for now
   * @param source what is configured there
   * @param loop of the stream, where the job's connection may live, too
   */
  Job start(StreamName name, int seat, SourceSpec source, Loop loop, Port port);

  /** A job that runs. */
  @FunctionalInterface
  interface Job {
    /** Stops it. What it has published is taken as gone already; no call of the port follows. */
    void stop();

    /**
     * Cuts over to an item of what it plays, at once.
     *
     * @param index from 0
     * @return false when it plays nothing that has items
     */
    default boolean cut(int index) {
      return false;
    }
  }

  /** The way of a job into its stream. */
  interface Port {
    /**
     * The job has something to deliver: as {@link Hub#publish}, but for this seat. A second one
     * replaces the first.
     */
    void publish(Client client, SourceClock clock, SourceHandler handler);

    /** What the job is at, or why it has failed; a phrase for people, nothing secret. */
    void note(String what);
  }
}
