package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.Part;
import dev.sluice.wire.hls.Segment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a server has in the playlists of a stream's tracks, with the hash of each segment. */
final class HlsRecord {
  private static final String GAP = "nothing";
  private static final Duration BOUND = Duration.ofSeconds(15);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ServerUnderTest server;
  private final String base;

  /** By track and number: what is said of a segment, and the hash of its bytes. */
  final Map<String, TreeMap<Long, String>> segments = new TreeMap<>();

  /** By track and number: what is said of the parts of a segment that is listed in parts. */
  private final Map<String, TreeMap<Long, String>> parts = new TreeMap<>();

  /** By track: target durations of segments and parts. */
  private final Map<String, String> targets = new TreeMap<>();

  /** By track: the first number of the last playlist. */
  private final Map<String, Long> firsts = new TreeMap<>();

  /**
   * A record of nothing yet.
   *
   * @param watches whether it is a viewer that is counted; else it only looks
   */
  HlsRecord(ServerUnderTest server, String stream, boolean watches)
      throws IOException, InterruptedException {
    this.server = server;
    String index = "/" + stream + "/index.m3u8";
    String path = index;
    if (watches) {
      HttpResponse<byte[]> answer = get(index);
      assertThat(answer.statusCode()).isEqualTo(302);
      path = answer.headers().firstValue("Location").orElseThrow();
    }
    this.base = path.substring(0, path.length() - "index.m3u8".length());
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.http(path))).timeout(BOUND).build();
    try { // to the end of the body, which the request's own bound does not reach
      return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
          .get(2 * BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new IOException(path, failed.getCause());
    } catch (TimeoutException late) {
      throw new AssertionError("no end of " + server.http(path), late);
    }
  }

  /**
   * Waits for the next segment of the picture, looks at the playlists, and fetches what is new;
   * false when there is none, as at a start.
   */
  boolean look(String... tracks) throws InterruptedException {
    return look(true, tracks);
  }

  /** The same without waiting. */
  boolean glance(String... tracks) throws InterruptedException {
    return look(false, tracks);
  }

  private boolean look(boolean waiting, String... tracks) throws InterruptedException {
    boolean all = true;
    for (String track : tracks) {
      try {
        all &= look(track, waiting);
      } catch (IOException away) {
        all = false; // it is starting anew
      }
    }
    return all;
  }

  private boolean look(String track, boolean waiting) throws IOException, InterruptedException {
    TreeMap<Long, String> known = segments.computeIfAbsent(track, _ -> new TreeMap<>());
    String path = base + "index." + track + ".m3u8?session=0";
    // of one track the next segment is waited for
    boolean waits = waiting && track.equals("v0") && !known.isEmpty();
    HttpResponse<byte[]> answer = get(waits ? path + "&_HLS_msn=" + (known.lastKey() + 1) : path);
    if (waits && answer.statusCode() != 200) {
      answer = get(path);
    }
    if (answer.statusCode() != 200) {
      return false;
    }
    MediaPlaylist playlist = MediaPlaylist.read(new String(answer.body(), StandardCharsets.UTF_8));
    long number = playlist.mediaSequence();
    assertThat(number)
        .as("first number of %s at %s", track, server.http(base))
        .isGreaterThanOrEqualTo(firsts.getOrDefault(track, 0L));
    firsts.put(track, number);
    targets.put(track, playlist.targetSeconds() + " " + playlist.partTargetNs());
    String init = "";
    for (Segment segment : playlist.segments()) {
      init = segment.init() == null ? init : segment.init().uri();
      String said = said(segment, init);
      if (!segment.gap()) {
        assertThat(said.split(" ")[0])
            .as("name of %s %d at %s", track, number, server.http(base))
            .isEqualTo(known.getOrDefault(number, said).split(" ")[0]);
      }
      if (!segment.gap() && !segment.parts().isEmpty()) {
        parts.computeIfAbsent(track, _ -> new TreeMap<>()).put(number, segment.parts().toString());
      }
      if (!known.getOrDefault(number, "").startsWith(said)) {
        String hashes =
            segment.gap() ? GAP : hash(get(base + segment.uri())) + " " + hash(get(base + init));
        known.put(number, said + " " + hashes);
      }
      number++;
    }
    return !playlist.segments().isEmpty();
  }

  private static String said(Segment segment, String init) {
    return "%s %d %d %s %s"
        .formatted(
            segment.uri(),
            segment.durationNs(),
            segment.programDateNs(),
            segment.discontinuity(),
            segment.gap() ? "gap" : init);
  }

  /** The parts that the playlist of a track lists now, by name. */
  Map<String, String> parts(String track) throws IOException, InterruptedException {
    Map<String, String> parts = new TreeMap<>();
    HttpResponse<byte[]> answer = get(base + "index." + track + ".m3u8?session=0");
    if (answer.statusCode() == 200) {
      for (Segment segment :
          MediaPlaylist.read(new String(answer.body(), StandardCharsets.UTF_8)).segments()) {
        List<Part> of = segment.parts();
        of.forEach(part -> parts.put(part.uri(), part.durationNs() + " " + part.independent()));
      }
    }
    return parts;
  }

  private static String hash(HttpResponse<byte[]> answer) {
    if (answer.statusCode() != 200) {
      return "status " + answer.statusCode();
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(answer.body());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  /** Name of a segment, and what it holds. */
  private static String bytes(String said) {
    String[] words = said.split(" ");
    return words[0] + " " + words[words.length - 2];
  }

  private static boolean isThere(String said) {
    return !said.contains("status ") && !said.endsWith(GAP);
  }

  /** The number of the last segment of a track that was there; 0 when there was none. */
  long newest(String track) {
    TreeMap<Long, String> all = segments.getOrDefault(track, new TreeMap<>());
    return all.isEmpty() ? 0 : all.lastKey();
  }

  /** The numbers of all segments of a track that were seen, gaps too. */
  NavigableSet<Long> numbers(String track) {
    return segments.getOrDefault(track, new TreeMap<>()).navigableKeySet();
  }

  /** Whether it was seen whole, and was no gap. */
  boolean has(String track, long number) {
    return isThere(segments.getOrDefault(track, new TreeMap<>()).getOrDefault(number, GAP));
  }

  /**
   * What both have is the same, and so are the target durations.
   *
   * @return how many segments both have, gaps left out
   */
  int assertSame(HlsRecord other) {
    int common = 0;
    for (String track : segments.keySet()) {
      TreeMap<Long, String> theirs = other.segments.getOrDefault(track, new TreeMap<>());
      if (targets.containsKey(track) && other.targets.containsKey(track)) {
        assertThat(targets.get(track)).as(track).isEqualTo(other.targets.get(track));
      }
      for (Map.Entry<Long, String> each : segments.get(track).entrySet()) {
        String there = theirs.get(each.getKey());
        if (there != null && isThere(each.getValue()) && isThere(there)) {
          // behind a gap sound begins with the cut; who had no gap has it from the frame on
          long before = each.getKey() - 1;
          boolean behindGap =
              track.startsWith("a")
                  && !(isThere(segments.get(track).getOrDefault(before, GAP))
                      && isThere(theirs.getOrDefault(before, GAP)));
          assertThat(behindGap ? bytes(each.getValue()) : each.getValue())
              .as("%s %d", track, each.getKey())
              .isEqualTo(behindGap ? bytes(there) : there);
          assertSameParts(other, track, each.getKey());
          common++;
        }
      }
    }
    return common;
  }

  private void assertSameParts(HlsRecord other, String track, long number) {
    String here = parts.getOrDefault(track, new TreeMap<>()).get(number);
    String there = other.parts.getOrDefault(track, new TreeMap<>()).get(number);
    if (here != null && there != null && isSeenFromItsBeginning(other, track, number)) {
      assertThat(here).as("parts of %s %d", track, number).isEqualTo(there);
    }
  }

  private boolean isSeenFromItsBeginning(HlsRecord other, String track, long number) {
    return track.startsWith("v") || has(track, number - 1) && other.has(track, number - 1);
  }
}
