package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.interop.CodecPair.Audio;
import dev.sluice.interop.CodecPair.Video;
import dev.sluice.testkit.Children;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GStreamer as a reader: a demuxer, and parsers that split sound into frames. Of each stream it
 * tells the kind (caps) and each buffer with its times.
 */
final class GstReader {
  /** What is read, and how. */
  enum Container {
    FLV("flvdemux"),
    TS("tsdemux");

    private final String demuxer;

    Container(String demuxer) {
      this.demuxer = demuxer;
    }
  }

  /** A pair of codecs in a container whose bytes {@code element} gives. */
  record Recording(Container container, String element, CodecPair pair) {
    static Recording of(Container container, Path file, CodecPair pair) {
      return new Recording(container, "filesrc location=" + file, pair);
    }
  }

  /** What came out at one end of the pipeline. */
  private static final class End {
    String caps = "";
    int buffers;
    double lastMs = -1;
  }

  private static final String VIDEO = "video";
  private static final String AUDIO = "audio";

  // fakesink tells each buffer with -v
  private static final Pattern BUFFER =
      Pattern.compile(
          "GstFakeSink:(video|audio): last-message = chain +\\*+ .*\\(\\d+ bytes,"
              + " dts: ([0-9:.]+|none), pts: ([0-9:.]+|none),.*");
  private static final Pattern CAPS =
      Pattern.compile(".*GstFakeSink:(video|audio)\\.GstPad:sink: caps = (.*)");

  private final Map<String, End> ends = new HashMap<>();

  private GstReader() {}

  /** Whether Debian's GStreamer (1.22) has all it needs for a pair. */
  static boolean reads(Container container, CodecPair pair) {
    return switch (container) {
      case FLV -> pair.isOld(); // nothing of Enhanced RTMP
      case TS -> pair.video() != Video.AV1;
    };
  }

  /**
   * The command that reads it. All of its elements run in one thread: what elements in several
   * threads tell at the same time, gst-launch loses now and then.
   */
  static List<String> command(Recording recording) {
    List<String> command = new ArrayList<>(List.of("gst-launch-1.0", "-v"));
    String head = "%s ! %s name=in".formatted(recording.element, recording.container.demuxer);
    command.addAll(List.of(head.split(" ")));
    if (recording.pair.video() != Video.NONE) {
      end(VIDEO, chain(recording.pair.video()), command);
    }
    if (recording.pair.audio() != Audio.NONE) {
      end(AUDIO, chain(recording.pair.audio()), command);
    }
    return command;
  }

  /** With caps at the demuxer, whose pads come when they like. */
  private static void end(String sink, String chain, List<String> command) {
    String tail = "in. ! %s ! fakesink name=%s silent=false async=false".formatted(chain, sink);
    command.addAll(List.of(tail.split(" ")));
  }

  private static String chain(Video video) {
    return switch (video) {
      case H264 -> "video/x-h264 ! h264parse ! video/x-h264,alignment=au";
      case H265 -> "video/x-h265 ! h265parse ! video/x-h265,alignment=au";
      case AV1, VP9, VP8, NONE -> throw new IllegalArgumentException(video.title);
    };
  }

  private static String chain(Audio audio) {
    return switch (audio) {
      case AAC -> "audio/mpeg,mpegversion={2,4} ! aacparse";
      case MP3 -> "audio/mpeg,mpegversion=1 ! mpegaudioparse";
      case OPUS -> "audio/x-opus ! opusparse";
      case AC3 -> "audio/x-ac3 ! ac3parse";
      case EAC3 -> "audio/x-eac3 ! ac3parse";
      case G711A -> "audio/x-alaw";
      case G711U -> "audio/x-mulaw";
      case FLAC, NONE -> throw new IllegalArgumentException(audio.title);
    };
  }

  /** The caps that say what a stream is. */
  private static String caps(Video video) {
    return video == Video.H264 ? "video/x-h264" : "video/x-h265";
  }

  private static String caps(Audio audio) {
    return switch (audio) {
      case AAC, MP3 -> "audio/mpeg";
      case OPUS -> "audio/x-opus";
      case AC3 -> "audio/x-ac3";
      case EAC3 -> "audio/x-eac3";
      case G711A -> "audio/x-alaw";
      case G711U -> "audio/x-mulaw";
      case FLAC, NONE -> throw new IllegalArgumentException(audio.title);
    };
  }

  /** Checks what such a command, which has ended, has told: kinds, numbers, and DTS that grow. */
  static void check(Children.Child ended, CodecPair pair, HashedStreams sent) {
    GstReader seen = new GstReader();
    ended.output().lines().forEach(seen::line);
    if (pair.video() != Video.NONE) {
      seen.check(VIDEO, caps(pair.video()), sent.of(true).getFirst().frames().size());
    }
    if (pair.audio() != Audio.NONE) {
      seen.check(AUDIO, caps(pair.audio()), sent.of(false).getFirst().frames().size());
    }
  }

  private void check(String sink, String caps, int buffers) {
    End end = end(sink);
    assertThat(end.caps).as("GStreamer, %s: caps", sink).startsWith(caps);
    assertThat(end.buffers).as("GStreamer, %s: buffers", sink).isEqualTo(buffers);
  }

  private End end(String sink) {
    return ends.computeIfAbsent(sink, _ -> new End());
  }

  private void line(String line) {
    Matcher buffer = BUFFER.matcher(line);
    Matcher caps = CAPS.matcher(line);
    if (buffer.find()) {
      End end = end(buffer.group(1));
      end.buffers++;
      String time = buffer.group(2).equals("none") ? buffer.group(3) : buffer.group(2);
      double ms = ms(time);
      assertThat(ms).as("GStreamer: DTS of %s", line).isGreaterThan(end.lastMs);
      end.lastMs = ms;
    } else if (caps.matches()) {
      end(caps.group(1)).caps = caps.group(2);
    }
  }

  /** {@code h:mm:ss.nnnnnnnnn} in milliseconds. */
  private static double ms(String time) {
    String[] parts = time.split(":");
    return (Integer.parseInt(parts[0]) * 3_600
            + Integer.parseInt(parts[1]) * 60
            + Double.parseDouble(parts[2]))
        * 1_000;
  }
}
