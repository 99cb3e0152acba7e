package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Whatever the stream, and however its tracks are interleaved: the same segments, by the rules. */
class PackagerSimulationTest {
  private static final int SEEDS = 60;
  private static final long START_90K = SimulatedStream.EPOCH_S * 90_000;

  /** A packager with what it made. */
  private static final class Run implements AutoCloseable {
    final Ledger ledger;
    final ByteBuf lines = Unpooled.buffer();
    final PackagedWatch watch = new PackagedWatch();
    final Packager packager;

    Run(PackagerSettings settings, Ledger ledger) {
      this.ledger = ledger;
      ledger.onAppend(line -> line.write(lines));
      packager = new Packager(settings, ledger, SimulatedStream.ALLOCATOR, watch);
      packager.transportStream(true);
    }

    Run inUnison() {
      packager.inUnison(true);
      return this;
    }

    Run(PackagerSettings settings) {
      this(settings, new Ledger());
    }

    Run feed(List<Track> tracks, List<AccessUnit> units) {
      packager.configure(tracks);
      units.forEach(packager::add);
      return this;
    }

    @Override
    public void close() {
      packager.close();
    }
  }

  private static Track audio(RandomGenerator random) {
    return random.nextBoolean() ? SimulatedStream.AUDIO : SimulatedStream.AUDIO_44;
  }

  private static void assertReleased(List<AccessUnit> units) {
    units.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
  }

  @Test
  void theSameFramesAreTheSameSegments() {
    Seeds.run(
        SEEDS,
        random -> {
          Pictures pictures = Pictures.random(random);
          double beginS = random.nextDouble(100);
          Track sound = audio(random);
          List<AccessUnit> video =
              SimulatedStream.video(SimulatedStream.VIDEO, pictures, beginS, beginS + 25, random);
          List<AccessUnit> audio = SimulatedStream.audio(sound, beginS - 0.5, beginS + 25);
          List<Track> tracks = List.of(SimulatedStream.VIDEO, sound);
          try (Run one = new Run(PackagerSettings.DEFAULT);
              Run other = new Run(PackagerSettings.DEFAULT)) {
            one.feed(tracks, SimulatedStream.interleaved(List.of(video, audio), 0, random));
            other.feed(tracks, SimulatedStream.interleaved(List.of(audio, video), 450, random));
            one.packager.pause();
            other.packager.pause();
            assertThat(other.watch.lines).containsExactlyInAnyOrderElementsOf(one.watch.lines);
            assertThat(other.lines.compareTo(one.lines)).isZero();

            one.watch.assertCuts();
            one.watch.assertContiguous();
            one.watch.assertRules(one.ledger);
            one.watch.assertUnits(0, video);
            long start90k = one.watch.cuts.getFirst().start90k();
            one.watch.assertUnits(
                1, audio.stream().filter(unit -> Cutter.pts90k(unit) >= start90k).toList());
            assertThat(one.watch.cuts.getFirst().number())
                .isEqualTo(PackagerSettings.DEFAULT.slot(start90k));
            assertThat(one.watch.cuts).noneMatch(Cut::gap);
          }
          assertReleased(video);
          assertReleased(audio);
        });
  }

  @Test
  void goesOnAfterARestart() {
    Seeds.run(
        SEEDS,
        random -> {
          Pictures pictures = Pictures.random(random);
          Track sound = audio(random);
          List<AccessUnit> units =
              SimulatedStream.interleaved(
                  List.of(
                      SimulatedStream.video(SimulatedStream.VIDEO, pictures, 0, 30, random),
                      SimulatedStream.audio(sound, 0, 30)),
                  random.nextInt(500),
                  random);
          List<Track> tracks = List.of(SimulatedStream.VIDEO, sound);
          int died = random.nextInt(units.size() / 4, units.size());
          Run before = new Run(PackagerSettings.DEFAULT);
          before.feed(tracks, units.subList(0, died));
          before.close(); // and what was not finished is lost
          ByteBuf lines = before.lines;
          if (random.nextBoolean()) {
            lines.writerIndex(
                lines.writerIndex() - random.nextInt(1, 10)); // the last line was torn
          }
          Ledger kept = Ledger.read(lines);
          ByteBuf snapshot = Unpooled.buffer();
          kept.snapshot().forEach(line -> line.write(snapshot));
          Cut last = before.watch.cuts.getLast();
          double againS = 30 + random.nextDouble(40);
          List<AccessUnit> later =
              SimulatedStream.interleaved(
                  List.of(
                      SimulatedStream.video(
                          SimulatedStream.VIDEO, pictures, againS, againS + 20, random),
                      SimulatedStream.audio(sound, againS, againS + 20)),
                  300,
                  random);
          try (Run after = new Run(PackagerSettings.DEFAULT, Ledger.read(snapshot))) {
            after.feed(tracks, later);
            after.packager.pause();
            after.watch.assertCuts();
            after.watch.assertContiguous();
            after.watch.assertRules(after.ledger);
            // where the ledger was torn, the lost cut is told again: its number is used once more
            assertThat(after.watch.cuts.getFirst().number())
                .isBetween(last.number() - 1, last.number() + 1);
            assertThat(after.watch.cuts.getFirst().gap()).isTrue();
            assertThat(after.watch.cuts).noneMatch(Cut::discontinuity);
            Cut first =
                after.watch.cuts.stream().filter(cut -> !cut.gap()).findFirst().orElseThrow();
            assertThat(first.opening()).isEqualTo(Cut.Opening.RANDOM_ACCESS);
            if (kept.targetSeconds() > 0) {
              assertThat(after.ledger.targetSeconds()).isEqualTo(kept.targetSeconds());
            }
          }
          assertReleased(units);
          assertReleased(later);
        });
  }

  @Test
  void aHoleIsFilledWithGaps() {
    Seeds.run(
        SEEDS,
        random -> {
          Pictures pictures = Pictures.random(random);
          Track sound = audio(random);
          double awayS = 12 + random.nextDouble(5);
          double againS = awayS + 1.2 + random.nextDouble(random.nextBoolean() ? 3 : 90);
          List<AccessUnit> video =
              new ArrayList<>(
                  SimulatedStream.video(SimulatedStream.VIDEO, pictures, 0, awayS, random));
          video.addAll(
              SimulatedStream.video(SimulatedStream.VIDEO, pictures, againS, againS + 15, random));
          List<AccessUnit> audio = new ArrayList<>(SimulatedStream.audio(sound, 0, awayS));
          audio.addAll(SimulatedStream.audio(sound, againS, againS + 15));
          try (Run run = new Run(PackagerSettings.DEFAULT)) {
            run.feed(
                List.of(SimulatedStream.VIDEO, sound),
                SimulatedStream.interleaved(List.of(video, audio), 0, random));
            run.packager.pause();
            run.watch.assertCuts();
            run.watch.assertContiguous();
            run.watch.assertRules(run.ledger);
            run.watch.assertUnits(0, video);
            if (!pictures.sceneCuts()
                && (long) pictures.gop() * pictures.per() <= 4L * pictures.frames()) {
              assertThat(run.watch.cuts).noneMatch(cut -> cut.opening() == Cut.Opening.DEPENDENT);
            }
            List<Cut> gaps = run.watch.cuts.stream().filter(Cut::gap).toList();
            double holeS = againS - awayS;
            double longestS = run.ledger.targetSeconds() + 0.5;
            int fewest = (int) Math.ceil((holeS + 0.2) / longestS);
            int slots = (int) Math.ceil(holeS / 2) + 1; // where numbers count slots
            assertThat(gaps).hasSizeBetween(1, Math.max(fewest, slots));
            assertThat(run.watch.cuts).noneMatch(Cut::discontinuity);
            assertThat((gaps.getFirst().start90k() - START_90K) / 90_000.0)
                .isBetween(awayS - 0.2, awayS + 0.2);
          }
          assertReleased(video);
          assertReleased(audio);
        });
  }

  /** Where a period is a whole number of GOPs, numbers need no ledger. */
  @Test
  void whoWasAwayCountsLikeWhoWasNot() {
    Seeds.run(
        SEEDS,
        random -> {
          List<Track> tracks = List.of(SimulatedStream.VIDEO, SimulatedStream.AUDIO);
          List<AccessUnit> units =
              SimulatedStream.interleaved(
                  List.of(
                      SimulatedStream.video(SimulatedStream.VIDEO, Pictures.USUAL, 0, 100, random),
                      SimulatedStream.audio(SimulatedStream.AUDIO, 0, 100)),
                  0,
                  random);
          int died = random.nextInt(units.size() / 10, units.size() / 2);
          int back = died + random.nextInt(units.size() / 2 - 1_000);
          while (!units.get(back).startsGop()) {
            back++;
          }
          Run there = new Run(PackagerSettings.DEFAULT);
          Run away = new Run(PackagerSettings.DEFAULT);
          there.feed(tracks, units);
          away.feed(tracks, units.subList(0, died));
          away.close();
          Ledger kept = random.nextBoolean() ? Ledger.read(away.lines) : new Ledger();
          try (Run again = new Run(PackagerSettings.DEFAULT, kept)) {
            again.feed(tracks, units.subList(back, units.size()));
            again.packager.pause();
            there.packager.pause();
            List<String> whole =
                again.watch.lines.stream()
                    .filter(line -> line.startsWith("segment ") && !line.contains(" 0 parts"))
                    .toList();
            assertThat(whole).hasSizeGreaterThan(2);
            for (String line : whole) {
              // behind a gap sound begins with the cut; who was there has it from the frame on
              boolean soundBehindGap = line.contains(", 1: ") && whole.indexOf(line) < 2;
              String same = soundBehindGap ? line.substring(line.lastIndexOf(' ')) : line;
              assertThat(there.watch.lines).anyMatch(other -> other.endsWith(same));
            }
            again.watch.assertCuts();
          }
          there.close();
          assertReleased(units);
        });
  }

  /** Where several GOPs are a segment, who was away may come back in the middle of one. */
  @Test
  void whoCutsInUnisonHasNothingThatOthersHaveNot() {
    Seeds.run(
        SEEDS,
        random -> {
          int gop = List.of(10, 25, 50, 100).get(random.nextInt(4)); // 0.4, 1, 2, 4 s
          Pictures pictures =
              new Pictures(25, 1, gop, random.nextBoolean(), random.nextBoolean(), false);
          List<Track> tracks = List.of(SimulatedStream.VIDEO, SimulatedStream.AUDIO);
          double beginS = random.nextDouble(10);
          List<AccessUnit> units =
              SimulatedStream.interleaved(
                  List.of(
                      SimulatedStream.video(
                          SimulatedStream.VIDEO, pictures, beginS, beginS + 100, random),
                      SimulatedStream.audio(SimulatedStream.AUDIO, beginS, beginS + 100)),
                  0,
                  random);
          int died = random.nextInt(units.size() / 4, units.size() / 2);
          int back = died + random.nextInt(units.size() / 4);
          while (!units.get(back).startsGop()) {
            back++;
          }
          Run there = new Run(PackagerSettings.DEFAULT).inUnison();
          Run away = new Run(PackagerSettings.DEFAULT).inUnison();
          there.feed(tracks, units);
          away.feed(tracks, units.subList(0, died));
          boolean anew = random.nextBoolean(); // else it has but lost its connection
          if (!anew) {
            away.packager.pause();
          }
          Run again =
              anew ? new Run(PackagerSettings.DEFAULT, Ledger.read(away.lines)).inUnison() : away;
          int before = again.watch.cuts.size();
          again.feed(tracks, units.subList(back, units.size()));
          again.packager.pause();
          there.packager.pause();
          List<Cut> cuts = again.watch.cuts.subList(before, again.watch.cuts.size());
          List<Cut> whole = cuts.stream().filter(cut -> !cut.gap()).toList();
          assertThat(whole).hasSizeGreaterThan(3);
          for (Cut cut : whole) {
            assertThat(there.watch.cuts)
                .as("gop %d, from %d, again %s", gop, back, cuts)
                .anyMatch(other ->
                    other.start90k() == cut.start90k() && other.opening() == cut.opening());
            if (gop <= 50 && anew) { // numbers count slots
              assertThat(there.watch.cuts).contains(cut);
            }
          }
          again.watch.assertCuts();
          again.close();
          away.close();
          there.close();
          assertReleased(units);
        });
  }
}
