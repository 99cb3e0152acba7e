package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge has to be able to say no. */
class FramesTest {
  private static final String DUMP =
      """
      #format: frame checksums
      #version: 2
      #hash: MD5
      #tb 0: 1/1000
      #media_type 0: video
      #codec_id 0: h264
      #tb 1: 1/1000
      #media_type 1: audio
      #stream#, dts,        pts, duration,     size, hash
      0,         80,        160,       40,     1500, aa
      1,         90,         90,       21,      100, a1
      0,        120,        120,       40,      300, bb
      1,        111,        111,       21,      100, a2
      0,        160,        240,       40,      310, cc
      """;

  private final Frames original = Frames.parse(DUMP.lines());

  @Test
  void readsWhatFfmpegWrites() {
    assertThat(original.video())
        .containsExactly(
            new Frames.Frame(80, 160, "aa"),
            new Frames.Frame(120, 120, "bb"),
            new Frames.Frame(160, 240, "cc"));
    assertThat(original.audio()).hasSize(2);
  }

  @Test
  void aShiftedRecordingIsTheSame() {
    shifted(1_000, 1_000).assertEndOf(original, 3);
  }

  @Test
  void aLateBeginningIsFine() {
    Frames late = new Frames(original.video().subList(1, 3), original.audio().subList(1, 2));
    late.assertPartsOf(original);
    late.assertEndOf(original, 2);
  }

  @Test
  void aHoleIsFound() {
    Frames holed =
        new Frames(List.of(original.video().get(0), original.video().get(2)), original.audio());
    refused(holed, 2);
  }

  @Test
  void aMissingEndIsFound() {
    refused(new Frames(original.video().subList(0, 2), original.audio()), 2);
    refused(new Frames(original.video(), original.audio().subList(0, 1)), 3);
  }

  @Test
  void aChangedByteIsFound() {
    List<Frames.Frame> video = new ArrayList<>(original.video());
    video.set(1, new Frames.Frame(120, 120, "b0"));
    Frames changed = new Frames(video, original.audio());
    refused(changed, 3);
    assertThatThrownBy(() -> changed.assertPartsOf(original)).isInstanceOf(AssertionError.class);
  }

  @Test
  void aChangedTimeIsFound() {
    List<Frames.Frame> video = new ArrayList<>(original.video());
    video.set(1, new Frames.Frame(122.1, 120, "bb"));
    refused(new Frames(video, original.audio()), 3);
  }

  @Test
  void soundThatDriftsFromThePictureIsFound() {
    refused(shifted(1_000, 1_001.1), 3);
  }

  @Test
  void exactTimesAreThoseBeforeRounding() {
    double frameMs = 1_001 / 30.0;
    List<Frames.Frame> rounded = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      double dts = Math.rint(7.3 + i * frameMs);
      rounded.add(new Frames.Frame(dts, Math.rint(7.3 + (i + 2) * frameMs), "v" + i));
    }
    List<Frames.Frame> exact = new Frames(rounded, List.of()).exact(frameMs, 1).video();
    for (int i = 0; i < 100; i++) {
      assertThat(exact.get(i).dtsMs()).isCloseTo(7.3 + i * frameMs, within(0.05));
      assertThat(exact.get(i).ptsMs()).isCloseTo(7.3 + (i + 2) * frameMs, within(0.05));
      assertThat(exact.get(i).hash()).isEqualTo("v" + i);
    }
  }

  @Test
  void whatIsNoRoundedTimeIsNotMadeExact() {
    List<Frames.Frame> late =
        List.of(
            new Frames.Frame(0, 0, "aa"),
            new Frames.Frame(42, 42, "bb"),
            new Frames.Frame(80, 80, "cc"));
    Frames frames = new Frames(late, List.of());
    assertThatThrownBy(() -> frames.exact(40, 1)).isInstanceOf(AssertionError.class);
  }

  @Test
  void tooFewAreFound() {
    refused(original, 4);
  }

  private void refused(Frames frames, int least) {
    assertThatThrownBy(() -> frames.assertEndOf(original, least))
        .isInstanceOf(AssertionError.class);
  }

  private Frames shifted(double videoMs, double audioMs) {
    return new Frames(shift(original.video(), videoMs), shift(original.audio(), audioMs));
  }

  private static List<Frames.Frame> shift(List<Frames.Frame> frames, double ms) {
    return frames.stream()
        .map(frame -> new Frames.Frame(frame.dtsMs() + ms, frame.ptsMs() + ms, frame.hash()))
        .toList();
  }
}
