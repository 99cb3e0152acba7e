package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Timeline.Kind;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineTest {
  private static final long SECOND_NS = 1_000_000_000;
  private static final long ARRIVAL_NS = 1_800_000_000L * SECOND_NS;
  private static final long ARRIVAL_90K = 1_800_000_000L * 90_000;
  private static final Track VIDEO =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.EMPTY);
  private static final Track AUDIO = aac(48_000);

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
    var timeline = new Timeline(SourceClock.RTMP, ARRIVAL_90K + 5_000);
    SourceUnit early = unit(AUDIO, 100);
    SourceUnit key = unit(VIDEO, 140);
    timeline.anchor(List.of(key, early), ARRIVAL_NS);
    assertThat(timeline.map(early, ARRIVAL_NS).dts90k())
        .isBetween(ARRIVAL_90K + 4_998, ARRIVAL_90K + 5_000);
    assertThat(timeline.map(key, ARRIVAL_NS).dts90k()).isEqualTo(ARRIVAL_90K + 5_000 + 40 * 90);
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
    assertThat(timeline.repairs())
        .containsExactly(new Timeline.Repair(Kind.GAP, 0, "h264", 600_000));
  }

  @Test
  void closesAJumpThatArrivalDoesNotConfirm() {
    var timeline = anchored(unit(VIDEO, 0));
    timeline.map(unit(VIDEO, 0), ARRIVAL_NS);
    AccessUnit after = timeline.map(unit(VIDEO, 3_600_000), after(40));
    assertThat(after.dts()).isEqualTo(ARRIVAL_90K + 3_600);
    assertThat(timeline.repairs())
        .containsExactly(new Timeline.Repair(Kind.JUMP, 0, "h264", 3_599_960));
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
    assertThat(timeline.repairs()).extracting(Timeline.Repair::kind).containsExactly(Kind.JUMP);
  }

  @Test
  void letsTheOtherTrackBeWhenOneIsReset() {
    var timeline = anchored(unit(VIDEO, 100_000));
    timeline.map(unit(VIDEO, 100_000), ARRIVAL_NS);
    timeline.map(unit(AUDIO, 100_000), ARRIVAL_NS);
    for (int frame = 1; frame < 500; frame++) {
      long ms = frame * 40L;
      AccessUnit video = timeline.map(unit(VIDEO, 100_000 + ms), after(ms));
      assertThat(video.dts()).isEqualTo(ARRIVAL_90K + ms * 90);
      AccessUnit sound = timeline.map(unit(AUDIO, ms - 40), after(ms));
      assertThat(sound.dts90k() - video.dts()).isBetween(-1_920L, 3_600L);
      assertThat(timeline.repairs()).hasSize(frame == 1 ? 1 : 0);
    }
  }

  @Test
  void putsEqualAndBackwardTimeStampsInOrderAndTellsItOnce() {
    var timeline = anchored(unit(VIDEO, 1_000));
    long first = timeline.map(unit(VIDEO, 1_000), ARRIVAL_NS).dts();
    assertThat(timeline.map(unit(VIDEO, 1_000), after(0)).dts()).isEqualTo(first + 1);
    assertThat(timeline.repairs()).extracting(Timeline.Repair::kind).containsExactly(Kind.ORDER);
    assertThat(timeline.map(unit(VIDEO, 900), after(0)).dts()).isEqualTo(first + 2);
    assertThat(timeline.repairs()).isEmpty();
    assertThat(timeline.map(unit(VIDEO, 1_040), after(40)).dts()).isEqualTo(first + 3_600);
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
            assertThat(placed.dts()).isGreaterThan(last[track.id()]);
            assertThat(timeline.end90k()).isGreaterThan(placed.dts90k());
            last[track.id()] = placed.dts();
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
}
