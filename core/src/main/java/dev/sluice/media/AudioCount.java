package dev.sluice.media;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioSpecificConfig;

/**
 * Counts the samples of one AAC track, so that neither the rounding of a millisecond clock nor the
 * jitter of an encoder that stamps by its wall clock reaches the outside.
 *
 * <p>A frame is expected where the one before it ends. Its time stamp is compared with that:
 *
 * <ul>
 *   <li>off by at most {@link #SNAP_NS}: rounding; the count holds;
 *   <li>later by whole frames, to within the same, after {@link #TRUSTED_FRAMES} frames without
 *       jitter: frames are missing; the count goes on behind them;
 *   <li>off by more than {@link #RESYNC_NS}, or by anything that has been announced: the time stamp
 *       holds, and the count goes on from there;
 *   <li>off by less: jitter; the count holds. When {@link #DRIFT_FRAMES} frames in a row were off
 *       to the same side, the count moves by the least of them, back by at most half a frame: a
 *       player must not be given two frames for the same moment.
 * </ul>
 */
final class AudioCount {
  /** How far a time stamp may be from the count by rounding: two stamps, 1 ms each. */
  static final long SNAP_NS = 2_000_000;

  /** How far a time stamp may be from the count by jitter. */
  static final long RESYNC_NS = 50_000_000;

  /** Frames off to the same side after which the count moves: about a third of a second. */
  static final int DRIFT_FRAMES = 16;

  /** Frames off by no more than rounding after which a source is known to count samples itself. */
  static final int TRUSTED_FRAMES = 8;

  private static final int DEFAULT_FRAME_SAMPLES = 1_024;

  private final int frameSamples;
  private final long snap;
  private final long resync;
  private int snappedFrames;
  private int offFrames;
  private long leastOff;
  private long drifted;

  /** A count for the frames of {@code track}. */
  AudioCount(Track track) {
    this.frameSamples = frameSamples(track);
    this.snap = Timescale.NANOS.convert(SNAP_NS, track.timescale());
    this.resync = Timescale.NANOS.convert(RESYNC_NS, track.timescale());
  }

  /** Samples in a frame. */
  int frameSamples() {
    return frameSamples;
  }

  /**
   * The DTS of the next frame.
   *
   * @param lastDts of the frame before it, in samples
   * @param stamped by its time stamp, in samples
   * @param moved whether the source's clock has been moved since then, which settles any doubt
   * @return in samples; at {@code lastDts} or before it when the time stamp went back
   */
  long next(long lastDts, long stamped, boolean moved) {
    drifted = 0;
    long counted = lastDts + frameSamples;
    long off = stamped - counted;
    if (Math.abs(off) <= snap) {
      snappedFrames++;
      offFrames = 0;
      return counted;
    }
    long missing = Math.round(off / (double) frameSamples);
    if (missing > 0
        && Math.abs(off - missing * frameSamples) <= snap
        && snappedFrames >= TRUSTED_FRAMES) {
      return counted + missing * frameSamples;
    }
    snappedFrames = 0;
    if (moved || off > resync || off < -resync && stamped > lastDts) {
      offFrames = 0;
      return stamped;
    }
    boolean sameSide = offFrames > 0 && Long.signum(off) == Long.signum(leastOff);
    leastOff = sameSide && Math.abs(leastOff) < Math.abs(off) ? leastOff : off;
    offFrames = sameSide ? offFrames + 1 : 1;
    if (offFrames < DRIFT_FRAMES) {
      return counted;
    }
    offFrames = 0;
    drifted = Math.max(leastOff, -frameSamples / 2);
    return counted + drifted;
  }

  /** Samples by which the last {@link #next} moved the count because of drift, mostly 0. */
  long drifted() {
    return drifted;
  }

  /** Tracks whose configuration cannot be read are taken for what nearly all AAC is. */
  private static int frameSamples(Track track) {
    try {
      return AudioSpecificConfig.read(track.configuration()).frameSamples();
    } catch (MalformedException | UnsupportedException _) {
      return DEFAULT_FRAME_SAMPLES;
    }
  }
}
