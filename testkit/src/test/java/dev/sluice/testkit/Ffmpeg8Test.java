package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Needs("ffmpeg8")
class Ffmpeg8Test {
  @RegisterExtension final Children children = new Children();

  @Test
  void isWhatTestsCountOn() {
    Duration bound = Duration.ofSeconds(30);
    assertThat(children.run(bound, Ffmpeg8.ffmpeg(), "-hide_banner", "-encoders"))
        .contains("libx264", "libx265", "libsvtav1", "libvpx-vp9", "libopus", "eac3", "flac");
    assertThat(children.run(bound, Ffmpeg8.ffprobe(), "-version")).contains("ffprobe version 8.");
  }
}
