package dev.sluice.mux.hls;

import dev.sluice.media.Timescale;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.Splice;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.DateRange;
import dev.sluice.wire.hls.Segment;
import dev.sluice.wire.scte35.SpliceCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Splice information as ranges of dates (RFC 8216bis, section 4.4.5.1.1), the same in all playlists
 * of a stream. The end of a break is told by a second tag of the same ID, so that the first one
 * never changes.
 */
final class SpliceRanges {
  private static final long MS = 1_000_000L;

  private SpliceRanges() {}

  /** The segments with all ranges in front of the first one, where delta updates tell them too. */
  static List<Segment> inFront(SegmentWindow window, List<Segment> segments) {
    List<DateRange> ranges = of(window);
    if (ranges.isEmpty() || segments.isEmpty()) {
      return segments;
    }
    List<Segment> all = new ArrayList<>(segments);
    all.set(0, segments.getFirst().with(ranges));
    return all;
  }

  private static List<DateRange> of(SegmentWindow window) {
    List<DateRange> ranges = new ArrayList<>();
    for (Splice splice : window.splices()) {
      ranges.add(beginning(splice));
      Bytes ending = splice.ending();
      if (ending != null) {
        long durationNs = ms(splice.end90k()) - ms(splice.start90k());
        ranges.add(range(splice, durationNs, DateRange.UNKNOWN, null, null, ending));
      }
    }
    return ranges;
  }

  private static DateRange beginning(Splice splice) {
    if (!splice.out()) {
      return range(splice, DateRange.UNKNOWN, DateRange.UNKNOWN, splice.section(), null, null);
    }
    long plannedNs =
        splice.planned90k() == SpliceCommand.UNKNOWN ? DateRange.UNKNOWN : ms(splice.planned90k());
    return range(splice, DateRange.UNKNOWN, plannedNs, null, splice.section(), null);
  }

  private static DateRange range(
      Splice splice,
      long durationNs,
      long plannedNs,
      @Nullable Bytes command,
      @Nullable Bytes out,
      @Nullable Bytes in) {
    return new DateRange(
        splice.id(),
        null,
        null,
        ms(splice.start90k()),
        DateRange.UNKNOWN,
        durationNs,
        plannedNs,
        false,
        command,
        out,
        in,
        Map.of());
  }

  /** Nanoseconds, in whole milliseconds as dates are. */
  private static long ms(long time90k) {
    return Math.floorDiv(Timescale.VIDEO.convert(time90k, Timescale.NANOS) + MS / 2, MS) * MS;
  }
}
