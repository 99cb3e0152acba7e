package dev.sluice.cli.top;

import dev.sluice.cli.remote.EventFeed;
import dev.sluice.cli.remote.EventFeed.ServerEvent;
import dev.sluice.cli.remote.ToolFailure;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Listens to a server for as long as it is wanted: when it is cut off it comes back, and goes on
 * behind what it has heard last. On a thread of its own.
 */
final class Ear implements AutoCloseable {
  /** A server says something every 15 s; one that is silent for so long is not there any more. */
  static final long SILENT_NS = 40_000_000_000L;

  private static final long FIRST_MS = 2_000;
  private static final long MOST_MS = 30_000;

  private final Server server;
  private final Consumer<Boolean> listening;
  private final Consumer<Happening> heard;
  private final Thread thread;
  private volatile @Nullable EventFeed feed;
  private volatile boolean closed;

  /**
   * Begins to listen.
   *
   * @param listening is told when it hears, and when it does not any more; on its thread
   * @param heard is given what has happened; likewise, and may block
   */
  Ear(Server server, Consumer<Boolean> listening, Consumer<Happening> heard) {
    this.server = server;
    this.listening = listening;
    this.heard = heard;
    this.thread = Thread.ofVirtual().name("top-ear").start(this::run);
  }

  private void run() {
    String last = null;
    long waitMs = FIRST_MS;
    try {
      while (!closed) {
        try (EventFeed opened = server.listen(last)) {
          feed = opened;
          listening.accept(true);
          last = hear(opened, last);
          listening.accept(false);
          waitMs = opened.retryMs();
        } catch (ToolFailure refused) {
          last = refused.exitCode() == ToolFailure.FAILED ? null : last; // not with that one
          waitMs = Math.min(2 * waitMs, MOST_MS);
        }
        Thread.sleep(waitMs);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hears until it is cut off; the id of the last event that was heard. */
  private @Nullable String hear(EventFeed opened, @Nullable String before) {
    String last = before;
    try {
      for (ServerEvent event; !closed && (event = opened.next()) != null; ) {
        last = event.id().isEmpty() ? last : event.id();
        heard.accept(Happening.of(event));
      }
    } catch (IOException cut) {
      // it is heard again from where it was
    }
    return last;
  }

  /** Gives up a server that has fallen silent, so that it is asked anew. Any thread. */
  void check(long nowNs) {
    EventFeed now = feed;
    if (now != null && nowNs - now.heardNs() > SILENT_NS) {
      now.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    EventFeed now = feed;
    if (now != null) {
      now.close();
    }
  }
}
