package dev.sluice.mux.hls;

import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.TrackWindow;

/** Addresses of playlists and transport streams, relative to one another. */
public final class HlsNames {
  /** The multivariant playlist. */
  public static final String INDEX = "index.m3u8";

  private HlsNames() {}

  /** The media playlist of a track. */
  public static String playlist(TrackWindow track) {
    return "index." + track.name() + ".m3u8";
  }

  /** A segment as a transport stream; {@code stream} is the last element of the stream's name. */
  public static String transportStream(String stream, Cut cut) {
    return stream + "/" + cut.start90k() + ".ts";
  }

  /** The key of transport streams; {@code stream} as for them. */
  static String key(String stream, long index) {
    return stream + "/" + index + ".key";
  }
}
