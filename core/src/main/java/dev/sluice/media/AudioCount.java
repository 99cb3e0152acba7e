package dev.sluice.media;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Counts the samples of one audio track, so that neither the rounding of a millisecond clock nor
 * the jitter of an encoder that stamps by its wall clock reaches the outside.
 *
 * <p>A frame is expected where the one before it ends. Its time stamp is compared with that:
 *
 * <ul>
 *   <li>off by at most {@link #SNAP_NS}: rounding; the count holds. When the mean of {@link
 *       #FINE_FRAMES} such frames is off by more than {@link #FINE_NS}, which rounding alone does
 *       not explain, samples and time stamps drift apart, and the count moves by the mean;
 *   <li>later by whole frames, to within half of that, after {@link #TRUSTED_FRAMES} frames without
 *       jitter: frames are missing; the count goes on behind them;
 *   <li>off by more than {@link #RESYNC_NS}, or by anything that has been announced: the time stamp
 *       holds, and the count goes on from there;
 *   <li>off by less, by the same in {@link #SHIFT_FRAMES} frames in a row after {@link
 *       #TRUSTED_FRAMES} frames without jitter: the sound was cut or shifted; the count moves;
 *   <li>off by less: jitter; the count holds. When {@link #DRIFT_FRAMES} frames in a row were off
 *       to the same side, the count moves by the least of them.
 * </ul>
 *
 * <p>After each of these the count goes, once, to the middle of what rounding leaves open: the mean
 * of the next {@link #FINE_FRAMES}.
 *
 * <p>The count moves back by at most half a frame at a time: a player must not be given two frames
 * for the same moment.
 */
final class AudioCount {
  /** How far a time stamp may be from the count by rounding: two stamps, 1 ms each. */
  static final long SNAP_NS = 2_000_000;

  /** How far the mean of many time stamps may be from the count by rounding: two thirds of 1 ms. */
  static final long FINE_NS = 750_000;

  /** Frames of which the mean is taken: more than a second. */
  static final int FINE_FRAMES = 64;

  /** How far a time stamp may be from the count by jitter. */
  static final long RESYNC_NS = 50_000_000;

  /** Frames off to the same side after which the count moves: about a third of a second. */
  static final int DRIFT_FRAMES = 16;

  /** Frames off by the same after which the count moves, where there was no jitter. */
  static final int SHIFT_FRAMES = 4;

  /** Frames off by no more than rounding after which a source is known to count samples itself. */
  static final int TRUSTED_FRAMES = 8;

  private static final int DEFAULT_FRAME_SAMPLES = 1_024;

  private final Track track;

  /** Samples in each frame; 0 where each says so itself. */
  private final int usualSamples;

  private final long snap;
  private final long fine;
  private final long resync;

  private int frameSamples;
  private int snappedFrames;
  private long snappedOff;
  private int snappedMeasured;
  private int offFrames;
  private int sameFrames;
  private long firstOff;
  private long leastOff;
  private long sameOff;
  private boolean settles;
  private long drifted;

  private AudioCount(Track track, int usualSamples) {
    this.track = track;
    this.usualSamples = usualSamples;
    this.frameSamples = usualSamples;
    this.snap = Timescale.NANOS.convert(SNAP_NS, track.timescale());
    this.fine = Timescale.NANOS.convert(FINE_NS, track.timescale());
    this.resync = Timescale.NANOS.convert(RESYNC_NS, track.timescale());
  }

  /**
   * A count for the frames of {@code track}; null when nobody knows how long they are. AAC whose
   * configuration cannot be read is taken for what nearly all AAC is.
   */
  static @Nullable AudioCount of(Track track) {
    AudioFormat format = AudioFormat.of(track);
    if (format != null) {
      return new AudioCount(track, format.frameSamples());
    }
    return track.codec() == Codec.AAC ? new AudioCount(track, DEFAULT_FRAME_SAMPLES) : null;
  }

  /** Counts on with {@code payload}, the first frame of all. */
  void first(ByteBuf payload) {
    frameSamples = samples(payload);
  }

  /**
   * Time stamps count from somewhere new, which was chosen so that they go on where the count is:
   * what they are off from now on says nothing of what is in doubt since before.
   */
  void restamped() {
    snappedOff = 0;
    snappedMeasured = 0;
    settles = false;
  }

  /**
   * Counts on from the time stamp of the next frame, and forgets what was before: what follows then
   * depends on what comes from here on alone, whoever counts.
   *
   * @param payload of that frame, borrowed
   */
  void recount(ByteBuf payload) {
    frameSamples = samples(payload);
    drifted = 0;
    snappedOff = 0;
    snappedMeasured = 0;
    settles = false;
    forget();
  }

  /** Samples in the last frame. */
  int frameSamples() {
    return frameSamples;
  }

  /**
   * The DTS of the next frame.
   *
   * @param lastDts of the frame before it, in samples, with all by which the source has been moved
   *     since then
   * @param stamped by its time stamp, in samples
   * @param payload borrowed
   * @param moved whether its time stamp counts from somewhere new, so that it settles any doubt
   * @return in samples; at {@code lastDts} or before it when the time stamp went back
   */
  long next(long lastDts, long stamped, ByteBuf payload, boolean moved) {
    long counted = lastDts + frameSamples;
    long frame = frameSamples;
    frameSamples = samples(payload);
    drifted = 0;
    long off = stamped - counted;
    if (!moved && Math.abs(off) <= snap) {
      return counted + snapped(off, frame);
    }
    snappedOff = 0;
    snappedMeasured = 0;
    settles = true;
    if (frame > 0 && snappedFrames >= TRUSTED_FRAMES) {
      long missing = Math.round(off / (double) frame);
      if (missing > 0 && Math.abs(off - missing * frame) <= snap / 2) {
        return counted + missing * frame;
      }
    }
    if (moved || off > resync || off < -resync && stamped > lastDts) {
      forget();
      return stamped;
    }
    return counted + doubted(off, frame);
  }

  private long snapped(long off, long frame) {
    snappedFrames = sameFrames > 0 ? 1 : snappedFrames + 1; // a few that were off are jitter
    offFrames = 0;
    sameFrames = 0;
    snappedOff += off;
    if (++snappedMeasured < FINE_FRAMES) {
      return 0;
    }
    long mean = Math.round(snappedOff / (double) FINE_FRAMES);
    snappedOff = 0;
    snappedMeasured = 0;
    if (Math.abs(mean) > fine) {
      return drift(mean, frame);
    }
    boolean settle = settles;
    settles = false;
    return settle ? Math.max(mean, -frame / 2) : 0;
  }

  private long doubted(long off, long frame) {
    boolean sameSide = offFrames > 0 && Long.signum(off) == Long.signum(leastOff);
    leastOff = sameSide && Math.abs(leastOff) < Math.abs(off) ? leastOff : off;
    offFrames = sameSide ? offFrames + 1 : 1;
    boolean same = sameFrames > 0 && Math.abs(off - firstOff) <= snap;
    firstOff = same ? firstOff : off;
    sameOff = same ? sameOff + off : off;
    sameFrames = same ? sameFrames + 1 : 1;
    boolean trusted = snappedFrames >= TRUSTED_FRAMES;
    if (!trusted || sameFrames == 1 && offFrames > 1) {
      snappedFrames = 0;
      trusted = false;
    }
    if (offFrames < (trusted ? SHIFT_FRAMES : DRIFT_FRAMES)) {
      return 0;
    }
    long by = trusted ? Math.round(sameOff / (double) sameFrames) : leastOff;
    offFrames = 0;
    sameFrames = 0;
    return drift(by, frame);
  }

  private long drift(long by, long frame) {
    drifted = Math.max(by, -frame / 2);
    return drifted;
  }

  private void forget() {
    snappedFrames = 0;
    offFrames = 0;
    sameFrames = 0;
  }

  /** Samples by which the last {@link #next} moved the count because of drift, mostly 0. */
  long drifted() {
    return drifted;
  }

  /** Samples in {@code payload}; a frame that cannot be read is as long as the one before it. */
  private int samples(ByteBuf payload) {
    if (usualSamples > 0) {
      return usualSamples;
    }
    int samples = AudioFormat.samples(track, payload);
    return samples > 0 ? samples : frameSamples;
  }
}
