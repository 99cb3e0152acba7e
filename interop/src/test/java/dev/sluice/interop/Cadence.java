package dev.sluice.interop;

import java.util.ArrayList;
import java.util.List;

/** How often pictures and key frames come: what decides where a stream is cut. */
enum Cadence {
  /** The period is two GOPs. */
  ALIGNED("25", 48_000, "-bf 2 -g 25 -keyint_min 25 -sc_threshold 0", 2),
  /** 60 pictures are 2.002 s. */
  NTSC("30000/1001", 48_000, "-bf 0 -g 60 -keyint_min 60 -sc_threshold 0", 2),
  /** What OBS does when it is told nothing: 8.33 s. */
  OBS("30", 44_100, "-bf 2 -g 250 -keyint_min 250 -sc_threshold 0", 1),
  /** From two in a row to some 3 s. */
  SCENES(
      "25",
      48_000,
      "-bf 0 -g 250 -sc_threshold 0"
          + " -force_key_frames expr:gte(t,n_forced*1.3+mod(n_forced*n_forced*7,11)*0.2)",
      1);

  private final String frameRate;
  private final int sampleRate;
  private final String encoder;
  private final int segments;

  Cadence(String frameRate, int sampleRate, String encoder, int segments) {
    this.frameRate = frameRate;
    this.sampleRate = sampleRate;
    this.encoder = encoder;
    this.segments = segments;
  }

  /** The name of its stream. */
  String stream() {
    return "live/" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /** How many segments show that all goes on. */
  int segments() {
    return segments;
  }

  /**
   * An ffmpeg that encodes a picture and a tone in real time, without end; output options follow.
   */
  List<String> encoder() {
    List<String> command = new ArrayList<>();
    command.addAll(
        words(
            "ffmpeg -v error -re -f lavfi -i testsrc2=size=320x180:rate="
                + frameRate
                + " -re -f lavfi -i sine=frequency=440:sample_rate="
                + sampleRate));
    command.addAll(words("-map 0:v -map 1:a -c:v libx264 -preset ultrafast -pix_fmt yuv420p"));
    command.addAll(words(encoder + " -b:v 300k -c:a aac -b:a 64k"));
    return command;
  }

  private static List<String> words(String options) {
    return List.of(options.split(" "));
  }
}
