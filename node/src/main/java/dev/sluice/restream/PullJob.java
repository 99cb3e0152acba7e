package dev.sluice.restream;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.SourceHandler;
import dev.sluice.hub.SourceJobs;
import dev.sluice.media.SourceClock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Fetches a stream, and again whenever that has ended, until it is stopped. On the loop. */
final class PullJob implements SourceJobs.Job, SourceJobs.Port {
  /** Who has been there for so long has not failed: the next wait is the first one again. */
  static final long PROVEN_NS = 10_000_000_000L;

  private static final long NS_PER_MS = 1_000_000;

  private final Fetcher fetcher;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final Loop loop;
  private final SourceJobs.Port port;
  private @Nullable Runnable stopper;
  private Loop.@Nullable Timer timer;
  private boolean stopped;
  private boolean published;
  private long publishedNs;
  private int failures;

  private PullJob(
      Fetcher fetcher, Backoff backoff, RandomGenerator random, Loop loop, SourceJobs.Port port) {
    this.fetcher = fetcher;
    this.backoff = backoff;
    this.random = random;
    this.loop = loop;
    this.port = port;
  }

  static PullJob start(
      Fetcher fetcher, Backoff backoff, RandomGenerator random, Loop loop, SourceJobs.Port port) {
    var job = new PullJob(fetcher, backoff, random, loop, port);
    job.timer = loop.schedule(job::fetch, 0);
    return job;
  }

  private void fetch() {
    timer = null;
    published = false;
    stopper = fetcher.fetch(loop, this, this::ended);
  }

  private void ended(String why) {
    if (stopped) {
      return;
    }
    stopper = null;
    boolean proven = published && loop.nowNs() - publishedNs >= PROVEN_NS;
    failures = proven ? 1 : failures + 1;
    long waitNs = backoff.delayNs(failures, random);
    port.note("%s; next try in %d ms".formatted(why, waitNs / NS_PER_MS));
    timer = loop.schedule(this::fetch, waitNs);
  }

  @Override
  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
    if (stopper != null) {
      stopper.run();
    }
  }

  @Override
  public void publish(Client client, SourceClock clock, SourceHandler handler) {
    if (!stopped) {
      published = true;
      publishedNs = loop.nowNs();
      port.publish(client, clock, handler);
    }
  }

  @Override
  public void note(String what) {
    if (!stopped) {
      port.note(what);
    }
  }
}
