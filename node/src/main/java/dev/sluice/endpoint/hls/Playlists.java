package dev.sluice.endpoint.hls;

import dev.sluice.hub.segments.LongWindow;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.hls.IndexPlaylist;
import dev.sluice.mux.hls.LongPlaylist;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.hls.TransportPlaylist;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.net.segments.Texts;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.MultivariantPlaylist;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The playlists of one stream as they stand. Segments' loop. */
final class Playlists extends Texts {
  private final Map<String, Long> skippable = new HashMap<>();

  Playlists(SegmentStream stream) {
    super(stream);
  }

  /** Those of a stream. */
  static Playlists of(SegmentStream stream) {
    return stream.beside(Playlists.class, Playlists::new);
  }

  /**
   * How the playlist of a track is asked for.
   *
   * @param known as of {@link #track}
   * @param gzip whether it may be compressed
   * @param seconds for how long it is true
   * @param anyOrigin whether pages of all origins may read it
   */
  record Form(long known, boolean gzip, long seconds, boolean anyOrigin) {}

  /** The playlist of a track as a whole answer; null when there is none, or it is very long. */
  @Nullable Answer answer(TrackWindow track, Form form) {
    Text text = track(track, form.known);
    return text == null
        ? null
        : text.answer(
            form.gzip,
            HlsEndpoint.PLAYLIST_TYPE,
            HlsEndpoint.caching(form.seconds),
            form.anyOrigin);
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
    long boundary = known == 0 ? 0 : skippable(track);
    long from = known >= boundary ? boundary : known < window.firstListed() ? 0 : known;
    return text("from " + from + " " + track.name(), () -> written(track, from));
  }

  private long skippable(TrackWindow track) {
    return skippable.computeIfAbsent(
        track.name(),
        name -> {
          LongWindow.Old of = old(name);
          return of == null
              ? TrackPlaylist.skippable(stream().window(), track)
              : LongPlaylist.skippable(stream().window(), track, of.index(), of.firstListed());
        });
  }

  private LongWindow.@Nullable Old old(String track) {
    LongWindow old = stream().old();
    return old == null ? null : old.track(track);
  }

  private Text written(TrackWindow track, long from) {
    LongWindow.Old of = old(track.name());
    ByteBuf text =
        of == null
            ? null
            : LongPlaylist.of(
                stream().window(),
                track,
                of.index(),
                of.firstListed(),
                from,
                ByteBufAllocator.DEFAULT);
    if (text == null) {
      return new Text(TrackPlaylist.of(stream().window(), track, from).write());
    }
    try {
      return new Text(ByteBufUtil.getBytes(text));
    } finally {
      text.release();
    }
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
