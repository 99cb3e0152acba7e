package dev.sluice.session.rtmp;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What real clients sent to this server, byte for byte: ffmpeg 5.1, GStreamer 1.22 (rtmp2sink,
 * rtmp2src), librtmp 2.4 (rtmpsink of GStreamer, rtmpdump), and the push of nginx-rtmp 1.2.
 */
final class Recordings {
  static final List<String> NAMES =
      List.of(
          "ffmpeg-publish",
          "gstreamer-publish",
          "librtmp-publish",
          "nginx-push",
          "ffmpeg-play",
          "gstreamer-play",
          "rtmpdump-play");

  private Recordings() {}

  static byte[] read(String name) {
    try (var in =
        requireNonNull(Recordings.class.getResourceAsStream("/rtmp/" + name + ".bin"), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
