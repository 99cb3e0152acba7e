package dev.sluice.node.face.srs;

import dev.sluice.hub.Configuration;
import dev.sluice.media.AudioFormat;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.node.face.TrackWords;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Pictures and sound of a stream as SRS's API writes them. */
final class SrsMedia {
  private SrsMedia() {}

  /** {@code video} of a stream; null when it has none. */
  static @Nullable JsonObject video(Configuration configuration) {
    Track track = TrackWords.first(configuration, Track.Kind.VIDEO);
    if (track == null) {
      return null;
    }
    VideoFormat format = VideoFormat.of(track);
    TrackWords.Ability ability = TrackWords.ability(track);
    return new JsonObject()
        .put("codec", TrackWords.videoCodec(track))
        .put("profile", ability.profile())
        .put("level", ability.level())
        .put("width", format == null ? 0 : format.width())
        .put("height", format == null ? 0 : format.height());
  }

  /** {@code audio} of a stream; null when it has none. */
  static @Nullable JsonObject audio(Configuration configuration) {
    Track track = TrackWords.first(configuration, Track.Kind.AUDIO);
    if (track == null) {
      return null;
    }
    AudioFormat format = AudioFormat.of(track);
    return new JsonObject()
        .put("codec", TrackWords.audioCodec(track))
        .put("sample_rate", format == null ? 0 : format.sampleRate())
        .put("channel", format == null ? 0 : format.channels())
        .put("profile", TrackWords.audioProfile(track));
  }
}
