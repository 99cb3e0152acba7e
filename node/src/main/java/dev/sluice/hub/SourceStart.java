package dev.sluice.hub;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of a source: holds its units back until decoding can begin, which is at a random
 * access point of the video, or, when no video shows up, after {@link #AUDIO_ONLY_MS} of audio;
 * after {@link #LOST_VIDEO_MS} where there was video before, in the stream or in the source, or the
 * source says that it has some: an encoder that comes back may need a while for its first picture,
 * and a server that is asked in the middle of a GOP sends sound until the next. Audio from just
 * before the first picture is kept, pictures that nobody could decode are not. A beginning that is
 * declined is followed by the next. Stream's loop.
 */
final class SourceStart {
  /** How much audio without any sign of video says that there will be none. */
  static final long AUDIO_ONLY_MS = 500;

  /** How much audio says so where there was video before. */
  static final long LOST_VIDEO_MS = 3_000;

  /** What one unit can add to that, so that a clock that jumps proves nothing. */
  private static final long MAX_STEP_MS = 500;

  /** How much audio from before the first picture is kept. */
  static final long LEAD_MS = 1_000;

  /** Bytes that may be held back, with what units cost beside their payload. */
  static final int MAX_BYTES = 1 << 20;

  private static final long NS_PER_MS = 1_000_000;

  private static final int NONE = -1;

  private final SourceTimes times;
  private final ArrayList<SourceUnit> held = new ArrayList<>();
  private final long audioOnlyMs;
  private int heldBytes;
  private boolean video;
  private int audioId = NONE;
  private long lastDts;
  private long audioNs;
  private int dropped;

  /**
   * A source that has not begun.
   *
   * @param times how it counts time
   * @param hadVideo whether the stream had video before this source
   */
  SourceStart(SourceTimes times, boolean hadVideo) {
    this.times = times;
    this.audioOnlyMs = hadVideo ? LOST_VIDEO_MS : AUDIO_ONLY_MS;
  }

  /** The source says that it has a picture. */
  void expectVideo() {
    video = true;
  }

  /** A track is on its way. */
  void announce(Track track) {
    video |= track.kind() == Track.Kind.VIDEO;
  }

  /**
   * Takes {@code unit} over. Returns what the source begins with, in order, once that is clear;
   * before that an empty list. The caller owns the units returned.
   */
  List<SourceUnit> offer(SourceUnit unit) {
    announce(unit.track());
    count(unit);
    if (unit.track().kind() == Track.Kind.VIDEO && !unit.randomAccess()) {
      dropped++;
      unit.payload().release();
      return List.of();
    }
    held.add(unit);
    heldBytes += cost(unit);
    boolean open =
        unit.track().kind() == Track.Kind.VIDEO || audioNs >= audioNeededMs() * NS_PER_MS;
    if (!open) {
      trim();
      return List.of();
    }
    List<SourceUnit> beginning = List.copyOf(held);
    held.clear();
    heldBytes = 0;
    return beginning;
  }

  private long audioNeededMs() {
    return video ? LOST_VIDEO_MS : audioOnlyMs;
  }

  /** Counts how much there was since the beginning, or since the last picture. */
  private void count(SourceUnit unit) {
    switch (unit.track().kind()) {
      case VIDEO -> {
        audioNs = 0;
        audioId = NONE;
      }
      case AUDIO -> {
        if (audioId == NONE) {
          audioId = unit.track().id();
        } else if (times.together(audioId, unit.track().id())) {
          Timescale ticks = times.clockOf(audioId).timescale();
          long maxStep = Timescale.MILLIS.convert(MAX_STEP_MS, ticks);
          long step = Math.clamp(unit.dts() - lastDts, 0, maxStep);
          audioNs += ticks.convert(step, Timescale.NANOS);
        } else {
          return;
        }
        lastDts = unit.dts();
      }
      case DATA -> {} // counts as it likes
    }
  }

  /**
   * What the last {@link #offer} returned is not wanted: it is released, and counts for nothing.
   */
  void decline(List<SourceUnit> beginning) {
    for (SourceUnit unit : beginning) {
      unit.payload().release();
    }
    dropped = 0;
    // sound alone is offered again as often as in a source that has nothing else
    long restMs = audioNeededMs() - AUDIO_ONLY_MS;
    audioNs = Math.min(audioNs, restMs * NS_PER_MS);
  }

  private void trim() {
    while (held.size() > 1 && (heldMs() > LEAD_MS || heldBytes > MAX_BYTES)) {
      SourceUnit oldest = held.removeFirst();
      heldBytes -= cost(oldest);
      oldest.payload().release();
      dropped++;
    }
  }

  private static int cost(SourceUnit unit) {
    return unit.payload().readableBytes() + MemoryBudget.UNIT_BYTES;
  }

  /** Media time from the first to the last unit held; 0 where the clock has jumped between them. */
  private long heldMs() {
    SourceUnit newest = held.getLast();
    for (SourceUnit oldest : held) {
      if (times.together(oldest.track().id(), newest.track().id())) {
        return Math.max(0, ms(newest.dts() - oldest.dts(), newest));
      }
    }
    return 0;
  }

  private long ms(long ticks, SourceUnit of) {
    return times.clockOf(of.track().id()).timescale().convert(ticks, Timescale.MILLIS);
  }

  /** Units that could not be used. */
  int dropped() {
    return dropped;
  }

  /** The source has gone before it began. */
  void close() {
    for (SourceUnit unit : held) {
      unit.payload().release();
    }
    held.clear();
  }
}
