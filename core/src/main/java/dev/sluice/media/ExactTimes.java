package dev.sluice.media;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Units whose times are on the timeline already: they are looked at, and left as they are. */
final class ExactTimes {
  /** The longest step between two units of a track that is taken for a frame's duration: 1 s. */
  private static final long MAX_STEP_90K = 90_000;

  private final Map<Integer, Long> last90k = new HashMap<>(); // by track, of which there are 256
  private long end90k = Long.MIN_VALUE;

  /** Where the earliest of them is, 90 kHz. */
  long earliest90k(List<SourceUnit> beginning) {
    return beginning.stream().mapToLong(ExactTimes::dts90k).min().orElseThrow();
  }

  /** The same unit; the payload's reference passes to it. */
  AccessUnit map(SourceUnit unit) {
    long at90k = dts90k(unit);
    Long before90k = last90k.put(unit.track().id(), at90k);
    if (unit.track().kind() != Track.Kind.DATA) {
      long step90k = before90k == null ? 0 : Math.clamp(at90k - before90k, 0, MAX_STEP_90K);
      end90k = Math.max(end90k, at90k + step90k);
    }
    return new AccessUnit(
        unit.track(),
        unit.dts(),
        unit.dts() + unit.compositionOffset(),
        unit.randomAccess(),
        unit.payload());
  }

  /** Where all of them end, 90 kHz. */
  long end90k() {
    return end90k;
  }

  private static long dts90k(SourceUnit unit) {
    return unit.track().timescale().convert(unit.dts(), Timescale.VIDEO);
  }
}
