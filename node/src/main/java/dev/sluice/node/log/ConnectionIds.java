package dev.sluice.node.log;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives connections their ids: a letter of the protocol and a number to base 36, such as {@code
 * R-1a2b}. Unique in a process as long as prefixes are. Any thread.
 */
public final class ConnectionIds {
  private final String prefix;
  private final AtomicLong last = new AtomicLong();

  /** Ids of one protocol: {@code R} for RTMP, {@code H} for HTTP. */
  public ConnectionIds(String prefix) {
    this.prefix = prefix + "-";
  }

  /** The next id. */
  public String next() {
    return prefix + Long.toString(last.incrementAndGet(), 36);
  }
}
