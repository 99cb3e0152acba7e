package dev.sluice.hub;

import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.TimeHint;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;

/**
 * The way of one source's units into its stream. All calls come on the loop of the source's
 * connection; what was offered crosses to the stream's loop with {@link #flush}, in one task.
 */
public interface Publication {

  /**
   * Announces a track, as soon as its configuration is known: units follow, of this and perhaps of
   * others.
   */
  void announce(Track track);

  /** Offers a unit; the hub owns its payload. */
  void offer(SourceUnit unit);

  /** Offers new metadata: an AMF0 data message, as {@link Configuration#metadata} has it. */
  void metadata(Bytes metadata);

  /**
   * Says that a track has a clock of its own, before its first unit: its time stamps have nothing
   * to do with those of other tracks.
   */
  void clock(int trackId, SourceClock clock);

  /** Offers what the source says of UTC: a sender report, a {@code prft} box, a time code. */
  void hint(TimeHint hint);

  /** Hands over what was offered since the last flush: once per socket read. */
  void flush();

  /** The source has gone; the stream waits for the next one. No call follows. */
  void end(Reason reason);
}
