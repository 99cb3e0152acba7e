package dev.sluice.media;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Where a source's 0 is on the timeline, for the tracks that share it. All in 90 kHz.
 *
 * <p>It may be moved from some moment of the source's time on, at once or over some time: a {@link
 * Bend}. What a time stamp becomes depends on itself only, not on when it came, so a bend leaves
 * tracks together that are interleaved badly, and pictures in order that are sent before they are
 * shown.
 */
final class Origin {
  /** How old a bend is before it is no longer told from the origin itself: 10 s. */
  private static final long KEEP_90K = 10 * 90_000;

  /** A move by {@code by90k} that begins at {@code from90k} and takes {@code over90k}. */
  private record Bend(long from90k, long over90k, long by90k) {
    long at(long source90k) {
      long passed90k = source90k - from90k;
      if (passed90k < 0) {
        return 0;
      }
      return passed90k >= over90k ? by90k : by90k * passed90k / over90k;
    }
  }

  private long base90k;
  private long settled90k;
  private final ArrayDeque<Bend> bends = new ArrayDeque<>();
  private @Nullable Long utc90k;

  /** An origin at {@code at90k} in UTC. */
  Origin(long at90k) {
    base90k = at90k;
    settled90k = at90k;
  }

  /**
   * An origin for a track whose time stamps have jumped: it goes on at {@code at90k}, and moves
   * that were still to come, since they begin where other tracks already are, come.
   *
   * @param was90k where the next unit would have been on the source's clock
   * @param source90k where it is
   */
  Origin resumed(long was90k, long source90k, long at90k) {
    Origin next = new Origin(at90k - source90k);
    for (Bend bend : bends) {
      if (bend.from90k + bend.over90k > was90k) {
        var moved = new Bend(bend.from90k + source90k - was90k, bend.over90k, bend.by90k);
        next.bends.add(moved);
        next.base90k -= moved.at(source90k);
        next.settled90k += bend.by90k - moved.at(source90k);
      }
    }
    return next;
  }

  /** Where the source's 0 is, as seen from {@code source90k} on its clock. */
  long at(long source90k) {
    long at90k = base90k;
    for (Bend bend : bends) {
      at90k += bend.at(source90k);
    }
    return at90k;
  }

  /** Where {@code source90k} is on the timeline. */
  long place(long source90k) {
    return source90k + at(source90k);
  }

  /** Where the source's 0 will be when all bends are behind. */
  long settled90k() {
    return settled90k;
  }

  /** Moves by {@code by90k} from {@code from90k} on the source's clock on. */
  void bend(long from90k, long over90k, long by90k) {
    for (Iterator<Bend> each = bends.iterator(); each.hasNext(); ) {
      Bend bend = each.next();
      if (bend.from90k + bend.over90k < from90k - KEEP_90K) {
        base90k += bend.by90k;
        each.remove();
      }
    }
    bends.add(new Bend(from90k, over90k, by90k));
    settled90k += by90k;
  }

  /** The source says that its 0 is at {@code at90k} in UTC; null when it takes that back. */
  void utc(@Nullable Long at90k) {
    utc90k = at90k;
  }

  /** Where the source says that its 0 is in UTC; null when it does not say. */
  @Nullable Long utc90k() {
    return utc90k;
  }
}
