package dev.sluice.node.api;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioSpecificConfig;
import dev.sluice.wire.h264.AvcDecoderConfigurationRecord;
import dev.sluice.wire.h264.Sps;
import io.netty.buffer.ByteBuf;
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
    try {
      return switch (track.codec()) {
        case H264 -> video(track);
        case AAC -> audio(track);
        case AMF_DATA, OPAQUE -> track.label();
      };
    } catch (MalformedException | UnsupportedException unreadable) {
      return track.label();
    }
  }

  private static String video(Track track) {
    ByteBuf record = track.configuration().buffer();
    var sets = AvcDecoderConfigurationRecord.read(record).sps();
    if (sets.isEmpty()) {
      return track.label();
    }
    Sps sps = Sps.read(sets.getFirst().buffer());
    String size = "%s %dx%d".formatted(Codec.H264.label(), sps.width(), sps.height());
    Sps.Timing timing = sps.timing();
    if (timing == null) {
      return size;
    }
    String rate = String.format(Locale.ROOT, "%.2f", timing.framesPerSecond());
    return size + " " + rate.replaceFirst("\\.?0+$", "") + " fps";
  }

  private static String audio(Track track) {
    AudioSpecificConfig config = AudioSpecificConfig.read(track.configuration());
    String channels =
        switch (config.channels()) {
          case 1 -> "mono";
          case 2 -> "stereo";
          default -> config.channels() + " channels";
        };
    return "%s %d Hz %s".formatted(Codec.AAC.label(), config.sampleRate(), channels);
  }
}
