package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The access units of a recording as ffmpeg sees them: a hash of each one's bytes, and its times.
 *
 * @param video access units in the order of decoding
 * @param audio access units in order
 */
public record Frames(List<Frame> video, List<Frame> audio) {
  /**
   * How far a time may be from where it belongs, ms: half for the rounding of what was published,
   * half for that of what was recorded.
   */
  private static final double TOLERANCE_MS = 1.0;

  /** What sums of doubles may add to it. */
  private static final double ARITHMETIC_MS = 1e-6;

  /**
   * Times are compared second by second: what is anchored by its arrival is steered, which moves
   * all tracks alike by up to half a millisecond at a key frame.
   */
  private static final double COMPARED_MS = 1_000;

  /** So many access units tell by how much a second is shifted, without their rounding. */
  private static final int TELLING = 12;

  private static final String NO_PARAMETER_SETS = "filter_units=remove_types=7|8|9";

  /**
   * Options of ffmpeg that take delimiters and parameter sets from the H.264 of a transport stream,
   * and headers from its AAC.
   */
  static final String PLAIN = "-bsf:v " + NO_PARAMETER_SETS + " -bsf:a aac_adtstoasc";

  /**
   * One access unit.
   *
   * @param dtsMs decoding time, ms
   * @param ptsMs presentation time, ms
   * @param hash MD5 of its bytes
   */
  public record Frame(double dtsMs, double ptsMs, String hash) {}

  /** Reads a recording; the last access units of one that was cut off are left out. */
  public static Frames of(Path recording) {
    try (Children children = new Children()) {
      return parse(
          children
              .run(
                  Duration.ofSeconds(30),
                  "ffmpeg",
                  "-v",
                  "fatal",
                  "-copyts",
                  "-i",
                  recording.toString(),
                  "-c",
                  "copy",
                  "-f",
                  "framehash",
                  "-hash",
                  "md5",
                  "-")
              .lines());
    }
  }

  /**
   * Reads a recording of H.264 and AAC whose access units are compared as in a transport stream,
   * without what a muxer may add to them: see {@link #PLAIN}.
   */
  static Frames plain(Path recording) {
    try (Children children = new Children()) {
      return parse(
          children
              .run(
                  Duration.ofSeconds(30),
                  ("ffmpeg -v fatal -copyts -i "
                          + recording
                          + " -c copy -bsf:v h264_mp4toannexb,"
                          + NO_PARAMETER_SETS
                          + " -f framehash -hash md5 -")
                      .split(" "))
              .lines());
    }
  }

  /**
   * Reads a recording whose pictures are compared as they are seen, and whose sound as raw AAC:
   * independent of how a container frames them.
   */
  public static Frames seen(Path recording) {
    try (Children children = new Children()) {
      return parse(
          children
              .run(
                  Duration.ofSeconds(60),
                  ("ffmpeg -v fatal -copyts -i "
                          + recording
                          + " -map 0:v -map 0:a -c:v rawvideo -pix_fmt yuv420p"
                          + " -fps_mode passthrough -enc_time_base -1"
                          + " -c:a copy -bsf:a aac_adtstoasc -f framehash -hash md5 -")
                      .split(" "))
              .lines());
    }
  }

  /** The pictures of a raw H.264 stream as they are seen: an MD5 of each. */
  static List<String> pictures(Path raw) {
    try (Children children = new Children()) {
      return parse(
              children
                  .run(
                      Duration.ofSeconds(60),
                      ("ffmpeg -v fatal -i "
                              + raw
                              + " -map 0:v -c:v rawvideo -pix_fmt yuv420p"
                              + " -fps_mode passthrough -f framehash -hash md5 -")
                          .split(" "))
                  .lines())
          .video
          .stream()
          .map(Frame::hash)
          .toList();
    }
  }

  /** What {@code witness} has got so far. */
  static Frames of(Witness witness) {
    List<Frame> video = new ArrayList<>();
    List<Frame> audio = new ArrayList<>();
    for (Packet packet : witness.packets()) {
      (packet.video() ? video : audio)
          .add(new Frame(packet.dtsMs(), packet.ptsMs(), packet.hash()));
    }
    return new Frames(video, audio);
  }

  /**
   * The same access units with the times that the encoder meant: whole frames from the first. A
   * recording's own stamps are rounded to its container's unit, so by up to half a millisecond.
   *
   * @param frameMs distance of two pictures, ms
   * @param soundMs duration of an audio frame, ms
   * @throws AssertionError when a stamp is further from a whole frame than rounding explains
   */
  Frames exact(double frameMs, double soundMs) {
    return new Frames(exact("video", video, frameMs), exact("audio", audio, soundMs));
  }

  private static List<Frame> exact(String what, List<Frame> frames, double stepMs) {
    if (frames.isEmpty()) {
      return frames;
    }
    double first = frames.getFirst().dtsMs;
    double start =
        middle(
            frames.stream()
                .mapToDouble(
                    frame -> frame.dtsMs - Math.round((frame.dtsMs - first) / stepMs) * stepMs));
    List<Frame> exact = new ArrayList<>();
    for (Frame frame : frames) {
      Frame meant =
          new Frame(
              start + Math.round((frame.dtsMs - start) / stepMs) * stepMs,
              start + Math.round((frame.ptsMs - start) / stepMs) * stepMs,
              frame.hash);
      double rounded = TOLERANCE_MS / 2 + ARITHMETIC_MS;
      assertThat(frame.dtsMs - meant.dtsMs).as("%s: DTS off", what).isBetween(-rounded, rounded);
      assertThat(frame.ptsMs - meant.ptsMs).as("%s: PTS off", what).isBetween(-1.0, 1.0);
      exact.add(meant);
    }
    return exact;
  }

  /** Parses what ffmpeg's framehash muxer writes. */
  static Frames parse(Stream<String> lines) {
    PacketLines reader = new PacketLines();
    List<Frame> video = new ArrayList<>();
    List<Frame> audio = new ArrayList<>();
    for (String line : lines.toList()) {
      Packet packet = reader.read(line, 0);
      if (packet != null) {
        (packet.video() ? video : audio)
            .add(new Frame(packet.dtsMs(), packet.ptsMs(), packet.hash()));
      }
    }
    return new Frames(video, audio);
  }

  /**
   * Checks that these are what a viewer has to get who came late and stayed to the end: from some
   * access unit on all of {@code original}, the same bytes in the same order, with the same
   * distances in time.
   *
   * @param least so many video access units have to be there
   */
  public void assertEndOf(Frames original, int least) {
    assertThat(video.size()).as("video access units").isGreaterThanOrEqualTo(least);
    assertShifts(
        assertEnd("video", original.video, video), assertEnd("audio", original.audio, audio));
  }

  /**
   * Checks that these are what a viewer has to get who came late and left early: access units of
   * {@code original}, one behind the other without any left out, with the same distances in time.
   *
   * @param least so many video access units have to be there
   */
  public void assertRunOf(Frames original, int least) {
    assertThat(video.size()).as("video access units").isGreaterThanOrEqualTo(least);
    assertShifts(
        assertRun("video", original.video, video), assertRun("audio", original.audio, audio));
  }

  private static void assertShifts(Map<Long, Double> video, Map<Long, Double> audio) {
    int compared = 0;
    for (Map.Entry<Long, Double> second : video.entrySet()) {
      Double sound = audio.get(second.getKey());
      if (sound != null) {
        compared++;
        assertThat(second.getValue() - sound)
            .as("second %d: shift of video against audio, ms", second.getKey())
            .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
      }
    }
    assertThat(compared).as("seconds with picture and sound").isPositive();
  }

  /** Checks that every access unit is one of {@code original}: none was invented or damaged. */
  public void assertPartsOf(Frames original) {
    assertThat(original.video.stream().map(Frame::hash).toList())
        .containsAll(video.stream().map(Frame::hash).toList());
    assertThat(original.audio.stream().map(Frame::hash).toList())
        .containsAll(audio.stream().map(Frame::hash).toList());
  }

  /** Checks one track; returns by how many ms each of its seconds is shifted. */
  private static Map<Long, Double> assertEnd(String what, List<Frame> original, List<Frame> seen) {
    assertThat(seen).as(what).isNotEmpty();
    List<String> hashes = original.stream().map(Frame::hash).toList();
    int start = hashes.size() - seen.size();
    assertThat(start).as("%s: access units that were never sent", what).isNotNegative();
    assertThat(seen.stream().map(Frame::hash).toList())
        .as("%s from access unit %d on", what, start)
        .isEqualTo(hashes.subList(start, hashes.size()));
    return assertTimes(what, original, seen, start);
  }

  private static Map<Long, Double> assertRun(String what, List<Frame> original, List<Frame> seen) {
    assertThat(seen).as(what).isNotEmpty();
    List<String> hashes = original.stream().map(Frame::hash).toList();
    int start = Collections.indexOfSubList(hashes, seen.stream().map(Frame::hash).toList());
    assertThat(start).as("%s: where the %d access units begin", what, seen.size()).isNotNegative();
    return assertTimes(what, original, seen, start);
  }

  private static Map<Long, Double> assertTimes(
      String what, List<Frame> original, List<Frame> seen, int start) {
    Map<Long, Double> shifts = new TreeMap<>();
    int at = 0;
    while (at < seen.size()) {
      long second = second(original.get(start + at));
      int end = at;
      while (end < seen.size() && second(original.get(start + end)) == second) {
        end++;
      }
      double shift =
          assertSecond(what, original.subList(start + at, start + end), seen.subList(at, end));
      if (end - at >= TELLING || shifts.isEmpty() && end == seen.size()) {
        shifts.put(second, shift);
      }
      at = end;
    }
    return shifts;
  }

  private static long second(Frame of) {
    return (long) Math.floor(of.dtsMs / COMPARED_MS);
  }

  /** Returns by how many ms {@code seen} is shifted. */
  private static double assertSecond(String what, List<Frame> original, List<Frame> seen) {
    double shift =
        middle(
            IntStream.range(0, seen.size())
                .mapToDouble(i -> seen.get(i).dtsMs - original.get(i).dtsMs));
    double most = TOLERANCE_MS + ARITHMETIC_MS;
    for (int i = 0; i < seen.size(); i++) {
      Frame wanted = original.get(i);
      Frame got = seen.get(i);
      assertThat(got.dtsMs - shift - wanted.dtsMs)
          .as("%s %d, of %s ms: DTS, ms", what, i, wanted.dtsMs)
          .isBetween(-most, most);
      assertThat(got.ptsMs - shift - wanted.ptsMs)
          .as("%s %d, of %s ms: PTS, ms", what, i, wanted.dtsMs)
          .isBetween(-most, most);
    }
    return shift;
  }

  /**
   * The middle of what {@code values} are spread over: of rounded times the one that all of them
   * are next to. There is at least one.
   */
  private static double middle(DoubleStream values) {
    DoubleSummaryStatistics spread = values.summaryStatistics();
    return (spread.getMin() + spread.getMax()) / 2;
  }

  /** Checks that decoding times never run back. */
  public void assertTimesAscend() {
    for (List<Frame> track : List.of(video, audio)) {
      assertThat(track.stream().map(Frame::dtsMs).toList()).isSorted();
    }
  }
}
