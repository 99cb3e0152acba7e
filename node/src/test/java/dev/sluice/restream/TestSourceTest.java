package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.hub.SourceHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TestSourceTest {
  private static final long MS = 1_000_000;
  private static final long UTC_NS = 1_795_660_000_123L * MS;

  private final SimLoops sim = new SimLoops(1);
  private final Loop loop = sim.loop(0);
  private final PlayedStream sink = new PlayedStream(sim);
  private final List<Long> asked = new ArrayList<>();
  private final TestSource source =
      TestSource.start(
          new Client("F-1", "test", "127.0.0.1", 0, null, ""),
          nowNs -> {
            asked.add(nowNs);
            return UTC_NS + nowNs;
          },
          loop,
          sink);

  @Test
  void givesEachUnitWhenItIsDueAndAsksForItsTime() {
    sim.runFor(600_000 * MS);
    assertThat(sink.latestMs).isBetween(599_900L, 600_000L);
    assertThat(sink.repairs).isEmpty();
    assertThat(sink.worstOffsetMs).isLessThan(2);
    assertThat(asked).hasSizeBetween(25 * 600, 25 * 600 + 1);
    for (int i = 0; i < asked.size(); i++) {
      assertThat(asked.get(i) - asked.getFirst()).isEqualTo(40 * MS * i);
    }
    assertThat(sink.notes).containsExactly("plays the test picture");
    stop();
  }

  @Test
  void makesUpForAShortPauseAndMovesTheRestAfterALongOne() {
    sim.runFor(1_000 * MS);
    sink.paced = false;
    SourceHandler handler = handler();
    long units = sink.units;
    sim.on(loop, () -> handler.reading(false));
    sim.runFor(1_500 * MS);
    assertThat(sink.units).isEqualTo(units);
    sim.on(loop, () -> handler.reading(true));
    sim.runFor(500 * MS);
    assertThat(sink.latestMs).isBetween(2_950L, 3_000L);
    sim.on(loop, () -> handler.reading(false));
    sim.runFor(4_000 * MS);
    sim.on(loop, () -> handler.reading(true));
    sim.runFor(1_000 * MS);
    assertThat(sink.latestMs).as("without the four seconds").isBetween(3_950L, 4_050L);
    // but what a picture says is the time all the same
    assertThat(sim.nowNs() - asked.getLast()).isBetween(0L, 40 * MS);
    stop();
  }

  @Test
  void comesBackWhenTheHubHasEndedIt() {
    sim.runFor(1_000 * MS);
    SourceHandler handler = handler();
    sim.on(loop, () -> handler.ended(Reason.KICKED));
    long units = sink.units;
    sim.runFor(ProgrammePlayer.RETRY_NS - 1);
    assertThat(sink.units).isEqualTo(units);
    sim.runFor(1_000 * MS);
    assertThat(sink.published).isEqualTo(2);
    assertThat(sink.units).isGreaterThan(units + 60);
    assertThat(sink.notes.get(1)).endsWith("next try in 5000 ms");
    stop();
  }

  @Test
  void saysNothingOnceItIsStopped() {
    sim.runFor(1_000 * MS);
    SourceHandler handler = handler();
    long units = sink.units;
    sim.on(loop, source::stop);
    sim.on(loop, () -> handler.reading(true));
    sim.on(loop, () -> handler.ended(Reason.KICKED));
    sim.runFor(20_000 * MS);
    assertThat(sink.units).isEqualTo(units);
    assertThat(sink.published).isEqualTo(1);
    assertThat(sink.notes).hasSize(1);
  }

  @Test
  void doesNotPublishWhenItIsStoppedAtOnce() {
    source.stop();
    sim.runFor(1_000 * MS);
    assertThat(sink.published).isZero();
  }

  private SourceHandler handler() {
    return Objects.requireNonNull(sink.handler);
  }

  private void stop() {
    sim.on(loop, source::stop);
    long units = sink.units;
    sim.runFor(10_000 * MS);
    assertThat(sink.units).isEqualTo(units);
  }
}
