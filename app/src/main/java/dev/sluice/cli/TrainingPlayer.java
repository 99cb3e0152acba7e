package dev.sluice.cli;

import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.MultivariantPlaylist;
import dev.sluice.wire.hls.Part;
import dev.sluice.wire.hls.Rendition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One player of {@link Train}, on one connection to the server in the same process; blocks. It
 * waits for each part of each track by the playlist that has it (RFC 8216bis, section 6.2.5.2), and
 * looks at the stream's other forms once for each segment.
 */
final class TrainingPlayer implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private final URI first;
  private final boolean gzip;
  private volatile boolean closed;

  /**
   * A player of one stream.
   *
   * @param first address of its multivariant playlist
   * @param gzip whether playlists may be compressed
   */
  TrainingPlayer(URI first, boolean gzip) {
    this.first = first;
    this.gzip = gzip;
  }

  /** Plays until the stream has ended, or somebody else closes it. */
  @Nullable Void play() throws IOException, InterruptedException {
    try {
      HttpResponse<byte[]> described = get(first);
      URI base = described.uri(); // under the session
      List<Playing> tracks = new ArrayList<>();
      for (String track : tracks(MultivariantPlaylist.read(text(described)))) {
        tracks.add(new Playing(base.resolve(track), playlist(base.resolve(track))));
      }
      long open = 0;
      while (true) {
        for (int i = 0; i < tracks.size(); i++) {
          tracks.set(i, next(tracks.get(i)));
        }
        Playing picture = tracks.getFirst();
        if (picture.open() != open) {
          open = picture.open();
          lookAround(base, picture);
        }
      }
    } catch (IOException ended) {
      if (closed) {
        return null;
      }
      throw ended;
    }
  }

  /** A track, and its playlist as it was told last. */
  private record Playing(URI address, MediaPlaylist playlist) {
    /** Number of the segment that is not whole, or comes next. */
    long open() {
      return playlist.mediaSequence() + playlist.skipped() + playlist.segments().size();
    }
  }

  private static List<String> tracks(MultivariantPlaylist described) {
    List<String> tracks = new ArrayList<>();
    tracks.add(described.variants().getFirst().uri());
    described.renditions().stream()
        .map(Rendition::uri)
        .filter(Objects::nonNull)
        .forEach(tracks::add);
    return tracks;
  }

  /** Waits for the next part, and fetches it. */
  private Playing next(Playing track) throws IOException, InterruptedException {
    String query =
        "?_HLS_msn=%d&_HLS_part=%d%s"
            .formatted(
                track.open(),
                track.playlist.openParts().size(),
                track.playlist.control().canSkipUntilNs() > 0 && gzip ? "&_HLS_skip=YES" : "");
    MediaPlaylist next = playlist(URI.create(track.address + query));
    List<Part> parts =
        next.openParts().isEmpty() ? next.segments().getLast().parts() : next.openParts();
    if (!parts.isEmpty()) {
      get(track.address.resolve(parts.getLast().uri()));
    }
    return new Playing(track.address, next);
  }

  /** What other players of the stream ask for. */
  private void lookAround(URI base, Playing picture) throws IOException, InterruptedException {
    get(picture.address); // who does not wait
    getLast(picture.address, picture.playlist);
    get(base.resolve("index.mpd"));
    String folder = base.resolve(".").toString();
    URI transport = URI.create(folder.substring(0, folder.length() - 1) + ".m3u8");
    getLast(transport, playlist(transport));
  }

  private void getLast(URI address, MediaPlaylist playlist)
      throws IOException, InterruptedException {
    if (!playlist.segments().isEmpty()) {
      get(address.resolve(playlist.segments().getLast().uri()));
    }
  }

  private MediaPlaylist playlist(URI address) throws IOException, InterruptedException {
    return MediaPlaylist.read(text(get(address)));
  }

  private static String text(HttpResponse<byte[]> response) throws IOException {
    byte[] body = response.body();
    if (response.headers().firstValue("Content-Encoding").orElse("").equals("gzip")) {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        body = in.readAllBytes();
      }
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> get(URI address) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    if (gzip) {
      request.header("Accept-Encoding", "gzip");
    }
    HttpResponse<byte[]> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("HTTP %d for %s".formatted(response.statusCode(), address));
    }
    return response;
  }

  /** Ends it, whatever it waits for. */
  @Override
  public void close() {
    closed = true;
    http.shutdownNow();
  }
}
