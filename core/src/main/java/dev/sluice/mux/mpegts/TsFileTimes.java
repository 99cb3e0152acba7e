package dev.sluice.mux.mpegts;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.PesHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The times of a file, which lie within one round of 33 bits from its first unit; and what looks
 * for some of them.
 *
 * @param base DTS of the first unit, as it came: what other times are unwrapped by
 * @param firstPts the first PTS of all tracks, unwrapped
 * @param mainId the track whose random access points count: video, where there is any
 */
record TsFileTimes(long base, long firstPts, int mainId) {
  /** So far before the base a time is not taken for one after a wrap: 10 min. */
  private static final long BEFORE_90K = 600 * 90_000L;

  private static final long NONE = Long.MIN_VALUE;

  /** {@code time} of 33 bits on the scale of the base. */
  private static long unwrapped(long base, long time) {
    long ahead = Math.floorMod(time - base, PesHeader.TIME_RANGE);
    return base
        + (ahead < PesHeader.TIME_RANGE - BEFORE_90K ? ahead : ahead - PesHeader.TIME_RANGE);
  }

  private long dtsOf(SourceUnit unit) {
    return unwrapped(base, unit.dts());
  }

  /** Looks at the beginning: which tracks there are, and when they begin. */
  static final class Beginning implements TsFile.Sink {
    private final TsDemuxer demuxer;
    private final Map<Integer, Track> tracks = new TreeMap<>();
    private long base = NONE;
    private long firstPts = Long.MAX_VALUE;

    Beginning(TsDemuxer demuxer) {
      this.demuxer = demuxer;
    }

    @Override
    public void unit(SourceUnit unit) {
      unit.payload().release();
      tracks.putIfAbsent(unit.track().id(), unit.track());
      if (base == NONE) {
        base = unit.dts();
      }
      if (unit.track().kind() != Track.Kind.DATA || tracks.size() == 1) {
        firstPts = Math.min(firstPts, unwrapped(base, unit.dts()) + unit.compositionOffset());
      }
    }

    /** Whether all streams of picture and sound that are announced have shown a unit. */
    boolean isComplete() {
      for (TsProgram program : demuxer.programs()) {
        for (TsProgram.Stream stream : program.streams()) {
          if (stream.trackId() >= 0 && !isData(stream) && !tracks.containsKey(stream.trackId())) {
            return false;
          }
        }
      }
      return base != NONE;
    }

    private static boolean isData(TsProgram.Stream stream) {
      return switch (stream.codec()) {
        case KLV, ID3, SCTE35, TELETEXT, DVB_SUBTITLE -> true;
        case null, default -> false;
      };
    }

    List<Track> tracks() {
      return List.copyOf(tracks.values());
    }

    TsFileTimes times() {
      Track main = null;
      for (Track track : tracks.values()) {
        if (main == null || track.kind().compareTo(main.kind()) < 0) {
          main = track;
        }
      }
      if (main == null) {
        throw new MalformedException("no stream with a time stamp at the beginning of a TS file");
      }
      return new TsFileTimes(base, firstPts, main.id());
    }
  }

  /** The first unit of the main track. */
  final class First implements TsFile.Sink {
    private long pts = NONE;

    @Override
    public void unit(SourceUnit unit) {
      unit.payload().release();
      if (pts == NONE && unit.track().id() == mainId) {
        pts = dtsOf(unit) + unit.compositionOffset();
      }
    }

    boolean isFound() {
      return pts != NONE;
    }

    long pts() {
      return pts;
    }
  }

  First first() {
    return new First();
  }

  /** The last random access point of the main track whose PTS is not after a target. */
  final class LastAccess implements TsFile.Sink {
    private final long target;
    private long dts;
    private long pts = NONE;
    private boolean past;

    LastAccess(long target) {
      this.target = target;
    }

    @Override
    public void unit(SourceUnit unit) {
      unit.payload().release();
      if (unit.track().id() != mainId || past) {
        return;
      }
      long unitDts = dtsOf(unit);
      long unitPts = unitDts + unit.compositionOffset();
      if (unit.randomAccess() && unitPts <= target) {
        dts = unitDts;
        pts = unitPts;
        past = target == Long.MAX_VALUE; // the first one is wanted
      }
      past |= unitDts > target;
    }

    boolean isFound() {
      return pts != NONE;
    }

    /** Whether what follows is after the target. */
    boolean isPast() {
      return past;
    }

    long dts() {
      return dts;
    }

    long pts() {
      return pts;
    }
  }

  LastAccess lastAccess(long target) {
    return new LastAccess(target);
  }

  /** The end of the last unit of picture or sound. */
  final class End implements TsFile.Sink {
    private final Map<Integer, Long> lastDts = new HashMap<>();
    private final Map<Integer, Long> step = new HashMap<>();
    private final Map<Integer, Long> lastPts = new HashMap<>();

    @Override
    public void unit(SourceUnit unit) {
      unit.payload().release();
      if (unit.track().kind() == Track.Kind.DATA && unit.track().id() != mainId) {
        return;
      }
      int id = unit.track().id();
      long dts = dtsOf(unit);
      @Nullable Long before = lastDts.put(id, dts);
      if (before != null && dts > before) {
        step.put(id, dts - before);
      }
      lastPts.merge(id, dts + unit.compositionOffset(), Math::max);
    }

    boolean isFound() {
      return lastPts.containsKey(mainId);
    }

    long at90k() {
      long end = NONE;
      for (Map.Entry<Integer, Long> each : lastPts.entrySet()) {
        end = Math.max(end, each.getValue() + step.getOrDefault(each.getKey(), 0L));
      }
      return end;
    }
  }

  End end() {
    return new End();
  }
}
