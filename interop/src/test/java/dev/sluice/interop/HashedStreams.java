package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.interop.Frames.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What ffmpeg's framehash muxer writes of a recording: the codecs of its streams by name, and their
 * access units.
 */
record HashedStreams(List<String> codecs, Frames frames) {
  private static final String CODEC = "#codec_id ";

  /** Rounding to milliseconds, once on either side. */
  private static final double TOLERANCE_MS = 1.0;

  /** Parses its lines. */
  static HashedStreams parse(Stream<String> lines) {
    List<String> all = lines.toList();
    List<String> codecs =
        all.stream()
            .filter(line -> line.startsWith(CODEC))
            .map(line -> line.substring(line.indexOf(": ") + 2).strip())
            .toList();
    return new HashedStreams(codecs, Frames.parse(all.stream()));
  }

  /** Options of ffmpeg that make it write such lines of all streams to {@code out}. */
  static List<String> options(List<String> filters, String out) {
    List<String> options = new ArrayList<>(List.of("-map", "0", "-c", "copy"));
    options.addAll(filters);
    options.addAll(List.of("-f", "framehash", "-hash", "md5", out));
    return options;
  }

  /** The same without sound. */
  HashedStreams pictures() {
    return new HashedStreams(codecs.subList(0, 1), new Frames(frames.video(), List.of()));
  }

  /**
   * Checks that this is all of what was sent, by the same codecs, in step; of sound, which no key
   * frame holds for those who come late, the beginning may be missing.
   */
  void assertIs(HashedStreams sent) {
    assertThat(codecs).as("codecs").containsExactlyInAnyOrderElementsOf(sent.codecs);
    List<Frame> pictures = frames.video();
    assertThat(pictures).as("pictures").hasSameSizeAs(sent.frames.video());
    List<Frame> sound = frames.audio();
    List<Frame> sentSound = sent.frames.audio();
    assertThat(sound).as("sound").hasSizeBetween(sentSound.size() * 3 / 4, sentSound.size());
    double[] shifts = {
      shift("picture", sent.frames.video(), pictures),
      shift("sound", sentSound.subList(sentSound.size() - sound.size(), sentSound.size()), sound)
    };
    if (!pictures.isEmpty() && !sound.isEmpty()) {
      assertThat(shifts[0] - shifts[1])
          .as("shift of picture against sound, ms")
          .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
    }
  }

  /** Checks bytes and times of one stream; returns by how many ms it is shifted, 0 when empty. */
  private static double shift(String what, List<Frame> sent, List<Frame> seen) {
    assertThat(seen.stream().map(Frame::hash).toList())
        .as(what)
        .isEqualTo(sent.stream().map(Frame::hash).toList());
    double shift = seen.isEmpty() ? 0 : seen.getFirst().dtsMs() - sent.getFirst().dtsMs();
    for (int i = 0; i < seen.size(); i++) {
      Frame frame = seen.get(i);
      assertThat(frame.dtsMs() - shift - sent.get(i).dtsMs())
          .as("%s %d: DTS, ms", what, i)
          .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
      assertThat(frame.ptsMs() - shift - sent.get(i).ptsMs())
          .as("%s %d: PTS, ms", what, i)
          .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
      if (i > 0) {
        assertThat(frame.dtsMs()).as("%s %d: DTS", what, i).isGreaterThan(seen.get(i - 1).dtsMs());
      }
    }
    return shift;
  }
}
