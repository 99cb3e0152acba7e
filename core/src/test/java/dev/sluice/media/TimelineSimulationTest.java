package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Repair.Kind;
import dev.sluice.media.SimulatedEncoder.Sent;
import dev.sluice.media.SimulatedEncoder.Setup;
import dev.sluice.testkit.Seeds;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole encoders on virtual time: B-frames, sound, clocks that round, wrap and run fast, networks
 * that jitter and stall. DTS that run back fail in {@link TimelineWatch} wherever they do.
 */
class TimelineSimulationTest {
  private static final double SECOND = 1_000;
  private static final double MINUTE = 60 * SECOND;
  private static final double HOUR = 60 * MINUTE;
  private static final double DAY = 24 * HOUR;

  private static TimelineWatch watch(Setup setup) {
    return new TimelineWatch(new Timeline(setup.clock(), Long.MIN_VALUE));
  }

  private static void runUntil(SimulatedEncoder encoder, TimelineWatch watch, double ms) {
    while (encoder.nowMs() < ms) {
      watch.take(encoder.next());
    }
  }

  private static SourceClock clock(int ticksPerSecond, int bits) {
    return new SourceClock(new Timescale(ticksPerSecond), bits);
  }

  /** How long the count of samples may take to follow time stamps and to settle. */
  private static double settledMs(Setup setup) {
    int frames = 2 * AudioCount.SHIFT_FRAMES + AudioCount.FINE_FRAMES + 1;
    return setup.soundLagMs() + frames * 1_024_000.0 / setup.sampleRate();
  }

  // ---- wraps

  @ParameterizedTest(name = "{0} ticks a second, encoder wraps at {1} bits, known as {2}")
  @CsvSource({
    "1000, 24, 24", // after 4 h 40
    "1000, 24, 32",
    "1000, 31, 31", // after 24 d 20 h 31
    "1000, 31, 32",
    "1000, 32, 32", // after 49 d 17 h
    "90000, 32, 32", // after 13 h 15
    "90000, 33, 33", // after 26 h 30
    "48000, 32, 32",
    "1000000000, 63, 63",
  })
  void nothingIsLostThroughAWrap(int rate, int bits, int knownBits) {
    Seeds.run(
        6,
        random -> {
          SourceClock clock = clock(rate, bits);
          long wrap = bits == 63 ? 1L << 40 : 1L << bits;
          long before = random.nextLong(30, 90) * rate;
          Setup setup = Setup.random(clock, random).first(wrap - before);
          var encoder = new SimulatedEncoder(setup, random);
          var watch = new TimelineWatch(new Timeline(clock(rate, knownBits), Long.MIN_VALUE));
          runUntil(encoder, watch, 4 * MINUTE);
          watch.assertTogether();
          assertThat(watch.told).isEmpty();
          assertThat(watch.worstUtcErrorMs()).isLessThan(100);
        });
  }

  @ParameterizedTest(name = "{0} ticks a second and {1} bits, twice round")
  @CsvSource({"1000, 24", "1000, 31", "1000, 32", "90000, 32", "90000, 33"})
  void aWholeRoundOfTheClockIsFollowed(int rate, int bits) {
    SourceClock clock = clock(rate, bits);
    double roundMs = Math.pow(2, bits) / rate * SECOND;
    // so few pictures that weeks take a second
    Setup setup = Setup.of(clock).sound(0).frames(1, roundMs > 2 * DAY ? 10 : 1, 1).first(5_000);
    var encoder = new SimulatedEncoder(setup, new SplittableRandom(1));
    var watch = watch(setup);
    runUntil(encoder, watch, 2.1 * roundMs);
    assertThat(watch.timeline.count(Kind.JUMP)).isZero();
    assertThat(watch.timeline.count(Kind.ORDER)).isZero();
    assertThat(watch.worstUtcErrorMs()).isLessThan(2);
  }

  // ---- drift and steering

  @ParameterizedTest(name = "{0} ppm, sound {1} Hz")
  @CsvSource({"50, 48000", "-50, 44100"})
  void thirtyDaysOfDriftAreSteeredAway(double ppm, int rate) {
    // frames so long and pictures so few that a month takes seconds
    Setup setup =
        Setup.of(SourceClock.RTMP)
            .frames(1, 4, 1)
            .sound(rate)
            .soundFrames(32_768)
            .ppm(ppm)
            .jitter(60);
    var encoder = new SimulatedEncoder(setup, new SplittableRandom(7));
    var watch = watch(setup);
    runUntil(encoder, watch, 30 * DAY);
    double wouldBeMs = encoder.nowMs() * ppm / 1e6;
    assertThat(Math.abs(wouldBeMs)).isGreaterThan(129_000);
    assertThat(watch.worstUtcErrorMs()).isLessThan(100);
    watch.assertTogether();
    assertThat(watch.told).allMatch(what -> what.startsWith("h264 had a gap of 4000 ms; kept"));
    // 259 200 half milliseconds and some to and fro; each is seen in one audio frame
    assertThat(watch.uneven).isBetween(255_000, 295_000);
  }

  @ParameterizedTest(name = "{0} ppm")
  @ValueSource(doubles = {90, -90})
  void manyStepsOfHalfAMillisecondAreNotRoundedAway(double ppm) {
    // half a millisecond is 22.05 samples: 2 300 steps would be 2.6 ms of rounding
    Setup setup =
        Setup.of(SourceClock.MPEG_TS).frames(30_000, 1_001, 60).sound(44_100).ppm(ppm).jitter(20);
    var encoder = new SimulatedEncoder(setup, new SplittableRandom(8));
    var watch = watch(setup);
    runUntil(encoder, watch, 3.5 * HOUR);
    assertThat(watch.worstUtcErrorMs()).isLessThan(40);
    assertThat(watch.worstOffsetMs).isLessThan(0.2);
    assertThat(watch.told).isEmpty();
    assertThat(watch.uneven).isBetween(2_100, 2_400);
  }

  @Test
  void everyEncoderIsSteeredWithoutBeingHeard() {
    Seeds.run(
        12,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random).ppm(random.nextDouble(-90, 90));
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          double nextStall = random.nextDouble(MINUTE, 5 * MINUTE);
          while (encoder.nowMs() < 40 * MINUTE) {
            watch.take(encoder.next());
            if (encoder.nowMs() > nextStall) {
              encoder.stall(random.nextDouble(8 * SECOND));
              nextStall += random.nextDouble(MINUTE, 5 * MINUTE);
            }
          }
          watch.assertTogether();
          assertThat(watch.told).isEmpty();
          assertThat(watch.worstUtcErrorMs()).isLessThan(100);
        });
  }

  @ParameterizedTest(name = "picture {0}/s, sound {1} Hz")
  @CsvSource({"0, 44100", "0, 48000", "0, 96000", "25, 0", "50, 0", "0, 8000"})
  void pictureOrSoundAloneIsSteeredToo(int fps, int rate) {
    Setup setup =
        Setup.of(SourceClock.RTMP).frames(fps, 1, 1_000_000).sound(rate).ppm(80).jitter(30);
    var encoder = new SimulatedEncoder(setup, new SplittableRandom(3));
    var watch = watch(setup);
    runUntil(encoder, watch, 3 * HOUR); // 864 ms
    assertThat(watch.worstUtcErrorMs()).isLessThan(60);
    assertThat(watch.told).isEmpty();
  }

  @Test
  void aSourceThatKeepsOurTimeIsNeverTouched() {
    Setup setup = Setup.of(SourceClock.RTMP);
    var encoder = new SimulatedEncoder(setup, new SplittableRandom(3));
    var watch = watch(setup);
    runUntil(encoder, watch, HOUR);
    assertThat(watch.uneven).isZero();
    assertThat(watch.frames).isGreaterThan(160_000);
  }

  @Test
  void aSourceThatStoodStillIsMovedOnAfterAMinute() {
    Setup setup = Setup.of(SourceClock.RTMP);
    var encoder = new SimulatedEncoder(setup, new SplittableRandom(3));
    var watch = watch(setup);
    runUntil(encoder, watch, MINUTE);
    encoder.freeze(10 * SECOND);
    runUntil(encoder, watch, 4 * MINUTE);
    assertThat(watch.told).hasSize(1);
    assertThat(watch.told.getFirst())
        .matches("h264 fell (9[89]\\d\\d|10000) ms behind its time; moved on, with a hole");
    assertThat(watch.timeline.count(Kind.LAG)).isEqualTo(1);
    watch.assertTogether();
    watch.forget();
    runUntil(encoder, watch, 5 * MINUTE);
    // what came in time is 10 s older by now than its encoder thinks
    assertThat(watch.mostUtcErrorMs - 10 * SECOND).isBetween(-30.0, 30.0);
  }

  @Test
  void tenMinutesInTenSecondsKeepTheirOwnPace() {
    Seeds.run(
        4,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random).ppm(0);
          var encoder = new SimulatedEncoder(setup, random);
          encoder.speed(60);
          var watch = watch(setup);
          runUntil(encoder, watch, 10 * MINUTE);
          watch.assertTogether();
          assertThat(watch.told).isEmpty();
          assertThat(watch.timeline.ahead90k() / 90_000).isBetween(588L, 591L);
          assertThat(watch.uneven).isLessThan(20); // it is steered against it, as slowly as ever
        });
  }

  // ---- faults

  @Test
  void aResetOfBothTracksIsClosedAndKeepsThemTogether() {
    Seeds.run(
        40,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random);
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          double atMs = 10 * SECOND;
          for (int i = 1; i <= 3; i++) {
            runUntil(encoder, watch, atMs);
            encoder.reset(true, true, random.nextLong(1L << 31));
            atMs += random.nextDouble(8, 20) * SECOND;
          }
          runUntil(encoder, watch, atMs);
          watch.forget();
          runUntil(encoder, watch, atMs + 10 * SECOND);
          watch.assertTogether();
          assertThat(watch.timeline.count(Kind.JUMP)).as("%s", watch.told).isBetween(5L, 6L);
          assertThat(watch.worstUtcErrorMs()).isLessThan(700);
        });
  }

  @ParameterizedTest(name = "picture: {0}")
  @ValueSource(booleans = {true, false})
  void aResetOfOneTrackLeavesTheOtherAsItIsAndLosesNothing(boolean picture) {
    Seeds.run(
        40,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random).jitter(random.nextDouble(200));
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          runUntil(encoder, watch, 10 * SECOND);
          long jumpMs = random.nextLong(10_000, 1L << 30) * (random.nextBoolean() ? 1 : -1);
          encoder.reset(picture, !picture, setup.firstTicks() + jumpMs);
          runUntil(encoder, watch, 30 * SECOND);
          watch.assertTogether();
          assertThat(watch.told).hasSize(1);
          assertThat(watch.told.getFirst())
              .matches((picture ? "h264" : "aac") + " jumped by -?\\d+ ms; closed");
        });
  }

  @Test
  void resetsOfOneTrackAfterAnotherDoNotAddUp() {
    Seeds.run(
        20,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random);
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          double atMs = 0;
          for (int i = 0; i < 8; i++) {
            atMs += random.nextDouble(12, 25) * SECOND;
            runUntil(encoder, watch, atMs);
            boolean picture = random.nextBoolean();
            encoder.reset(picture, !picture, random.nextLong(1L << 31));
          }
          runUntil(encoder, watch, atMs + 20 * SECOND);
          // a line through seconds of rounded stamps is out by a few hundredths each time
          assertThat(watch.worstOffsetMs).isLessThan(TimelineWatch.OFFSET_MS + 0.1);
        });
  }

  @ParameterizedTest(name = "{0} ms")
  @ValueSource(
      doubles = {10, 15, 21.3, 33, 40, 50, 51, 64, 100, 333, 999, 1_000, 2_500, 10_000, 600_000})
  void aGapIsKept(double gapMs) {
    Seeds.run(
        8,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random);
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          runUntil(encoder, watch, 20 * SECOND);
          watch.assertTogether();
          encoder.gap(gapMs);
          double resumedMs = 20 * SECOND + gapMs;
          runUntil(encoder, watch, resumedMs + settledMs(setup));
          watch.forget();
          runUntil(encoder, watch, resumedMs + 40 * SECOND);
          watch.assertTogether();
          assertThat(watch.worstUtcErrorMs()).isLessThan(100);
          assertThat(watch.timeline.count(Kind.JUMP)).isZero();
          long gaps = watch.timeline.count(Kind.GAP);
          assertThat(gaps).isEqualTo(gapMs > 1_000 ? 2 : gapMs < 900 ? 0 : gaps);
        });
  }

  @Test
  void equalAndBackwardTimeStampsArePutInOrderAndNothingElseMoves() {
    Seeds.run(
        40,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random).ppm(0).jitter(0);
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          int faults = 0;
          for (double atMs = 5 * SECOND; atMs < 25 * SECOND; atMs += 2 * SECOND) {
            runUntil(encoder, watch, atMs);
            watch.assertTogether();
            if (random.nextBoolean()) {
              encoder.repeatPicture();
            } else {
              encoder.pictureBack(random.nextLong(50, 450));
            }
            faults++;
            runUntil(encoder, watch, atMs + 500);
            watch.forget();
          }
          assertThat(watch.timeline.count(Kind.ORDER)).isEqualTo(faults);
          assertThat(watch.told).hasSize(faults).allMatch(what -> what.contains("put in order"));
          assertThat(watch.uneven).isZero();
        });
  }

  /** Samples go on whatever the stamps: nothing to be put in order is left of such a fault. */
  @Test
  void equalAndBackwardTimeStampsOfSoundAreNotHeard() {
    Seeds.run(
        40,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random).ppm(0).jitter(0);
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          for (double atMs = 5 * SECOND; atMs < 25 * SECOND; atMs += 2 * SECOND) {
            runUntil(encoder, watch, atMs);
            if (random.nextBoolean()) {
              encoder.repeatSoundStamp();
            } else {
              encoder.soundStampBack(random.nextLong(1, 450));
            }
          }
          runUntil(encoder, watch, 30 * SECOND);
          watch.assertTogether();
          assertThat(watch.told).isEmpty();
          assertThat(watch.uneven).isLessThanOrEqualTo(10); // once each, to settle in the middle
        });
  }

  @ParameterizedTest(name = "{0} ppm")
  @ValueSource(doubles = {50, -50, 300, -300})
  void soundThatDriftsFromItsClockIsFollowedAndTold(double ppm) {
    Setup setup = Setup.of(SourceClock.RTMP);
    var encoder = new SimulatedEncoder(setup, new SplittableRandom(5));
    encoder.soundPpm(ppm);
    var watch = watch(setup);
    runUntil(encoder, watch, HOUR);
    assertThat(watch.worstOffsetMs).isLessThan(2);
    assertThat(watch.timeline.count(Kind.DRIFT))
        .isBetween((long) (Math.abs(ppm) * 3.6 / 2), (long) (Math.abs(ppm) * 3.6 * 2));
    assertThat(watch.told).allMatch(what -> what.matches("aac drifted by -?1 ms .*"));
  }

  @ParameterizedTest(name = "sound goes on {0} ms later")
  @ValueSource(doubles = {5, 10, 30, 45, 60, 200, 900})
  void aHoleInTheSoundIsKept(double ms) {
    Seeds.run(
        10,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP, random);
          var encoder = new SimulatedEncoder(setup, random);
          var watch = watch(setup);
          runUntil(encoder, watch, 20 * SECOND);
          encoder.soundGap(ms);
          runUntil(encoder, watch, 20 * SECOND + ms + settledMs(setup));
          watch.forget();
          runUntil(encoder, watch, 40 * SECOND);
          watch.assertTogether();
        });
  }

  // ---- one source after another

  /**
   * One source after another on one stream: each begins in the middle of whatever, at once or after
   * a pause, ahead of its sound or behind it.
   */
  @Test
  void sourcesFollowOneAnotherWithoutRunningBack() {
    Seeds.run(
        150,
        random -> {
          long end90k = Long.MIN_VALUE;
          double nowMs = 0;
          long[] last = {Long.MIN_VALUE, Long.MIN_VALUE};
          for (int round = 0; round < 6; round++) {
            Setup setup = Setup.random(SourceClock.RTMP, random).sound(48_000);
            var encoder = new SimulatedEncoder(setup, random);
            encoder.soundGap(random.nextDouble(300));
            var timeline = new Timeline(SourceClock.RTMP, end90k);
            double lengthMs = random.nextDouble(100, 3_000);
            double leadMs = random.nextInt(3) == 0 ? 2_500 : 0;
            boolean first = true;
            while (encoder.nowMs() < lengthMs) {
              Sent sent = encoder.next();
              long arrivalNs =
                  sent.arrivalNs() + (long) ((nowMs - Math.min(leadMs, encoder.nowMs())) * 1e6);
              if (first) {
                assertThat(timeline.anchor(List.of(sent.unit()), arrivalNs))
                    .isGreaterThanOrEqualTo(end90k);
                first = false;
              }
              AccessUnit placed = timeline.map(sent.unit(), arrivalNs);
              assertThat(placed.dts())
                  .as("round %d, %s", round, placed.track().label())
                  .isGreaterThan(last[placed.track().id()]);
              assertThat(timeline.count(Kind.ORDER)).isZero();
              last[placed.track().id()] = placed.dts();
            }
            end90k = Math.max(end90k, timeline.end90k());
            nowMs += lengthMs + (random.nextInt(3) == 0 ? random.nextInt(20_000) : 0);
          }
        });
  }

  /** A source that stamps sound by its wall clock, 15 ms to and fro, on a clock 200 ppm off. */
  @Test
  void jitterDoesNotLeaveAndDriftIsFollowed() {
    Seeds.run(
        20,
        random -> {
          Track sound = SimulatedEncoder.sound(48_000);
          Timeline timeline = new Timeline(SourceClock.RTMP, Long.MIN_VALUE);
          double rate = random.nextBoolean() ? 1.0002 : 0.9998;
          long last = 0;
          long first = 0;
          int steps = 0;
          for (int frame = 0; frame < 30 * 60 * 47; frame++) {
            double exactMs = frame * rate * 1_024 / 48;
            double jitterMs = frame == 0 ? 0 : random.nextDouble(-15, 15);
            SourceUnit unit =
                new SourceUnit(
                    sound, (long) (100_000 + exactMs + jitterMs), 0, true, Unpooled.EMPTY_BUFFER);
            long arrivalNs = arrival(exactMs, random);
            if (frame == 0) {
              timeline.anchor(List.of(unit), arrivalNs);
            }
            AccessUnit placed = timeline.map(unit, arrivalNs);
            if (frame == 0) {
              first = placed.dts();
            } else if (Math.abs(placed.dts() - last - 1_024) > 24) {
              steps++;
              assertThat(placed.dts() - last).isBetween(300L, 1_750L);
            }
            last = placed.dts();
            assertThat(Math.abs((last - first) / 48.0 - exactMs)).isLessThan(75);
          }
          assertThat(steps).isBetween(1, 400); // 360 ms of drift in half an hour
          assertThat(timeline.count(Kind.DRIFT)).isBetween(steps / 2L, steps * 2L);
        });
  }

  private static long arrival(double ms, RandomGenerator random) {
    return (long) ((SimulatedEncoder.EPOCH_MS + ms + random.nextDouble(0, 40)) * 1_000_000);
  }
}
