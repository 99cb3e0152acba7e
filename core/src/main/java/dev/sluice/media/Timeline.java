package dev.sluice.media;

import java.util.List;

public final class Timeline {
  private final SourceClock clock;
  private final long previousEnd90k;
  private long offset90k;
  private boolean anchored;
  private long end;

  public Timeline(SourceClock clock, long previousEnd90k) {
    this.clock = clock;
    this.previousEnd90k = previousEnd90k;
  }

  public record Repair(String text) {}

  public AccessUnit map(SourceUnit unit, long arrivalUtcNs) {
    long at = clock.timescale().convert(unit.dts(), Timescale.VIDEO);
    if (!anchored) {
      anchored = true;
      offset90k =
          Math.max(Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO), previousEnd90k) - at;
    }
    end = Math.max(end, at + offset90k + 3600);
    long dts = Timescale.VIDEO.convertRounded(at + offset90k, unit.track().timescale());
    long cts = clock.timescale().convert(unit.compositionOffset(), unit.track().timescale());
    return new AccessUnit(unit.track(), dts, dts + cts, unit.randomAccess(), unit.payload());
  }

  public List<Repair> repairs() {
    return List.of();
  }

  public long end90k() {
    return end;
  }
}
