package dev.sluice.hub;

import dev.sluice.media.SourceUnit;
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

  /** Hands over what was offered since the last flush: once per socket read. */
  void flush();

  /** The source has gone; the stream waits for the next one. No call follows. */
  void end(Reason reason);
}
