package dev.sluice.hub;

import dev.sluice.media.StreamName;
import org.jspecify.annotations.Nullable;

/** A publisher's visit. On the loop of its connection, except where a method says otherwise. */
final class Publishing implements Visit {
  private volatile StreamName name;
  private final Client client;
  private final Loop loop;
  private final long sinceNs;
  private volatile @Nullable SourceLink link;
  private volatile @Nullable Reason wanted;
  private boolean over;
  private Runnable whenOver = () -> {};

  Publishing(StreamName name, Client client, Loop loop) {
    this.name = name;
    this.client = client;
    this.loop = loop;
    this.sinceNs = loop.nowNs();
  }

  @Override
  public boolean publishes() {
    return true;
  }

  @Override
  public StreamName name() {
    return name;
  }

  @Override
  public void sentTo(StreamName other) {
    name = other;
  }

  @Override
  public Client client() {
    return client;
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public void whenOver(Runnable task) {
    if (over) {
      task.run();
    } else {
      whenOver = task;
    }
  }

  /** It is at its stream, or was turned away there. Stream's loop. */
  void at(SourceLink way) {
    link = way;
    Reason reason = wanted;
    if (reason != null) {
      way.drop(reason);
    }
  }

  @Override
  public void end(Reason reason) {
    wanted = reason;
    SourceLink way = link; // looked at after, as that is after this: one of the two sees the other
    if (way != null) {
      way.drop(reason);
    }
  }

  /** It has gone, or was refused. */
  void close() {
    if (!over) {
      over = true;
      whenOver.run();
    }
  }

  @Override
  public Figures figures() {
    SourceLink way = link;
    return new Figures(
        over ? "ended" : way == null ? "asking" : "publishing",
        loop.nowNs() - sinceNs,
        way == null ? 0 : way.bytesIn(),
        0,
        0,
        0);
  }
}
