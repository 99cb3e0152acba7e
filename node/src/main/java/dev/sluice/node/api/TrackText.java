package dev.sluice.node.api;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A track in words: {@code h264 1280x720 25 fps}, {@code aac 48000 Hz stereo}. */
final class TrackText {
  private TrackText() {}

  /** The first track of {@code kind} in words; null when there is none. */
  static @Nullable String of(List<Track> tracks, Track.Kind kind) {
    for (Track track : tracks) {
      if (track.kind() == kind) {
        return of(track);
      }
    }
    return null;
  }

  /** What the configuration says; no more than the codec where it cannot be read. */
  static String of(Track track) {
    return switch (track.kind()) {
      case VIDEO -> video(track, VideoFormat.of(track));
      case AUDIO -> audio(track, AudioFormat.of(track));
      case DATA -> track.label();
    };
  }

  private static String video(Track track, @Nullable VideoFormat format) {
    if (format == null) {
      return track.label();
    }
    String size = "%s %dx%d".formatted(track.label(), format.width(), format.height());
    VideoFormat.Ratio frameRate = format.frameRate();
    if (frameRate == null) {
      return size;
    }
    String rate = String.format(Locale.ROOT, "%.2f", frameRate.value());
    return size + " " + rate.replaceFirst("\\.?0+$", "") + " fps";
  }

  private static String audio(Track track, @Nullable AudioFormat format) {
    if (format == null) {
      return track.label();
    }
    String channels =
        switch (format.channels()) {
          case 1 -> "mono";
          case 2 -> "stereo";
          default -> format.channels() + " channels";
        };
    return "%s %d Hz %s".formatted(track.label(), format.sampleRate(), channels);
  }
}
