package dev.sluice.mux.packager;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.scte35.SpliceCommand;
import org.jspecify.annotations.Nullable;

/**
 * A break in a stream, or any other thing that splice information tells of.
 *
 * @param id names it for good: made of what it is and when
 * @param start90k when it begins, UTC, 90 kHz
 * @param planned90k how long it is to be, 90 kHz; {@link SpliceCommand#UNKNOWN} when unsaid
 * @param out whether the network is left; else it is only a command
 * @param section that told of it
 * @param end90k when it has ended; {@link SpliceCommand#UNKNOWN} as long as nobody has said so
 * @param ending the section that told of its end; null when none has
 */
public record Splice(
    String id,
    long start90k,
    long planned90k,
    boolean out,
    Bytes section,
    long end90k,
    @Nullable Bytes ending) {

  /** So long the end of a break is waited for of which nobody has said how long it is: 1 h. */
  static final long LONGEST_90K = 3_600 * 90_000L;

  Splice endedAt(long time90k, Bytes by) {
    return new Splice(id, start90k, planned90k, out, section, time90k, by);
  }

  /** Whether its end has been told. */
  public boolean ended() {
    return ending != null;
  }

  /** Until when it lasts, as far as anybody knows. */
  long last90k() {
    if (ended()) {
      return end90k;
    }
    boolean open = out && planned90k == SpliceCommand.UNKNOWN;
    return start90k + (open ? LONGEST_90K : Math.max(0, planned90k));
  }
}
