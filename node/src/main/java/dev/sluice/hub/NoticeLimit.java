package dev.sluice.hub;

/** Keeps a source that gives cause for notices with every frame from filling the log. */
final class NoticeLimit {
  /** Notices in one second; what is past them is only counted by their owner. */
  static final int MAX_PER_SECOND = 10;

  private static final long SECOND_NS = 1_000_000_000;

  private long sinceNs;
  private int given;

  /** Whether one more may be given now. */
  boolean allows(long nowNs) {
    if (given == 0 || nowNs - sinceNs >= SECOND_NS) {
      sinceNs = nowNs;
      given = 0;
    }
    return ++given <= MAX_PER_SECOND;
  }
}
