package dev.sluice.interop;

import dev.sluice.testkit.Children;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A clip that ffmpeg makes: a moving picture with a tone, H.264 and AAC in FLV.
 *
 * @param name for test names
 * @param frameRate as ffmpeg writes it, for example {@code 30000/1001}
 * @param sampleRate of the sound, Hz
 * @param bFrames between two others
 * @param seconds its length
 */
public record Clip(String name, String frameRate, int sampleRate, int bFrames, int seconds) {
  /** Of an AAC frame. */
  private static final int SAMPLES = 1_024;

  /** The kinds that a stream has to survive unchanged. */
  public static List<Clip> kinds(int seconds) {
    return List.of(
        new Clip("25 fps, 48 kHz, B-frames", "25", 48_000, 2, seconds),
        new Clip("29.97 fps, 44.1 kHz", "30000/1001", 44_100, 0, seconds),
        new Clip("29.97 fps, 48 kHz, B-frames", "30000/1001", 48_000, 3, seconds));
  }

  /** Makes it in {@code folder}. */
  public Path make(Path folder) {
    Path file = folder.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".flv");
    try (Children children = new Children()) {
      children.run(
          Duration.ofMinutes(1),
          ("ffmpeg -v error -y -f lavfi -i testsrc2=size=320x180:rate="
                  + frameRate
                  + (" -f lavfi -i sine=frequency=440:sample_rate=" + sampleRate)
                  + (" -t " + seconds + " -c:v libx264 -preset veryfast -bf " + bFrames)
                  + " -g 50 -pix_fmt yuv420p -b:v 300k -c:a aac -b:a 64k -f flv "
                  + file)
              .split(" "));
    }
    return file;
  }

  /** {@code frames} of this clip or of what was made of it, with their exact times. */
  Frames exact(Frames frames) {
    String[] rate = frameRate.split("/");
    double framesASecond =
        Double.parseDouble(rate[0]) / (rate.length > 1 ? Double.parseDouble(rate[1]) : 1);
    return frames.exact(1_000 / framesASecond, SAMPLES * 1_000.0 / sampleRate);
  }

  @Override
  public String toString() {
    return name;
  }
}
