package dev.sluice.endpoint.rtmp;

import dev.sluice.media.Track;
import dev.sluice.mux.flv.FlvDialect;
import dev.sluice.session.rtmp.Capabilities;
import dev.sluice.wire.flv.FourCc;
import org.jspecify.annotations.Nullable;

/**
 * What one player understands.
 *
 * <p>It says so in {@code connect}; one that says nothing of codecs is of the old kind. Players are
 * about that know FourCCs and do not say so, such as ffmpeg unless it is told to by {@code
 * -rtmp_enhanced_codecs}: for them there is {@code dialect=} in the address, which is believed.
 *
 * @param dialect what it is given
 * @param announced what it said; null when the address said it, and everything is taken
 */
record PlayerDialect(FlvDialect dialect, @Nullable Capabilities announced) {
  /** Parameter of a player's address. */
  static final String PARAMETER = "dialect";

  /** The dialect of a player that says nothing. */
  static final PlayerDialect LEGACY = new PlayerDialect(FlvDialect.LEGACY, Capabilities.NONE);

  /**
   * What to give a player.
   *
   * @param asked by the address; null when it says nothing
   * @return null when the address asks for something that there is not
   */
  static @Nullable PlayerDialect of(Capabilities announced, @Nullable String asked) {
    if (asked != null) {
      FlvDialect named = FlvDialect.named(asked);
      return named == null ? null : new PlayerDialect(named, null);
    }
    if (!announced.saysCodecs()) {
      return LEGACY;
    }
    FlvDialect dialect =
        announced.has(Capabilities.MULTITRACK) ? FlvDialect.MULTITRACK : FlvDialect.FOURCC;
    return new PlayerDialect(dialect, announced);
  }

  /** Whether the player takes this codec in its FourCC form. */
  boolean understands(Track.Kind kind, FourCc fourCc) {
    Capabilities said = announced;
    if (said == null) {
      return true;
    }
    String name = fourCc.toString();
    return kind == Track.Kind.VIDEO ? said.takesVideo(name) : said.takesAudio(name);
  }
}
