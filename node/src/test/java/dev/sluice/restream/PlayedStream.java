package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Client;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.hub.SourceHandler;
import dev.sluice.hub.SourceJobs;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.TimeHint;
import dev.sluice.media.Timeline;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream: puts all that comes on a timeline, and checks pace and order. */
final class PlayedStream implements SourceJobs.Port, Publication {
  private static final long MS = 1_000_000;
  private static final long EPOCH_NS = 1_800_000_000_000L * MS;

  final SimLoops sim;
  final Map<Integer, Track> announced = new HashMap<>();
  final Map<Integer, Long> last = new HashMap<>();
  final List<String> notes = new ArrayList<>();
  final List<String> repairs = new ArrayList<>();
  SourceClock clock = SourceClock.FILE;
  @Nullable Timeline timeline;
  @Nullable SourceHandler handler;
  boolean paced = true;
  long firstNs;
  long firstTicks;
  long units;
  long latestMs;
  long worstOffsetMs;
  int published;
  @Nullable Reason ended;

  PlayedStream(SimLoops sim) {
    this.sim = sim;
  }

  @Override
  public void publish(Client client, SourceClock clock, SourceHandler from) {
    published++;
    handler = from;
    this.clock = clock;
    timeline = null;
    announced.clear();
    from.accepted(this);
  }

  @Override
  public void note(String what) {
    notes.add(what);
  }

  @Override
  public void announce(Track track) {
    announced.put(track.id(), track);
  }

  @Override
  public void offer(SourceUnit unit) {
    try {
      assertThat(announced.get(unit.track().id())).isEqualTo(unit.track());
      Timeline on = timeline;
      long utcNs = EPOCH_NS + sim.nowNs();
      if (on == null) {
        on = new Timeline(clock, Long.MIN_VALUE);
        timeline = on;
        on.anchor(List.of(unit), utcNs);
        firstNs = sim.nowNs();
        firstTicks = unit.dts();
      }
      AccessUnit placed = on.map(unit, utcNs);
      on.repairs().forEach(repair -> repairs.add(repair + " in: " + notes.getLast()));
      Long before = last.put(unit.track().id(), placed.dts90k());
      if (before != null) {
        assertThat(placed.dts90k()).isGreaterThan(before);
      }
      long sinceNs = clock.timescale().convert(unit.dts() - firstTicks, Timescale.NANOS);
      long dueNs = firstNs + sinceNs;
      assertThat(sim.nowNs() - dueNs).as("pace").isBetween(-1L, paced ? MS : Long.MAX_VALUE);
      latestMs = sinceNs / MS;
      long onTimeline90k = placed.dts90k() - Timescale.NANOS.convert(EPOCH_NS, Timescale.VIDEO);
      long offMs = onTimeline90k / 90 - sim.nowNs() / MS;
      worstOffsetMs = Math.max(worstOffsetMs, Math.abs(offMs));
      units++;
    } finally {
      unit.payload().release();
    }
  }

  @Override
  public void clock(int trackId, SourceClock clock) {
    throw new AssertionError("a file has one clock");
  }

  @Override
  public void hint(TimeHint hint) {
    throw new AssertionError("files do not know the time");
  }

  @Override
  public void metadata(Bytes metadata) {}

  @Override
  public void flush() {}

  @Override
  public void end(Reason reason) {
    ended = reason;
  }
}
