package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The access units of a recording as ffmpeg sees them: a hash of each one's bytes, and its times.
 *
 * @param video access units in the order of decoding
 * @param audio access units in order
 */
public record Frames(List<Frame> video, List<Frame> audio) {
  /** Rounding to milliseconds, once on either side, from the median shift. */
  private static final double TOLERANCE_MS = 1.0;

  /**
   * How far a time may be from that of the clip: the stamps of both are rounded to milliseconds, so
   * is the shift between them, and the count of samples settles by up to half of one in its second
   * second.
   */
  private static final double ROUNDED_MS = TOLERANCE_MS + 1;

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

  private static void assertShifts(double videoShift, double audioShift) {
    assertThat(videoShift - audioShift)
        .as("shift of video against audio, ms")
        .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
  }

  /** Checks that every access unit is one of {@code original}: none was invented or damaged. */
  public void assertPartsOf(Frames original) {
    assertThat(original.video.stream().map(Frame::hash).toList())
        .containsAll(video.stream().map(Frame::hash).toList());
    assertThat(original.audio.stream().map(Frame::hash).toList())
        .containsAll(audio.stream().map(Frame::hash).toList());
  }

  /** Checks one track; returns by how many ms it is shifted. */
  private static double assertEnd(String what, List<Frame> original, List<Frame> seen) {
    assertThat(seen).as(what).isNotEmpty();
    List<String> hashes = original.stream().map(Frame::hash).toList();
    int start = hashes.size() - seen.size();
    assertThat(start).as("%s: access units that were never sent", what).isNotNegative();
    assertThat(seen.stream().map(Frame::hash).toList())
        .as("%s from access unit %d on", what, start)
        .isEqualTo(hashes.subList(start, hashes.size()));
    return assertTimes(what, original, seen, start);
  }

  private static double assertRun(String what, List<Frame> original, List<Frame> seen) {
    assertThat(seen).as(what).isNotEmpty();
    List<String> hashes = original.stream().map(Frame::hash).toList();
    int start = Collections.indexOfSubList(hashes, seen.stream().map(Frame::hash).toList());
    assertThat(start).as("%s: where the %d access units begin", what, seen.size()).isNotNegative();
    return assertTimes(what, original, seen, start);
  }

  private static double assertTimes(
      String what, List<Frame> original, List<Frame> seen, int start) {
    double shift = shift(original.subList(start, start + seen.size()), seen);
    for (int i = 0; i < seen.size(); i++) {
      Frame wanted = original.get(start + i);
      Frame got = seen.get(i);
      assertThat(got.dtsMs - shift - wanted.dtsMs)
          .as("%s %d: DTS, ms", what, i)
          .isBetween(-ROUNDED_MS, ROUNDED_MS);
      assertThat(got.ptsMs - shift - wanted.ptsMs)
          .as("%s %d: PTS, ms", what, i)
          .isBetween(-ROUNDED_MS, ROUNDED_MS);
    }
    return shift;
  }

  /**
   * By how many ms {@code seen} is shifted: the median. A single access unit would not do, for its
   * own time stamp is rounded by up to 1 ms.
   */
  private static double shift(List<Frame> original, List<Frame> seen) {
    return IntStream.range(0, seen.size())
        .mapToDouble(i -> seen.get(i).dtsMs - original.get(i).dtsMs)
        .sorted()
        .toArray()[seen.size() / 2];
  }

  /** Checks that decoding times never run back. */
  public void assertTimesAscend() {
    for (List<Frame> track : List.of(video, audio)) {
      assertThat(track.stream().map(Frame::dtsMs).toList()).isSorted();
    }
  }
}
