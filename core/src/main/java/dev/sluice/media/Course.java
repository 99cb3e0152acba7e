package dev.sluice.media;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What is known of one track of a source; times on the common 90 kHz UTC measure. */
final class Course {
  private static final long DEFAULT_FRAME_90K = 3_600;

  /** Key frames by which pictures may be ahead of sound, so that each of them counts. */
  private static final int MAX_AHEAD = 256;

  final SharedClock clock;
  final ClockReading reading;
  Track track;
  @Nullable AudioCount audio;
  Origin origin;
  final Lateness lateness = new Lateness();

  /** Of a picture; sound has its samples. */
  final Cadence cadence = new Cadence();

  /** Of the current unit, or, between units, of the last: its time on the source's clock. */
  long source90k;

  // of the last unit
  boolean placed;
  long lastSource90k;
  long last90k;
  long lastDts;
  long frame90k = DEFAULT_FRAME_90K;
  boolean disordered;

  /** Whether the origin is new and yet the current unit goes where the last one ended. */
  boolean continues;

  /** Whether the track is another since the last unit: samples are counted from its time stamp. */
  private boolean changed;

  /** Key frames that the sound has not reached; see {@link #recounts}. */
  private final ArrayDeque<Long> recountFrom90k = new ArrayDeque<>();

  private @Nullable Origin lastOrigin;
  private long lastAt90k;

  Course(Track track, SharedClock clock) {
    this.track = track;
    this.clock = clock;
    this.reading = clock.latest.copy();
    this.origin = clock.newest;
    this.audio = AudioCount.of(track);
  }

  /** A new configuration; a new sample rate changes the unit of DTS. */
  void changeTo(Track next) {
    if (!next.timescale().equals(track.timescale())) {
      lastDts = track.timescale().convert(lastDts, next.timescale());
    }
    track = next;
    audio = AudioCount.of(next);
    changed = true;
  }

  boolean data() {
    return track.kind() == Track.Kind.DATA;
  }

  /** Reads the clock. */
  void read(SourceUnit unit) {
    source90k = reading.to90k(reading.read(unit.dts()), unit.offsetNs());
  }

  /** Where the current unit is. */
  long place() {
    return origin.place(source90k);
  }

  /** From the last unit to the current one on the source's clock. */
  long step90k() {
    return source90k - lastSource90k;
  }

  /** Has the samples of what comes at {@code from90k} or later be counted anew. */
  void recountFrom(long from90k) {
    if (recountFrom90k.size() == MAX_AHEAD) {
      recountFrom90k.removeFirst();
    }
    recountFrom90k.add(from90k);
  }

  /**
   * Whether the samples are to be counted anew from the current unit on; once for each key frame.
   */
  boolean recounts() {
    boolean recounts = false;
    while (!recountFrom90k.isEmpty() && recountFrom90k.getFirst() <= source90k) {
      recountFrom90k.removeFirst();
      recounts = true;
    }
    return recounts;
  }

  /**
   * The DTS of an audio frame by its samples.
   *
   * @param stamped by its time stamp
   */
  long count(AudioCount by, long stamped, ByteBuf payload) {
    // conversions of absolute times, so that the rounding of many moves does not add up
    boolean jumped = !origin.equals(lastOrigin);
    long at90k = continues ? atEnd90k() : jumped ? lastAt90k : origin.at(source90k);
    long since = lastDts + samples(at90k) - samples(lastAt90k);
    if (continues) {
      by.restamped();
    }
    return by.next(since, stamped, payload, changed || jumped && !continues);
  }

  private long samples(long ticks90k) {
    return Timescale.VIDEO.convertRounded(ticks90k, track.timescale());
  }

  /** 1 ms in ticks of the track, rounded up. */
  long leastStep() {
    return -Timescale.MILLIS.convert(-1, track.timescale());
  }

  /** Where the last unit ended, with all by which the source has been moved since then. */
  long ended90k() {
    long at90k =
        audio == null
            ? last90k + cadence.next90k(frame90k)
            : track.timescale().convertRounded(lastDts, Timescale.VIDEO) + frame90k;
    return at90k + atEnd90k() - lastAt90k;
  }

  /** Where the last unit's origin is when it ends. */
  private long atEnd90k() {
    return lastOrigin == null ? lastAt90k : lastOrigin.at(lastSource90k + frame90k);
  }

  /** Goes on where the last unit ended, although the source's clock has jumped. */
  Origin resumed(long at90k) {
    continues = true;
    cadence.jumped(source90k);
    return origin.resumed(lastSource90k + frame90k, source90k, at90k);
  }

  /** The current unit is at {@code at90k} and has this DTS: it is now the last. */
  void remember(long at90k, long dts, long gap90k) {
    if (audio != null) {
      frame90k = track.timescale().convert(audio.frameSamples(), Timescale.VIDEO);
    } else if (placed && origin.equals(lastOrigin) && step90k() > 0 && step90k() < gap90k) {
      frame90k = step90k();
    }
    if (track.kind() == Track.Kind.VIDEO) {
      cadence.add(source90k);
    }
    placed = true;
    changed = false;
    continues = false;
    lastOrigin = origin;
    lastAt90k = origin.at(source90k);
    lastSource90k = source90k;
    last90k = at90k;
    lastDts = dts;
  }
}
