package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At 48 kHz: 48 samples a millisecond, 1 024 a frame. */
class AudioCountTest {
  private static final int FRAME = 1_024;
  private static final int SNAP = 96;
  private static final int RESYNC = 2_400;

  private final AudioCount count = new AudioCount(aac("1190"));
  private long last;

  private static Track aac(String configuration) {
    return new Track(
        1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.ofHex(configuration));
  }

  /** A frame whose time stamp is {@code off} samples from where it is expected. */
  private long step(long off) {
    long next = count.next(last, last + FRAME + off, false);
    long step = next - last;
    last = next;
    return step;
  }

  @ParameterizedTest(name = "{0} has frames of {1} samples")
  @CsvSource({"1190, 1024", "1194, 960", "BA3D00, 480", "BA3900, 512", "'', 1024", "F948, 1024"})
  void framesAreAsLongAsTheConfigurationSays(String configuration, int samples) {
    assertThat(new AudioCount(aac(configuration)).frameSamples()).isEqualTo(samples);
  }

  @Test
  void roundingIsNotSeen() {
    for (int i = 0; i < 100; i++) {
      assertThat(step(i % 2 == 0 ? SNAP : -SNAP)).isEqualTo(FRAME);
    }
    assertThat(count.drifted()).isZero();
  }

  @ParameterizedTest(name = "{0} frames missing, {1} samples from it")
  @CsvSource({"1, 0", "1, 96", "1, -96", "2, 50", "40, 0"})
  void missingFramesLeaveAHoleOfWholeFrames(int frames, int off) {
    for (int i = 0; i < AudioCount.TRUSTED_FRAMES; i++) {
      step(0);
    }
    assertThat(step(frames * FRAME + off)).isEqualTo((1L + frames) * FRAME);
    assertThat(step(-off)).isEqualTo(FRAME);
  }

  @Test
  void aSourceThatJittersMissesNoFrameForThat() {
    for (int i = 0; i < AudioCount.TRUSTED_FRAMES - 1; i++) {
      step(0);
    }
    assertThat(step(FRAME)).isEqualTo(FRAME);
    assertThat(step(0)).isEqualTo(FRAME);
  }

  @Test
  void jitterIsNotSeenAndMoreThanItCounts() {
    assertThat(step(RESYNC)).isEqualTo(FRAME);
    assertThat(step(-SNAP - 1)).isEqualTo(FRAME);
    assertThat(step(RESYNC + 1)).isEqualTo(FRAME + RESYNC + 1);
    assertThat(step(0)).isEqualTo(FRAME);
  }

  @Test
  void whatWasMovedIsBelieved() {
    assertThat(count.next(0, FRAME + 500, true)).isEqualTo(FRAME + 500);
    assertThat(count.next(0, FRAME + SNAP, true)).isEqualTo(FRAME);
    assertThat(count.next(0, FRAME - 500, true)).isEqualTo(FRAME - 500);
    assertThat(count.next(0, -500, true)).isEqualTo(-500);
  }

  @ParameterizedTest(name = "off by {0} to {1} samples: moves by {2}")
  @CsvSource({"400, 800, 400", "-400, -800, -400", "-512, -800, -512", "-2000, -1500, -512"})
  void driftIsFollowedByTheLeastOfIt(int odd, int even, int moved) {
    for (int i = 1; i < AudioCount.DRIFT_FRAMES; i++) {
      assertThat(step(i % 2 == 0 ? even : odd)).isEqualTo(FRAME);
      assertThat(count.drifted()).isZero();
    }
    assertThat(step(even)).isEqualTo(FRAME + moved);
    assertThat(count.drifted()).isEqualTo(moved);
    assertThat(step(0)).isEqualTo(FRAME);
    assertThat(count.drifted()).isZero();
  }

  @Test
  void oneFrameOnTheOtherSideBeginsTheWatchAnew() {
    for (int i = 1; i < AudioCount.DRIFT_FRAMES; i++) {
      step(500);
    }
    assertThat(step(-500)).isEqualTo(FRAME);
    assertThat(step(500)).isEqualTo(FRAME);
    assertThat(count.drifted()).isZero();
  }

  @Test
  void longFramesMayComeEarlyByMoreThanJitter() {
    AudioCount slow =
        new AudioCount(
            new Track(
                1,
                Track.Kind.AUDIO,
                Codec.AAC,
                "aac",
                new Timescale(8_000),
                Bytes.ofHex("1588"))); // 128 ms a frame
    assertThat(slow.next(0, FRAME - 400, false)).isEqualTo(FRAME);
    assertThat(slow.next(0, FRAME - 401, false)).isEqualTo(FRAME - 401);
  }
}
