package dev.sluice.endpoint.hls;

import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.hls.IndexPlaylist;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.hls.TransportPlaylist;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.MultivariantPlaylist;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The playlists of one stream as they stand, made once for each change. Segments' loop. */
final class Texts {
  /** Below that, compressing gains nothing. */
  private static final int LEAST_GZIP_BYTES = 500;

  /** A playlist, ready to be sent. */
  static final class Text {
    private final Buffer plain;
    private @Nullable Buffer gzip;

    private Text(String text) {
      plain = Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
    }

    Buffer plain() {
      return plain;
    }

    /** The same compressed; null where that gains nothing. */
    @Nullable Buffer gzip() {
      if (gzip == null && plain.length() >= LEAST_GZIP_BYTES) {
        var out = new ByteArrayOutputStream(plain.length() / 4);
        try (var zip = new GZIPOutputStream(out)) {
          zip.write(plain.getBytes());
        } catch (IOException impossible) {
          throw new UncheckedIOException(impossible);
        }
        gzip = Buffer.buffer(out.toByteArray());
      }
      return gzip;
    }
  }

  private final SegmentStream stream;
  private final Map<String, Text> texts = new HashMap<>();
  private final Map<String, Long> skippable = new HashMap<>();
  private long version = -1;

  Texts(SegmentStream stream) {
    this.stream = stream;
  }

  SegmentStream stream() {
    return stream;
  }

  /** The multivariant playlist; null as long as there is nothing to play. */
  @Nullable Text index() {
    return text(
        "index",
        () -> {
          MultivariantPlaylist playlist = IndexPlaylist.of(stream.window());
          return playlist == null ? null : playlist.write();
        });
  }

  /**
   * The playlist of a track; null as long as there is nothing in it.
   *
   * @param known the client has all segments before this number, which may be left out; 0 leaves
   *     nothing out
   */
  @Nullable Text track(TrackWindow track, long known) {
    SegmentWindow window = stream.window();
    if (TrackPlaylist.position(window, track) == null) {
      return null;
    }
    forgetOld();
    long from = known == 0 ? 0 : Math.min(known, skippable(track));
    return text(
        "from " + from + " " + track.name(), () -> TrackPlaylist.of(window, track, from).write());
  }

  private long skippable(TrackWindow track) {
    return skippable.computeIfAbsent(
        track.name(), _ -> TrackPlaylist.skippable(stream.window(), track));
  }

  /** The playlist of transport streams; null as long as there is nothing in it. */
  @Nullable Text transportStreams(String lastElement) {
    return text(
        "ts",
        () -> {
          MediaPlaylist playlist = TransportPlaylist.of(stream.window(), lastElement);
          return playlist == null ? null : playlist.write();
        });
  }

  private void forgetOld() {
    if (version != stream.version()) {
      version = stream.version();
      texts.clear();
      skippable.clear();
    }
  }

  private @Nullable Text text(String key, Supplier<@Nullable String> write) {
    forgetOld();
    Text text = texts.get(key);
    if (text == null) {
      String written = write.get();
      if (written == null) {
        return null;
      }
      text = new Text(written);
      texts.put(key, text);
    }
    return text;
  }
}
