package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.media.Repair.Kind;
import dev.sluice.media.SimulatedEncoder.Sent;
import dev.sluice.media.SimulatedEncoder.Setup;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that say at which UTC their frames are: by their time stamps, or by hints. */
class TimelineUtcTest {
  private static final long EPOCH_MS = SimulatedEncoder.EPOCH_MS;
  private static final ByteBuf EMPTY = Unpooled.EMPTY_BUFFER;
  private static final double SECOND = 1_000;
  private static final double MINUTE = 60 * SECOND;

  // ---- time stamps that are UTC (ATC)

  /** An encoder whose clock is {@code offMs} ahead of ours and stamps UTC. */
  private static Setup atc(long offMs) {
    return Setup.of(SourceClock.RTMP_ATC).first((EPOCH_MS + offMs) & 0xFFFFFFFFL);
  }

  private static TimelineWatch watch(TimeReference reference, SourceClock clock) {
    return new TimelineWatch(new Timeline(clock, reference, Long.MIN_VALUE));
  }

  private static void run(SimulatedEncoder encoder, TimelineWatch watch, double untilMs) {
    while (encoder.nowMs() < untilMs) {
      watch.take(encoder.next());
    }
  }

  /** Milliseconds from our epoch. */
  private static double atMs(AccessUnit unit) {
    return unit.dts() * 1_000.0 / unit.track().timescale().ticksPerSecond() - EPOCH_MS;
  }

  @ParameterizedTest(name = "clock {0} ms ahead, {1} ppm slow")
  @CsvSource({"0, 0", "-45000, 50", "45000, -50", "59000, 0", "-59000, 0"})
  void theEncodersUtcIsTakenAsItIsAndNeverSteered(long offMs, double ppm) {
    Seeds.run(
        3,
        random -> {
          var encoder = new SimulatedEncoder(atc(offMs).ppm(ppm).jitter(150), random);
          var watch = watch(TimeReference.AUTO, SourceClock.RTMP_ATC);
          while (encoder.nowMs() < 20 * MINUTE) {
            Sent sent = encoder.next();
            AccessUnit placed = watch.take(sent);
            assertThat(atMs(placed) - offMs - sent.trueMs()).isBetween(-1.1, 0.1);
          }
          assertThat(watch.told).isEmpty();
          // sound is counted anew at each key frame, from a time stamp that is rounded
          assertThat(watch.uneven).isLessThanOrEqualTo(20 * 60 / 2);
          assertThat(watch.timeline.absolute()).isTrue();
          watch.assertTogether();
        });
  }

  @Test
  void twoNodesGiveTheSameTimesFromTheFirstKeyFrameOnThatBothHave() {
    Seeds.run(
        20,
        random -> {
          Setup setup = Setup.random(SourceClock.RTMP_ATC, random);
          if (setup.framesPerSecond() == 0 || setup.sampleRate() == 0) {
            return;
          }
          long first = (EPOCH_MS - 3_000) & 0xFFFFFFFFL;
          var encoder = new SimulatedEncoder(setup.first(first), random);
          var one = watch(TimeReference.AUTO, SourceClock.RTMP_ATC);
          var other = watch(TimeReference.AUTO, SourceClock.RTMP_ATC);
          boolean joined = false;
          long soundBefore = Long.MAX_VALUE;
          int compared = 0;
          for (int i = 0; i < 20_000; i++) {
            Sent sent = encoder.next();
            boolean picture = sent.unit().track().kind() == Track.Kind.VIDEO;
            AccessUnit here = one.take(sent);
            if (i < 700) { // the other one joins later, and further away
              continue;
            }
            joined |= picture && here.randomAccess();
            if (picture && !joined) {
              continue; // nobody could decode it
            }
            long arrivalNs = sent.arrivalNs() + 150_000_000 + random.nextLong(80_000_000);
            AccessUnit there = other.take(new Sent(sent.unit(), sent.trueMs(), 0, arrivalNs));
            if (joined && soundBefore == Long.MAX_VALUE) {
              soundBefore = sent.unit().dts(); // sound that is sent later may belong before it
            }
            if (picture || joined && sent.unit().dts() >= soundBefore) {
              assertThat(there).isEqualTo(here);
              compared++;
            }
          }
          assertThat(compared).isGreaterThan(10_000);
        });
  }

  @Test
  void whatAnotherNodeHasPlacedStaysWhereItIs() {
    long utcMs = EPOCH_MS - 500_000; // further from our clock than any source is believed
    var timeline =
        new Timeline(SourceClock.exact(Timescale.VIDEO), TimeReference.ARRIVAL, Long.MIN_VALUE);
    Track sound =
        new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(44_100), Bytes.EMPTY);
    timeline.clock(1, SourceClock.exact(sound.timescale()));
    var first = new SourceUnit(SimulatedEncoder.PICTURE, utcMs * 90 + 7, 3_600, true, EMPTY);
    var second = new SourceUnit(sound, utcMs * 44 + 5, 0, true, EMPTY);
    assertThat(timeline.anchor(List.of(first, second), EPOCH_MS * 1_000_000))
        .isEqualTo(sound.timescale().convert(utcMs * 44 + 5, Timescale.VIDEO));
    assertThat(timeline.map(first, EPOCH_MS * 1_000_000))
        .isEqualTo(new AccessUnit(first.track(), utcMs * 90 + 7, utcMs * 90 + 3_607, true, EMPTY));
    assertThat(timeline.map(second, 0).dts()).isEqualTo(utcMs * 44 + 5);
    assertThat(timeline.repairs()).isEmpty();
    assertThat(timeline.absolute()).isTrue();
    assertThat(timeline.ahead90k()).isZero();
    assertThat(timeline.end90k()).isEqualTo(utcMs * 90 + 7);
  }

  @ParameterizedTest(name = "of {0}, a clock that is UTC {1}: {2}")
  @CsvSource({
    "ARRIVAL, NO, false",
    "ARRIVAL, PERHAPS, false",
    "ARRIVAL, SAID, false",
    "AUTO, NO, false",
    "AUTO, PERHAPS, false",
    "AUTO, SAID, true",
    "SOURCE, NO, false",
    "SOURCE, PERHAPS, true",
    "SOURCE, SAID, true",
  })
  void whoseTimeCounts(TimeReference reference, SourceClock.Utc utc, boolean absolute) {
    var encoder = new SimulatedEncoder(atc(-7_000), new SplittableRandom(1));
    var watch = watch(reference, new SourceClock(Timescale.MILLIS, 32, utc));
    AccessUnit first = watch.take(encoder.next());
    assertThat(watch.timeline.absolute()).isEqualTo(absolute);
    assertThat(atMs(first)).isEqualTo(absolute ? -7_000 : SimulatedEncoder.NETWORK_MS);
    assertThat(watch.told).isEmpty();
  }

  @ParameterizedTest(name = "{0} ms from arrival")
  @CsvSource({"60000, true", "60001, false", "-60000, true", "-60001, false"})
  void theSourcesTimeIsBelievedWithinAMinute(long fromArrivalMs, boolean believed) {
    var encoder =
        new SimulatedEncoder(
            atc(fromArrivalMs + (long) SimulatedEncoder.NETWORK_MS), new SplittableRandom(1));
    var watch = watch(TimeReference.AUTO, SourceClock.RTMP_ATC);
    watch.take(encoder.next());
    assertThat(watch.timeline.absolute()).isEqualTo(believed);
    assertThat(watch.timeline.count(Kind.CLOCK)).isEqualTo(believed ? 0 : 1);
    if (!believed) {
      assertThat(watch.told)
          .containsExactly(
              "h264 says a time %d ms from its arrival; arrival counts".formatted(fromArrivalMs));
      run(encoder, watch, 5 * MINUTE);
      assertThat(watch.worstUtcErrorMs()).isLessThan(50);
    }
  }

  @Test
  void anOrdinaryEncoderUnderTimeSourceIsToldAndPlacedByArrival() {
    var encoder = new SimulatedEncoder(Setup.of(SourceClock.RTMP), new SplittableRandom(1));
    var watch = watch(TimeReference.SOURCE, SourceClock.RTMP);
    run(encoder, watch, MINUTE);
    assertThat(watch.told).hasSize(1);
    assertThat(watch.told.getFirst()).startsWith("h264 says a time ");
    assertThat(watch.worstUtcErrorMs()).isLessThan(50);
  }

  @ParameterizedTest(name = "wrap at {0} bits")
  @ValueSource(ints = {31, 32})
  void utcThatWrapsIsTheNearest(int bits) {
    // a moment at which UTC in milliseconds is a multiple of 2^32, and the encoder masks its stamps
    long wrapMs = (EPOCH_MS >> 32) + 1 << 32;
    var timeline = new Timeline(SourceClock.RTMP_ATC, TimeReference.AUTO, Long.MIN_VALUE);
    for (long ms = wrapMs - 60_000; ms < wrapMs + 60_000; ms += 40) {
      SourceUnit unit = unit(SimulatedEncoder.PICTURE, ms & (1L << bits) - 1);
      long arrivalNs = (ms + 300) * 1_000_000;
      if (ms == wrapMs - 60_000) {
        timeline.anchor(List.of(unit), arrivalNs);
      }
      assertThat(timeline.map(unit, arrivalNs).dts()).isEqualTo(ms * 90);
      assertThat(timeline.repairs()).isEmpty();
    }
  }

  @Test
  void whatIsBehindTheEndOfTheTimelineIsBroughtToItsTimeAndTold() {
    long end90k = (EPOCH_MS + 500) * 90;
    var encoder = new SimulatedEncoder(atc(0), new SplittableRandom(1));
    var watch = new TimelineWatch(new Timeline(SourceClock.RTMP_ATC, TimeReference.AUTO, end90k));
    AccessUnit first = watch.take(encoder.next());
    assertThat(first.dts()).isEqualTo(end90k);
    run(encoder, watch, 3 * SECOND);
    Sent after = encoder.next();
    assertThat(atMs(watch.take(after)) - after.trueMs()).isBetween(-1.1, 0.1);
    assertThat(watch.told).containsExactly("h264 was 500 ms behind UTC; aligned over 2 s");
    watch.forget();
    run(encoder, watch, 20 * SECOND);
    watch.assertTogether();
  }

  @ParameterizedTest(name = "by {0} ms")
  @ValueSource(longs = {-20_000, -2_000, -600, 2_500, 20_000})
  void anEncoderThatSetsItsClockIsFollowed(long byMs) {
    var encoder = new SimulatedEncoder(atc(0), new SplittableRandom(1));
    var watch = watch(TimeReference.AUTO, SourceClock.RTMP_ATC);
    run(encoder, watch, 10 * SECOND);
    encoder.reset(true, true, (EPOCH_MS + (long) encoder.nowMs() + byMs) & 0xFFFFFFFFL);
    run(encoder, watch, 80 * SECOND);
    watch.forget();
    Sent sent = encoder.next();
    assertThat(atMs(watch.take(sent)) - sent.trueMs()).isBetween(byMs - 45.0, byMs + 45.0);
    run(encoder, watch, 90 * SECOND);
    watch.assertTogether();
    assertThat(watch.timeline.absolute()).isTrue();
    assertThat(watch.told).isNotEmpty().noneMatch(what -> what.contains("arrival counts"));
  }

  @Test
  void anEncoderWhoseClockRunsAwayLosesItsSayAtAMinute() {
    var encoder = new SimulatedEncoder(atc(0).ppm(9_900), new SplittableRandom(1));
    var watch = watch(TimeReference.AUTO, SourceClock.RTMP_ATC);
    run(encoder, watch, 95 * MINUTE);
    assertThat(watch.timeline.absolute()).isTrue();
    run(encoder, watch, 110 * MINUTE);
    assertThat(watch.timeline.absolute()).isFalse();
    assertThat(watch.told.getFirst()).matches("h264 says a time -60\\d\\d\\d ms .*");
  }

  @ParameterizedTest(name = "clock {0} ms ahead of ours")
  @ValueSource(longs = {-50_000, 0, 50_000})
  void aheadIsWhatComesFasterThanItShould(long offMs) {
    var encoder = new SimulatedEncoder(atc(offMs), new SplittableRandom(1));
    var watch = watch(TimeReference.AUTO, SourceClock.RTMP_ATC);
    run(encoder, watch, 10 * SECOND);
    assertThat(watch.timeline.ahead90k()).isBetween(-90 * 60L, 90 * 60L);
    encoder.speed(10);
    run(encoder, watch, 20 * SECOND);
    assertThat(watch.timeline.ahead90k() / 90).isBetween(8_900L, 9_100L);
  }

  // ---- hints

  private static final Track PICTURE =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.EMPTY);
  private static final Track SOUND =
      new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.EMPTY);
  private static final SourceClock PICTURE_CLOCK = new SourceClock(Timescale.VIDEO, 32);
  private static final SourceClock SOUND_CLOCK = new SourceClock(new Timescale(48_000), 32);

  private static SourceUnit unit(Track track, long stamp) {
    return new SourceUnit(track, stamp, 0, true, Unpooled.EMPTY_BUFFER);
  }

  /** An RTP sender: each track on its own clock from anywhere, reports every five seconds. */
  private static final class Sender {
    final long pictureZero;
    final long soundZero;
    final double soundPpm;
    final double soundLateMs;
    final double utcMs;
    final Timeline timeline;
    final List<String> told = new ArrayList<>();
    double reportsFromMs;
    double noiseMs;
    long pictures;
    long sounds;
    double nextReportMs;
    double worstMs;
    double lastErrorMs;
    long lastPicture = Long.MIN_VALUE;
    long lastSound = Long.MIN_VALUE;
    private final RandomGenerator random;

    /**
     * A sender that has not begun.
     *
     * @param soundPpm how much slower than the picture's the clock of the sound runs
     * @param soundLateMs how much later sound arrives
     * @param utcMs how far its UTC is ahead of ours
     */
    Sender(
        TimeReference reference,
        double soundPpm,
        double soundLateMs,
        double utcMs,
        RandomGenerator random) {
      this.random = random;
      this.pictureZero = random.nextLong(1L << 32);
      this.soundZero = random.nextLong(1L << 32);
      this.soundPpm = soundPpm;
      this.soundLateMs = soundLateMs;
      this.utcMs = utcMs;
      timeline = new Timeline(SourceClock.FILE, reference, Long.MIN_VALUE);
      timeline.clock(PICTURE.id(), PICTURE_CLOCK);
      timeline.clock(SOUND.id(), SOUND_CLOCK);
    }

    double soundMs() {
      return sounds * 1_024_000.0 / 48_000 * (1 + soundPpm / 1e6);
    }

    void run(double untilMs) {
      while (pictures * 40.0 < untilMs) {
        double ms = Math.min(pictures * 40.0, soundMs() + soundLateMs);
        if (ms >= nextReportMs && ms >= reportsFromMs) {
          report(nextReportMs);
          nextReportMs += 5 * SECOND;
        } else if (ms >= nextReportMs) {
          nextReportMs += 5 * SECOND;
        }
        if (pictures == 0 || pictures * 40.0 <= soundMs() + soundLateMs) {
          picture();
        } else {
          sound();
        }
      }
    }

    private void report(double ms) {
      long utcNs = (long) ((EPOCH_MS + ms + utcMs + random.nextDouble(noiseMs + 1e-9)) * 1e6);
      long arrivalNs = (long) ((EPOCH_MS + ms + 30) * 1e6);
      long pictureTicks = pictureZero + Math.round(ms * 90);
      long soundTicks = soundZero + Math.round(ms * 48 / (1 + soundPpm / 1e6));
      timeline.hint(new TimeHint(0, pictureTicks & 0xFFFFFFFFL, utcNs), arrivalNs);
      timeline.hint(new TimeHint(1, soundTicks & 0xFFFFFFFFL, utcNs), arrivalNs);
    }

    private void picture() {
      double ms = pictures * 40.0;
      SourceUnit unit = unit(PICTURE, pictureZero + pictures * 3_600 & 0xFFFFFFFFL);
      long arrivalNs = (long) ((EPOCH_MS + ms + 20) * 1e6);
      if (pictures++ == 0) {
        timeline.anchor(List.of(unit), arrivalNs);
      }
      AccessUnit placed = take(unit, arrivalNs);
      assertThat(placed.dts()).isGreaterThan(lastPicture);
      lastPicture = placed.dts();
      lastErrorMs = atMs(placed) - ms;
    }

    private void sound() {
      double ms = soundMs();
      SourceUnit unit = unit(SOUND, soundZero + sounds++ * 1_024 & 0xFFFFFFFFL);
      AccessUnit placed = take(unit, (long) ((EPOCH_MS + ms + 20 + soundLateMs) * 1e6));
      assertThat(placed.dts()).isGreaterThan(lastSound);
      lastSound = placed.dts();
      worstMs = Math.max(worstMs, Math.abs(atMs(placed) - ms - lastErrorMs));
    }

    private AccessUnit take(SourceUnit unit, long arrivalNs) {
      AccessUnit placed = timeline.map(unit, arrivalNs);
      timeline.repairs().forEach(repair -> told.add(repair.toString()));
      return placed;
    }
  }

  @Test
  void tracksOfClocksOfTheirOwnAreAnchoredByArrivalUntilAHintBringsThemTogether() {
    var sender = new Sender(TimeReference.ARRIVAL, 0, 543, 987_654, new SplittableRandom(2));
    sender.reportsFromMs = 5 * SECOND;
    sender.run(4_990);
    assertThat(sender.worstMs).isBetween(542.0, 544.0);
    sender.run(8_000);
    assertThat(sender.told).containsExactly("aac was 543 ms behind h264; aligned over 2 s");
    sender.worstMs = 0;
    sender.run(60 * SECOND);
    assertThat(sender.worstMs).isLessThan(0.1);
    assertThat(sender.told).hasSize(1);
    assertThat(sender.timeline.absolute()).isFalse();
  }

  @Test
  void hintsThatComeFirstAnchorTheTracksTogether() {
    var sender = new Sender(TimeReference.ARRIVAL, 0, 543, -123_456_789, new SplittableRandom(3));
    sender.run(60 * SECOND);
    assertThat(sender.worstMs).isLessThan(0.1);
    assertThat(sender.told).isEmpty();
  }

  @ParameterizedTest(name = "sound {0} ppm slower, reports off by up to {1} ms")
  @CsvSource({"50, 0", "-50, 0", "100, 0", "30, 1"})
  void clocksThatDriftApartAreKeptTogetherByTheirReports(double ppm, double noiseMs) {
    var sender = new Sender(TimeReference.ARRIVAL, ppm, 100, 0, new SplittableRandom(5));
    sender.noiseMs = noiseMs;
    sender.run(60 * MINUTE); // 180 ms and more
    assertThat(sender.worstMs).isLessThan(2.1 + noiseMs);
    assertThat(sender.told).allMatch(what -> what.startsWith("aac drifted by"));
  }

  @Test
  void theUtcOfReportsCountsWhereTheSourceIsAsked() {
    var sender = new Sender(TimeReference.SOURCE, 0, 100, -4_000, new SplittableRandom(6));
    sender.reportsFromMs = 5 * SECOND;
    sender.run(4_990);
    assertThat(sender.timeline.absolute()).isFalse();
    sender.run(5_500);
    assertThat(sender.timeline.absolute()).isTrue();
    assertThat(sender.told)
        .contains("h264 was 4020 ms behind UTC; aligned over 8040 ms")
        .hasSizeLessThanOrEqualTo(3);
    sender.run(15 * SECOND);
    sender.worstMs = 0;
    sender.run(60 * SECOND);
    assertThat(sender.worstMs).isLessThan(0.1);
    assertThat(sender.lastErrorMs).isBetween(-4_000.1, -3_999.9);
  }

  @Test
  void utcOfReportsThatIsHoursAwayOnlyBringsTracksTogether() {
    var sender = new Sender(TimeReference.SOURCE, 0, 300, 3_600_000, new SplittableRandom(6));
    sender.reportsFromMs = 5 * SECOND;
    sender.run(10 * SECOND);
    assertThat(sender.timeline.absolute()).isFalse();
    assertThat(sender.told)
        .contains("aac was 300 ms behind h264; aligned over 2 s")
        .anyMatch(what -> what.startsWith("h264 says a time 3599"));
    sender.worstMs = 0;
    sender.run(60 * SECOND);
    assertThat(sender.worstMs).isLessThan(0.1);
    assertThat(Math.abs(sender.lastErrorMs - 20)).isLessThan(1);
  }

  @ParameterizedTest(name = "{0} ms apart")
  @CsvSource({"10000, true", "10001, false"})
  void tracksThatAreSaidToBeFarApartAreLeftAlone(long ms, boolean aligned) {
    var timeline = new Timeline(SourceClock.FILE, Long.MIN_VALUE);
    timeline.clock(0, PICTURE_CLOCK);
    timeline.clock(1, SOUND_CLOCK);
    long arrivalNs = EPOCH_MS * 1_000_000;
    timeline.anchor(List.of(unit(PICTURE, 0), unit(SOUND, 0)), arrivalNs);
    timeline.map(unit(PICTURE, 0), arrivalNs);
    timeline.map(unit(SOUND, 0), arrivalNs);
    timeline.hint(new TimeHint(0, 0, arrivalNs), arrivalNs);
    timeline.hint(new TimeHint(1, 0, arrivalNs + ms * 1_000_000), arrivalNs);
    timeline.map(unit(PICTURE, 3_600), arrivalNs + 40_000_000);
    assertThat(timeline.count(Kind.ALIGN)).isEqualTo(aligned ? 1 : 0);
    assertThat(timeline.count(Kind.CLOCK)).isEqualTo(aligned ? 0 : 1);
    assertThat(timeline.repairs()).hasSize(1);
  }

  @Test
  void aTrackThatWasResetIsBroughtBackByTheNextHint() {
    var timeline = new Timeline(SourceClock.RTMP, Long.MIN_VALUE);
    timeline.anchor(List.of(unit(PICTURE, 0)), EPOCH_MS * 1_000_000);
    String told = "";
    for (long frame = 0; frame < 500; frame++) {
      long ms = frame * 40;
      long arrivalNs = (EPOCH_MS + ms) * 1_000_000;
      boolean reset = frame >= 100; // and 200 ms of sound are lost at that
      long soundMs = reset ? ms - 4_000 : ms;
      if (frame == 150) {
        timeline.hint(new TimeHint(0, ms, arrivalNs), arrivalNs);
        timeline.hint(new TimeHint(1, soundMs, arrivalNs + 200_000_000), arrivalNs);
      }
      AccessUnit picture = timeline.map(unit(PICTURE, ms), arrivalNs);
      told += timeline.repairs();
      AccessUnit sound = timeline.map(unit(sound40(), soundMs), arrivalNs);
      told += timeline.repairs();
      double apartMs = atMs(sound) - atMs(picture);
      assertThat(apartMs).isEqualTo(frame < 150 ? 0 : apartMs);
      if (frame > 205) {
        assertThat(apartMs).isBetween(199.0, 201.0);
      }
    }
    assertThat(told)
        .contains("aac jumped by -4000 ms; closed")
        .contains("aac was 200 ms ahead of h264; aligned over 2 s");
  }

  private static Track sound40() {
    return new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(25_600), Bytes.EMPTY);
  }

  @Test
  void aClockComesBeforeTheTracksFirstUnit() {
    var timeline = new Timeline(SourceClock.RTMP, Long.MIN_VALUE);
    timeline.anchor(List.of(unit(PICTURE, 0)), 0);
    timeline.map(unit(PICTURE, 0), 0);
    assertThatIllegalStateException()
        .isThrownBy(() -> timeline.clock(0, PICTURE_CLOCK))
        .withMessage("track 0 has begun");
  }
}
