package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Repair.Kind;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineTest {
  private static final long SECOND_NS = 1_000_000_000;
  private static final long ARRIVAL_NS = 1_800_000_000L * SECOND_NS;
  private static final long ARRIVAL_90K = 1_800_000_000L * 90_000;
  private static final Track VIDEO =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.EMPTY);
  private static final Track AUDIO = aac(48_000);
  private static final Track DATA =
      new Track(2, Track.Kind.DATA, Codec.AMF_DATA, "amf", Timescale.MILLIS, Bytes.EMPTY);

  private static Track aac(int rate) {
    return new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(rate), Bytes.EMPTY);
  }

  private static SourceUnit unit(Track track, long dts) {
    return unit(track, dts, 0);
  }

  private static SourceUnit unit(Track track, long dts, int compositionOffset) {
    return new SourceUnit(track, dts, compositionOffset, true, Unpooled.EMPTY_BUFFER);
  }

  private static Timeline anchored(SourceUnit first) {
    var timeline = new Timeline(SourceClock.RTMP, Long.MIN_VALUE);
    timeline.anchor(List.of(first), ARRIVAL_NS);
    return timeline;
  }

  /** Arrival of a unit that comes in time, {@code ms} after the first. */
  private static long after(long ms) {
    return ARRIVAL_NS + ms * 1_000_000;
  }

  @Test
  void anchorsTheLastUnitOfTheBeginningOnItsArrival() {
    var timeline = new Timeline(SourceClock.RTMP, Long.MIN_VALUE);
    SourceUnit early = unit(AUDIO, 1_000);
    SourceUnit key = unit(VIDEO, 1_040);
    timeline.anchor(List.of(early, key), ARRIVAL_NS);
    assertThat(timeline.map(early, ARRIVAL_NS).dts90k()).isEqualTo(ARRIVAL_90K - 40 * 90);
    assertThat(timeline.map(key, ARRIVAL_NS).dts90k()).isEqualTo(ARRIVAL_90K);
  }

  @Test
  void beginsNothingBeforeTheEndOfWhatWas() {
    var timeline = new Timeline(SourceClock.RTMP, ARRIVAL_90K + 5_040);
    SourceUnit early = unit(AUDIO, 100);
    SourceUnit key = unit(VIDEO, 140);
    timeline.anchor(List.of(key, early), ARRIVAL_NS);
    assertThat(timeline.map(early, ARRIVAL_NS).dts90k())
        .isBetween(ARRIVAL_90K + 5_038, ARRIVAL_90K + 5_040);
    assertThat(timeline.map(key, ARRIVAL_NS).dts90k()).isEqualTo(ARRIVAL_90K + 5_040 + 40 * 90);
  }

  @ParameterizedTest(name = "wraps after {0}")
  @ValueSource(longs = {1L << 24, 1L << 31, 1L << 32})
  void followsAClockThroughItsWrap(long wrap) {
    Track audio = aac(44_100);
    long start = wrap - 600_000;
    var timeline = anchored(unit(VIDEO, start));
    long lastAudio = 0;
    long audioFrames = 0;
    for (long frame = 0; frame < 20 * 60 * 25; frame++) {
      long ms = frame * 40;
      AccessUnit video = timeline.map(unit(VIDEO, (start + ms) % wrap, 80), after(ms));
      assertThat(video.dts()).isEqualTo(ARRIVAL_90K + ms * 90);
      assertThat(video.pts()).isEqualTo(video.dts() + 80 * 90);
      assertThat(timeline.repairs()).isEmpty();
      for (long at; (at = Math.round(audioFrames * 1_024_000 / 44_100.0)) <= ms; audioFrames++) {
        AccessUnit sound = timeline.map(unit(audio, (start + at) % wrap), after(ms));
        assertThat(timeline.repairs()).isEmpty();
        if (audioFrames > 0) {
          assertThat(sound.dts() - lastAudio).isEqualTo(1_024);
        }
        lastAudio = sound.dts();
      }
    }
  }

  @ParameterizedTest(name = "{0} Hz")
  @ValueSource(ints = {8_000, 22_050, 44_100, 48_000, 96_000})
  void countsSamplesSoThatMillisecondRoundingDisappears(int rate) {
    Seeds.run(
        20,
        random -> {
          Track audio = aac(rate);
          boolean floors = random.nextBoolean();
          long first = random.nextLong(1 << 20);
          Timeline timeline = null;
          long start = 0;
          for (long frame = 0; frame < 5_000; frame++) {
            long exact = (first + frame) * 1_024 * 1_000;
            long ms = floors ? exact / rate : Math.round(exact / (double) rate);
            if (timeline == null) {
              timeline = anchored(unit(audio, ms));
              start = timeline.map(unit(audio, ms), ARRIVAL_NS).dts();
              continue;
            }
            AccessUnit placed = timeline.map(unit(audio, ms), ARRIVAL_NS);
            assertThat(placed.dts()).isEqualTo(start + frame * 1_024);
            assertThat(timeline.repairs()).isEmpty();
          }
        });
  }

  @Test
  void followsTimeStampsWhenTheyLeaveTheCountOfSamples() {
    var timeline = anchored(unit(AUDIO, 0));
    long first = timeline.map(unit(AUDIO, 0), ARRIVAL_NS).dts();
    assertThat(timeline.map(unit(AUDIO, 21), after(21)).dts() - first).isEqualTo(1_024);
    assertThat(timeline.map(unit(AUDIO, 100), after(100)).dts() - first).isEqualTo(4_800);
    assertThat(timeline.map(unit(AUDIO, 121), after(121)).dts() - first).isEqualTo(5_824);
  }

  @Test
  void keepsAGapThatArrivalConfirmsAndTellsIt() {
    var timeline = anchored(unit(VIDEO, 0));
    timeline.map(unit(VIDEO, 0), ARRIVAL_NS);
    AccessUnit after = timeline.map(unit(VIDEO, 600_000), after(600_000));
    assertThat(after.dts()).isEqualTo(ARRIVAL_90K + 600_000L * 90);
    assertThat(timeline.repairs()).containsExactly(new Repair(Kind.GAP, 0, "h264", 600_000, 1));
  }

  @Test
  void closesAJumpThatArrivalDoesNotConfirm() {
    var timeline = anchored(unit(VIDEO, 0));
    timeline.map(unit(VIDEO, 0), ARRIVAL_NS);
    AccessUnit after = timeline.map(unit(VIDEO, 3_600_000), after(40));
    assertThat(after.dts()).isEqualTo(ARRIVAL_90K + 3_600);
    assertThat(timeline.repairs()).containsExactly(new Repair(Kind.JUMP, 0, "h264", 3_599_960, 1));
    assertThat(timeline.map(unit(VIDEO, 3_600_040), after(80)).dts())
        .isEqualTo(ARRIVAL_90K + 7_200);
    assertThat(timeline.repairs()).isEmpty();
  }

  @Test
  void keepsPictureAndSoundTogetherWhenBothAreReset() {
    var timeline = anchored(unit(VIDEO, 100_000));
    timeline.map(unit(VIDEO, 100_000), ARRIVAL_NS);
    timeline.map(unit(AUDIO, 100_010), after(10));
    AccessUnit video = timeline.map(unit(VIDEO, 0), after(40));
    AccessUnit sound = timeline.map(unit(AUDIO, 15), after(55));
    assertThat(sound.dts90k() - video.dts90k()).isBetween(15L * 90 - 2, 15L * 90);
    assertThat(video.dts()).isGreaterThanOrEqualTo(ARRIVAL_90K + 3_600);
    assertThat(timeline.repairs()).extracting(Repair::kind).containsExactly(Kind.JUMP);
  }

  @Test
  void letsTheOtherTrackBeWhenOneIsReset() {
    var timeline = anchored(unit(VIDEO, 100_000));
    timeline.map(unit(VIDEO, 100_000), ARRIVAL_NS);
    Track audio = aac(25_600); // 40 ms a frame
    timeline.map(unit(audio, 100_000), ARRIVAL_NS);
    for (int frame = 1; frame < 500; frame++) {
      long ms = frame * 40L;
      AccessUnit video = timeline.map(unit(VIDEO, 100_000 + ms), after(ms));
      assertThat(video.dts()).isEqualTo(ARRIVAL_90K + ms * 90);
      AccessUnit sound = timeline.map(unit(audio, ms - 40), after(ms));
      assertThat(sound.dts90k()).isEqualTo(video.dts());
      assertThat(timeline.repairs()).hasSize(frame == 1 ? 1 : 0);
    }
  }

  @Test
  void putsEqualAndBackwardTimeStampsInOrderAndTellsItOnce() {
    var timeline = anchored(unit(VIDEO, 1_000));
    long first = timeline.map(unit(VIDEO, 1_000), ARRIVAL_NS).dts();
    assertThat(timeline.map(unit(VIDEO, 1_000), after(0)).dts()).isEqualTo(first + 90);
    assertThat(timeline.repairs()).extracting(Repair::kind).containsExactly(Kind.ORDER);
    assertThat(timeline.map(unit(VIDEO, 900), after(0)).dts()).isEqualTo(first + 180);
    assertThat(timeline.repairs()).isEmpty();
    assertThat(timeline.map(unit(VIDEO, 1_040), after(40)).dts()).isEqualTo(first + 3_600);
  }

  /** What ffmpeg sends where {@code -stream_loop} begins its file anew: sound a frame too early. */
  @Test
  void soundThatOverlapsByAFrameNeverStandsInMilliseconds() {
    var timeline = anchored(unit(AUDIO, 0));
    long lastMs = Long.MIN_VALUE;
    for (long frame = 0; frame < 200; frame++) {
      long stampMs = Math.round(frame * 64 / 3.0) - (frame >= 100 ? 20 : 0);
      AccessUnit placed = timeline.map(unit(AUDIO, stampMs), after(stampMs));
      long ms = AUDIO.timescale().convertRounded(placed.dts(), Timescale.MILLIS);
      assertThat(ms).isGreaterThan(lastMs);
      lastMs = ms;
    }
    assertThat(timeline.count(Kind.DRIFT)).isEqualTo(2);
    assertThat(timeline.count(Kind.ORDER)).isZero();
  }

  @Test
  void neverRunsBackWhateverTheTimeStamps() {
    Seeds.run(
        200,
        random -> {
          var timeline = anchored(unit(VIDEO, 5_000));
          List<Track> tracks = List.of(VIDEO, AUDIO);
          long[] last = new long[2];
          long now = 0;
          for (int i = 0; i < 500; i++) {
            now += random.nextInt(100);
            long stamp =
                switch (random.nextInt(10)) {
                  case 0 -> random.nextLong(1L << 32);
                  case 1 -> random.nextLong(100_000);
                  default -> 5_000 + now + random.nextInt(50);
                };
            Track track = tracks.get(random.nextInt(2));
            AccessUnit placed = timeline.map(unit(track, stamp), after(now));
            long ms = track.timescale().convertRounded(placed.dts(), Timescale.MILLIS);
            assertThat(ms).isGreaterThan(last[track.id()]);
            assertThat(timeline.end90k()).isGreaterThan(placed.dts90k());
            last[track.id()] = ms;
          }
        });
  }

  @Test
  void aFileThatComesAtOnceKeepsItsOwnPace() {
    var timeline = anchored(unit(VIDEO, 0));
    List<Long> placed = new ArrayList<>();
    for (int frame = 0; frame < 15_000; frame++) {
      placed.add(timeline.map(unit(VIDEO, frame * 40L), after(frame / 100)).dts());
      assertThat(timeline.repairs()).isEmpty();
    }
    assertThat(placed.getLast()).isEqualTo(ARRIVAL_90K + 14_999 * 3_600L);
  }

  @ParameterizedTest(name = "a step of {0} ms is told: {1}")
  @CsvSource({"1000, false", "1001, true"})
  void gapsAreToldFromASecondOn(long ms, boolean told) {
    var timeline = anchored(unit(VIDEO, 0));
    timeline.map(unit(VIDEO, 0), ARRIVAL_NS);
    AccessUnit placed = timeline.map(unit(VIDEO, ms), after(ms));
    assertThat(placed.dts()).isEqualTo(ARRIVAL_90K + ms * 90);
    assertThat(timeline.repairs()).hasSize(told ? 1 : 0);
    assertThat(timeline.count(Kind.GAP)).isEqualTo(told ? 1 : 0);
  }

  @ParameterizedTest(name = "{0} ms at once, {1} ms ahead of arrival: jump {2}")
  @CsvSource({
    "2000, 6000, false",
    "2001, 5001, true",
    "2001, 5000, false",
    "600000, 5000, false",
    "600000, 5001, true"
  })
  void aStepIsAJumpWhenItIsLongAndLeadsFarAhead(long stepMs, long aheadMs, boolean jump) {
    var timeline = anchored(unit(VIDEO, 0));
    timeline.map(unit(VIDEO, 0), ARRIVAL_NS);
    timeline.map(unit(VIDEO, stepMs), after(stepMs - aheadMs));
    assertThat(timeline.count(Kind.JUMP)).isEqualTo(jump ? 1 : 0);
    assertThat(timeline.count(Kind.GAP)).isEqualTo(jump ? 0 : 1);
  }

  @ParameterizedTest(name = "{0} ms back: {1}")
  @CsvSource({"0, ORDER", "500, ORDER", "501, JUMP"})
  void aStepBackIsAJumpWhenItIsLong(long ms, Kind kind) {
    var timeline = anchored(unit(VIDEO, 10_000));
    long first = timeline.map(unit(VIDEO, 10_000), ARRIVAL_NS).dts();
    AccessUnit placed = timeline.map(unit(VIDEO, 10_000 - ms, 40), after(0));
    assertThat(timeline.repairs()).extracting(Repair::kind).containsExactly(kind);
    assertThat(placed.dts()).isEqualTo(kind == Kind.ORDER ? first + 90 : first + 3_600);
    assertThat(placed.pts()).isGreaterThanOrEqualTo(placed.dts());
  }

  @ParameterizedTest(name = "sound {0} ms after the picture's new beginning")
  @ValueSource(longs = {-400, -44, -1, 0, 15, 400})
  void aResetKeepsTheDistanceOfPictureAndSound(long distanceMs) {
    var timeline = anchored(unit(VIDEO, 100_000));
    for (long frame = 0; frame < 25; frame++) {
      timeline.map(unit(VIDEO, 100_000 + frame * 40), after(frame * 40));
      timeline.map(unit(AUDIO, 100_000 + Math.round(frame * 64 / 3.0)), after(frame * 40));
    }
    timeline.map(unit(VIDEO, 1_000), after(1_000));
    timeline.map(unit(AUDIO, 1_000 + distanceMs), after(1_010));
    AccessUnit video = timeline.map(unit(VIDEO, 1_040), after(1_040));
    AccessUnit sound = timeline.map(unit(AUDIO, 1_021 + distanceMs), after(1_050));
    assertThat(sound.dts90k() - video.dts())
        .isBetween(distanceMs * 90 - 1_755, distanceMs * 90 - 1_665);
    assertThat(timeline.count(Kind.JUMP)).isEqualTo(2);
    assertThat(timeline.count(Kind.ORDER)).isZero();
  }

  @Test
  void aTrackThatBeginsBeforeTheEndOfWhatWasMovesItsSource() {
    var timeline = new Timeline(SourceClock.RTMP, ARRIVAL_90K + 9_000);
    timeline.anchor(List.of(unit(VIDEO, 1_000)), ARRIVAL_NS);
    assertThat(timeline.map(unit(VIDEO, 1_000), ARRIVAL_NS).dts()).isEqualTo(ARRIVAL_90K + 9_000);
    AccessUnit sound = timeline.map(unit(AUDIO, 956), ARRIVAL_NS);
    assertThat(sound.dts90k()).isEqualTo(ARRIVAL_90K + 9_000);
    assertThat(timeline.repairs()).containsExactly(new Repair(Kind.LATE_START, 1, "aac", 44, 1));
    AccessUnit video = timeline.map(unit(VIDEO, 1_040), after(40));
    assertThat(video.dts() - sound.dts90k()).isEqualTo(84 * 90);
    assertThat(timeline.map(unit(AUDIO, 977), after(40)).dts() - sound.dts()).isEqualTo(1_024);
  }

  @ParameterizedTest(name = "{0} ms too early: {1}")
  @CsvSource({"1000, LATE_START", "1001, JUMP"})
  void aTrackThatBeginsMuchTooEarlyJumps(long ms, Kind kind) {
    var timeline = new Timeline(SourceClock.RTMP, ARRIVAL_90K);
    timeline.anchor(List.of(unit(VIDEO, 5_000)), ARRIVAL_NS);
    timeline.map(unit(VIDEO, 5_000), ARRIVAL_NS);
    assertThat(timeline.map(unit(AUDIO, 5_000 - ms), ARRIVAL_NS).dts90k())
        .isGreaterThanOrEqualTo(ARRIVAL_90K);
    assertThat(timeline.repairs()).extracting(Repair::kind).containsExactly(kind);
  }

  @Test
  void dataStampedFarAwayGoesBesideTheRest() {
    var timeline = new Timeline(SourceClock.RTMP, ARRIVAL_90K - 90);
    List<SourceUnit> beginning = List.of(unit(DATA, 0), unit(VIDEO, 5_000_000), unit(DATA, 0));
    assertThat(timeline.anchor(beginning, ARRIVAL_NS)).isEqualTo(ARRIVAL_90K);
    assertThat(timeline.map(unit(DATA, 0), ARRIVAL_NS).dts()).isEqualTo(ARRIVAL_90K / 90 - 1);
    timeline.map(unit(VIDEO, 5_000_000), ARRIVAL_NS);
    timeline.map(unit(VIDEO, 5_000_400), ARRIVAL_NS);
    assertThat(timeline.map(unit(DATA, 0), ARRIVAL_NS).dts()).isEqualTo(ARRIVAL_90K / 90 + 400);
    assertThat(timeline.repairs()).containsExactly(new Repair(Kind.DATA, 2, "amf", -5_000_400, 1));
    assertThat(timeline.map(unit(DATA, 5_000_500), ARRIVAL_NS).dts())
        .isEqualTo(ARRIVAL_90K / 90 + 500);
    assertThat(timeline.map(unit(DATA, 5_000_300), ARRIVAL_NS).dts())
        .as("does not fall")
        .isEqualTo(ARRIVAL_90K / 90 + 500);
    assertThat(timeline.map(unit(VIDEO, 5_000_440), ARRIVAL_NS).dts())
        .as("data moves nobody")
        .isEqualTo(ARRIVAL_90K + 440 * 90);
  }

  @Test
  void aStreamOfDataAloneIsPlacedByItsArrival() {
    var timeline = anchored(unit(DATA, 700));
    assertThat(timeline.map(unit(DATA, 700), ARRIVAL_NS).dts()).isEqualTo(ARRIVAL_90K / 90);
    assertThat(timeline.map(unit(DATA, 800), ARRIVAL_NS).dts()).isEqualTo(ARRIVAL_90K / 90 + 100);
  }

  @Test
  void theSampleRateMayChange() {
    var timeline = anchored(unit(AUDIO, 0));
    timeline.map(unit(AUDIO, 0), ARRIVAL_NS);
    AccessUnit before = timeline.map(unit(AUDIO, 21), after(21));
    AccessUnit after = timeline.map(unit(aac(44_100), 43), after(43));
    assertThat(after.dts90k() - before.dts90k()).isBetween(1_900L, 2_150L);
    AccessUnit then = timeline.map(unit(aac(44_100), 66), after(66));
    assertThat(then.dts() - after.dts()).isEqualTo(1_024);
    AccessUnit back = timeline.map(unit(AUDIO, 89), after(89));
    assertThat(back.dts90k()).isGreaterThan(then.dts90k());
    assertThat(timeline.repairs()).isEmpty();
  }

  /** The next file of a playlist: its sound begins where its time stamps say, not a frame on. */
  @Test
  void aNewConfigurationIsCountedFromItsOwnTimeStamp() {
    var timeline = anchored(unit(AUDIO, 0));
    long last = 0;
    for (int frame = 0; frame < 100; frame++) {
      long ms = Math.round(frame * 1_024 / 48.0);
      last = timeline.map(unit(AUDIO, ms), after(ms)).dts90k();
    }
    long beginsMs = 2_112 + 21 + 33; // a hole of 33 ms
    for (int frame = 0; frame < 100; frame++) {
      long ms = beginsMs + Math.round(frame * 1_024 / 44.1);
      long dts90k = timeline.map(unit(aac(44_100), ms), after(ms)).dts90k();
      long frame90k = frame == 0 ? 4_860 : 2_090;
      // once, after a second, it settles in the middle of what rounding leaves open
      assertThat(dts90k - last).isBetween(frame90k - 90, frame90k + 90);
      assertThat(timeline.repairs()).isEmpty();
      last = dts90k;
    }
  }

  @Test
  void aTrackMayBeginLongAfterTheClockHasWrapped() {
    var timeline = anchored(unit(VIDEO, 0));
    long wrap = 1L << 32;
    long ms = 0;
    for (; ms < 3 * wrap; ms += 86_400_000) { // it sends one picture a day
      timeline.map(unit(VIDEO, ms % wrap), after(ms));
    }
    ms -= 86_400_000;
    AccessUnit sound = timeline.map(unit(AUDIO, (ms + 20) % wrap), after(ms + 20));
    assertThat(sound.dts90k()).isEqualTo(ARRIVAL_90K + (ms + 20) * 90);
    assertThat(timeline.count(Kind.JUMP)).isZero();
  }

  @Test
  void repairsAreCountedAndToldLessAndLess() {
    var timeline = anchored(unit(VIDEO, 0));
    timeline.map(unit(VIDEO, 0), ARRIVAL_NS);
    List<Long> told = new ArrayList<>();
    for (long second = 2; second <= 2 * 100; second += 2) {
      timeline.map(unit(VIDEO, second * 1_000), after(second * 1_000));
      timeline.repairs().forEach(repair -> told.add(repair.count()));
    }
    assertThat(timeline.count(Kind.GAP)).isEqualTo(100);
    assertThat(told).hasSize(Repairs.TOLD + 2).endsWith(16L, 32L, 64L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GAP | 1500 | 1 | h264 had a gap of 1500 ms; kept",
        "JUMP | -70 | 1 | h264 jumped by -70 ms; closed",
        "ORDER | -3 | 2 | h264 went back by 3 ms; put in order (no. 2)",
        "LATE_START | 44 | 1 | h264 began 44 ms before the end of what was; its source was moved",
        "DRIFT | -8 | 1 | h264 drifted by -8 ms from its samples; followed",
        "DATA | 90 | 1 | h264 was stamped 90 ms away; put beside the rest",
      })
  void repairsAreSentences(Kind kind, long byMs, long count, String text) {
    assertThat(new Repair(kind, 0, "h264", byMs, count)).hasToString(text);
  }
}
