package dev.sluice.endpoint.hls;

import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.hls.IndexPlaylist;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.hls.TransportPlaylist;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.net.segments.Texts;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.MultivariantPlaylist;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The playlists of one stream as they stand. Segments' loop. */
final class Playlists extends Texts {
  private final Map<String, Long> skippable = new HashMap<>();

  Playlists(SegmentStream stream) {
    super(stream);
  }

  /** The multivariant playlist; null as long as there is nothing to play. */
  @Nullable Text index() {
    return text(
        "index",
        () -> {
          MultivariantPlaylist playlist = IndexPlaylist.of(stream().window());
          return playlist == null ? null : new Text(playlist.write());
        });
  }

  /**
   * The playlist of a track; null as long as there is nothing in it.
   *
   * @param known the client has all segments before this number, which may be left out; 0 leaves
   *     nothing out
   */
  @Nullable Text track(TrackWindow track, long known) {
    SegmentWindow window = stream().window();
    if (TrackPlaylist.position(window, track) == null) {
      return null;
    }
    forgetOld();
    long from = known == 0 ? 0 : Math.min(known, skippable(track));
    return text(
        "from " + from + " " + track.name(),
        () -> new Text(TrackPlaylist.of(window, track, from).write()));
  }

  private long skippable(TrackWindow track) {
    return skippable.computeIfAbsent(
        track.name(), _ -> TrackPlaylist.skippable(stream().window(), track));
  }

  @Override
  protected void changed() {
    skippable.clear();
  }

  /** The playlist of transport streams; null as long as there is nothing in it. */
  @Nullable Text transportStreams(String lastElement) {
    return text(
        "ts",
        () -> {
          MediaPlaylist playlist =
              TransportPlaylist.of(stream().window(), lastElement, stream().keys());
          return playlist == null ? null : new Text(playlist.write());
        });
  }
}
