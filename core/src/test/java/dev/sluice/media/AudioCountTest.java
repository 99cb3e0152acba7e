package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At 48 kHz: 48 samples a millisecond, 1 024 a frame. */
class AudioCountTest {
  private static final int FRAME = 1_024;
  private static final int SNAP = 96;
  private static final int RESYNC = 2_400;

  private final AudioCount count = count(aac("1190"));
  private long last;

  private static Track aac(String configuration) {
    return new Track(
        1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.ofHex(configuration));
  }

  private static AudioCount count(Track track) {
    return Objects.requireNonNull(AudioCount.of(track));
  }

  /** A frame whose time stamp is {@code off} samples from where it is expected. */
  private long step(long off) {
    long next = count.next(last, last + FRAME + off, Unpooled.EMPTY_BUFFER, false);
    long step = next - last;
    last = next;
    return step;
  }

  @ParameterizedTest(name = "{0} has frames of {1} samples")
  @CsvSource({"1190, 1024", "1194, 960", "BA3D00, 480", "BA3900, 512", "'', 1024", "F948, 1024"})
  void framesAreAsLongAsTheConfigurationSays(String configuration, int samples) {
    assertThat(count(aac(configuration)).frameSamples()).isEqualTo(samples);
  }

  @Test
  void roundingIsNotSeen() {
    for (int i = 0; i < 100; i++) {
      assertThat(step(i % 2 == 0 ? SNAP : -SNAP)).isEqualTo(FRAME);
    }
    assertThat(count.drifted()).isZero();
  }

  @ParameterizedTest(name = "{0} frames missing, {1} samples from it")
  @CsvSource({"1, 0", "1, 48", "1, -48", "2, 40", "40, 0"})
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
    assertThat(count.next(0, FRAME + 500, Unpooled.EMPTY_BUFFER, true)).isEqualTo(FRAME + 500);
    assertThat(count.next(0, FRAME + SNAP, Unpooled.EMPTY_BUFFER, true)).isEqualTo(FRAME + SNAP);
    assertThat(count.next(0, FRAME - 500, Unpooled.EMPTY_BUFFER, true)).isEqualTo(FRAME - 500);
    assertThat(count.next(0, -500, Unpooled.EMPTY_BUFFER, true)).isEqualTo(-500);
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
  void aShiftOfASourceWithoutJitterIsFollowedByItsMean() {
    for (int i = 0; i < AudioCount.TRUSTED_FRAMES; i++) {
      step(0);
    }
    for (int i = 1; i < AudioCount.SHIFT_FRAMES; i++) {
      assertThat(step(480 + (i % 2 == 0 ? 32 : -32))).isEqualTo(FRAME);
    }
    assertThat(step(480 + 32)).isEqualTo(FRAME + 480);
    assertThat(count.drifted()).isEqualTo(480);
  }

  @Test
  void oneFrameThatWasOffIsNoShift() {
    for (int i = 0; i < AudioCount.TRUSTED_FRAMES; i++) {
      step(0);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(step(i % 3 == 0 ? 480 : 0)).isEqualTo(FRAME);
    }
  }

  @ParameterizedTest(name = "off by {0} samples for a second: moves by {1}")
  @CsvSource({"36, 0", "37, 37", "-36, 0", "-40, -40"})
  void aMeanThatRoundingDoesNotExplainIsDrift(int off, int moved) {
    for (int i = 1; i < AudioCount.FINE_FRAMES; i++) {
      assertThat(step(off)).isEqualTo(FRAME);
    }
    assertThat(step(off)).isEqualTo(FRAME + moved);
    assertThat(count.drifted()).isEqualTo(moved);
  }

  @Test
  void afterADisturbanceTheCountSettlesInTheMiddle() {
    assertThat(step(RESYNC + 1)).isEqualTo(FRAME + RESYNC + 1);
    for (int i = 1; i < AudioCount.FINE_FRAMES; i++) {
      assertThat(step(-20)).isEqualTo(FRAME);
    }
    assertThat(step(-20)).isEqualTo(FRAME - 20);
    assertThat(count.drifted()).as("no drift").isZero();
    for (int i = 0; i < 2 * AudioCount.FINE_FRAMES; i++) {
      assertThat(step(15)).isEqualTo(FRAME);
    }
  }

  @Test
  void stampsThatWereChosenToFitSettleNothing() {
    assertThat(step(RESYNC + 1)).isEqualTo(FRAME + RESYNC + 1); // in doubt from here on
    step(20);
    count.restamped();
    for (int i = 0; i < 2 * AudioCount.FINE_FRAMES; i++) {
      assertThat(step(-20)).isEqualTo(FRAME);
    }
  }

  @Test
  void opusPacketsSayThemselvesHowLongTheyAre() {
    AudioCount opus =
        count(
            new Track(
                1,
                Track.Kind.AUDIO,
                Codec.OPUS,
                "opus",
                new Timescale(48_000),
                Bytes.ofHex("4f707573486561640102380180bb0000000000")));
    ByteBuf twentyMs = Unpooled.wrappedBuffer(new byte[] {(byte) 0xF8, 0});
    ByteBuf shortest = Unpooled.wrappedBuffer(new byte[] {(byte) 0xE0, 0});
    opus.first(twentyMs);
    assertThat(opus.next(0, 960, shortest, false)).isEqualTo(960);
    assertThat(opus.next(960, 1_080, twentyMs, false)).isEqualTo(1_080);
    assertThat(opus.next(1_080, 2_040, Unpooled.EMPTY_BUFFER, false)).isEqualTo(2_040);
    assertThat(opus.next(2_040, 3_000, twentyMs, false)).as("as the one before").isEqualTo(3_000);
  }

  @Test
  void longFramesMayComeEarlyByMoreThanJitter() {
    AudioCount slow =
        count(
            new Track(
                1,
                Track.Kind.AUDIO,
                Codec.AAC,
                "aac",
                new Timescale(8_000),
                Bytes.ofHex("1588"))); // 128 ms a frame
    assertThat(slow.next(0, FRAME - 400, Unpooled.EMPTY_BUFFER, false)).isEqualTo(FRAME);
    assertThat(slow.next(0, FRAME - 401, Unpooled.EMPTY_BUFFER, false)).isEqualTo(FRAME - 401);
  }
}
