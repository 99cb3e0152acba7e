package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.interop.Frames.Frame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The streams of a recording as somebody sees them: codecs by ffmpeg's names, access units. */
record HashedStreams(List<One> streams) {
  /** Rounding to milliseconds, once on either side, and a tick of 90 kHz. */
  private static final double TOLERANCE_MS = 1.02;

  private static final String CODEC = "#codec_id ";

  /** One stream, its access units in order. */
  record One(boolean video, String codec, List<Frame> frames) {}

  HashedStreams {
    streams = List.copyOf(streams);
  }

  /** Parses what ffmpeg's framehash muxer writes; what is neither picture nor sound is left. */
  static HashedStreams ofFramehash(Stream<String> lines) {
    PacketLines reader = new PacketLines();
    Map<Integer, One> streams = new TreeMap<>();
    Map<Integer, String> codecs = new HashMap<>();
    Set<Integer> others = new HashSet<>();
    for (String line : lines.toList()) {
      if (line.startsWith(CODEC)) { // #codec_id 0: h264
        String[] words = line.substring(CODEC.length()).split(": ");
        codecs.put(Integer.parseInt(words[0]), words[1].strip());
      } else if (line.matches("#media_type \\d+: (?!video|audio).*")) {
        others.add(Integer.parseInt(line.substring(12, line.indexOf(':'))));
      }
      Packet packet = reader.read(line, 0);
      if (packet != null) {
        int number = Integer.parseInt(line.strip().split(",")[0]);
        if (others.contains(number)) {
          continue;
        }
        String codec = codecs.getOrDefault(number, "?");
        streams
            .computeIfAbsent(number, _ -> new One(packet.video(), codec, new ArrayList<>()))
            .frames()
            .add(new Frame(packet.dtsMs(), packet.ptsMs(), packet.hash()));
      }
    }
    return new HashedStreams(List.copyOf(streams.values()));
  }

  /** Options of ffmpeg that make it write such lines of all streams to {@code out}. */
  static List<String> framehash(List<String> filters, String out) {
    List<String> options = new ArrayList<>(List.of("-map", "0", "-c", "copy"));
    options.addAll(filters);
    options.addAll(List.of("-f", "framehash", "-hash", "md5", out));
    return options;
  }

  /** Options of ffprobe that make it tell streams and packets for {@link #ofFfprobe}. */
  static List<String> ffprobe() {
    return List.of(
        "-show_entries",
        "stream=index,codec_type,codec_name"
            + ":packet=stream_index,codec_type,pts_time,dts_time,data_hash",
        "-show_data_hash",
        "md5",
        "-of",
        "compact");
  }

  /** Parses what ffprobe writes with these options; what is neither picture nor sound is left. */
  static HashedStreams ofFfprobe(Stream<String> lines) {
    Map<Integer, List<Frame>> frames = new HashMap<>();
    Map<Integer, One> streams = new TreeMap<>();
    for (String line : lines.toList()) {
      Map<String, String> fields = fields(line);
      String type = fields.getOrDefault("codec_type", "");
      if (!type.equals("video") && !type.equals("audio")) {
        continue;
      }
      if (line.startsWith("packet|")) { // all packets come before the streams
        frames
            .computeIfAbsent(number(fields, "stream_index"), _ -> new ArrayList<>())
            .add(
                new Frame(
                    1_000 * Double.parseDouble(field(fields, "dts_time")),
                    1_000 * Double.parseDouble(field(fields, "pts_time")),
                    field(fields, "data_hash").replace("MD5:", "")));
      } else if (line.startsWith("stream|")) {
        int number = number(fields, "index");
        List<Frame> own = frames.getOrDefault(number, List.of());
        streams.put(number, new One(type.equals("video"), field(fields, "codec_name"), own));
      }
    }
    return new HashedStreams(List.copyOf(streams.values()));
  }

  private static Map<String, String> fields(String line) {
    Map<String, String> fields = new HashMap<>();
    for (String field : line.strip().split("\\|")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals), field.substring(equals + 1));
      }
    }
    return fields;
  }

  private static String field(Map<String, String> fields, String name) {
    return Objects.requireNonNull(fields.get(name), () -> name + " of " + fields);
  }

  private static int number(Map<String, String> fields, String name) {
    return Integer.parseInt(field(fields, name));
  }

  /** The pictures, or the sounds. */
  List<One> of(boolean video) {
    return streams.stream().filter(stream -> stream.video == video).toList();
  }

  /** The same without sound. */
  HashedStreams pictures() {
    return new HashedStreams(of(true));
  }

  /** All of these and those. */
  HashedStreams and(HashedStreams others) {
    return new HashedStreams(Stream.concat(streams.stream(), others.streams.stream()).toList());
  }

  /** Checks that there are as many streams of the same codecs, each with as many access units. */
  void assertLike(HashedStreams sent) {
    for (boolean video : new boolean[] {true, false}) {
      List<One> seen = of(video);
      assertThat(seen.stream().map(One::codec).toList())
          .as(video ? "pictures' codecs" : "sounds' codecs")
          .isEqualTo(sent.of(video).stream().map(One::codec).toList());
      for (int i = 0; i < seen.size(); i++) {
        assertThat(seen.get(i).frames)
            .as("frames of %s", seen.get(i).codec)
            .hasSameSizeAs(sent.of(video).get(i).frames);
      }
    }
    assertTimesAscend();
  }

  /** Checks that the DTS of each stream grow. */
  void assertTimesAscend() {
    for (One stream : streams) {
      for (int i = 1; i < stream.frames.size(); i++) {
        assertThat(stream.frames.get(i).dtsMs())
            .as("%s %d: DTS", stream.codec, i)
            .isGreaterThan(stream.frames.get(i - 1).dtsMs());
      }
    }
  }

  /** Checks that this is all of what was sent, access unit by access unit, in step. */
  void assertIs(HashedStreams sent) {
    assertLike(sent);
    List<Double> shifts = new ArrayList<>();
    for (boolean video : new boolean[] {true, false}) {
      for (int i = 0; i < of(video).size(); i++) {
        shifts.add(shift(sent.of(video).get(i), of(video).get(i)));
      }
    }
    for (double shift : shifts) {
      assertThat(shift - shifts.getFirst())
          .as("shift against the first stream, ms: %s", shifts)
          .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
    }
  }

  /** Checks bytes and times of one stream; returns by how many ms it is shifted: the median. */
  private static double shift(One sent, One seen) {
    String what = seen.codec;
    assertThat(seen.frames.stream().map(Frame::hash).toList())
        .as(what)
        .isEqualTo(sent.frames.stream().map(Frame::hash).toList());
    DoubleStream shifts =
        IntStream.range(0, seen.frames.size())
            .mapToDouble(i -> seen.frames.get(i).dtsMs() - sent.frames.get(i).dtsMs());
    double shift = shifts.sorted().toArray()[seen.frames.size() / 2];
    for (int i = 0; i < seen.frames.size(); i++) {
      Frame frame = seen.frames.get(i);
      assertThat(frame.dtsMs() - shift - sent.frames.get(i).dtsMs())
          .as("%s %d: DTS, ms", what, i)
          .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
      assertThat(frame.ptsMs() - shift - sent.frames.get(i).ptsMs())
          .as("%s %d: PTS, ms", what, i)
          .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
    }
    return shift;
  }
}
