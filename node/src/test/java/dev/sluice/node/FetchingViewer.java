package dev.sluice.node;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sluice.wire.dash.AdaptationSet;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.Period;
import dev.sluice.wire.dash.Representation;
import dev.sluice.wire.dash.SegmentTemplate;
import dev.sluice.wire.dash.SegmentTimeline;
import dev.sluice.wire.dash.UrlTemplate;
import dev.sluice.wire.hls.InitSection;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.MultivariantPlaylist;
import dev.sluice.wire.hls.Part;
import dev.sluice.wire.hls.Rendition;
import dev.sluice.wire.hls.Segment;
import dev.sluice.wire.hls.Variant;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A viewer that fetches playlist after playlist, and all that they list, from the first on. */
final class FetchingViewer extends TestViewer {
  private static final int OK = 200;
  private static final int FOUND = 302;
  private static final int FORBIDDEN = 403;

  /** After so long it is looked again for what is new, where nothing tells it. */
  private static final long LOOK_MS = 250;

  /** {@code v0-START.m4s}, {@code START.ts}. */
  private static final Pattern SEGMENT = Pattern.compile("(?:([va]\\d+)-)?(\\d+)\\.(?:m4s|ts)$");

  private final CountDownLatch leaving = new CountDownLatch(1);
  private final Map<String, NavigableMap<Long, String>> segments = new ConcurrentHashMap<>();
  private final Set<URI> headers = new HashSet<>();
  private final CompletableFuture<URI> session = new CompletableFuture<>();
  private volatile @Nullable URI answered;
  private final AtomicLong parts = new AtomicLong();
  private volatile long answeredNs;

  FetchingViewer(Form form, Door door, String stream, String query) {
    super(form, door, stream, query);
  }

  /** He was refused. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String told) {
      super(told);
    }
  }

  @Override
  String watch() throws IOException, InterruptedException {
    try {
      URI first = begin();
      session.complete(first);
      switch (form()) {
        case HLS -> transportStreams(first);
        case LL_HLS -> parts(first);
        case DASH -> described(first);
        case RTMP, FLV, WS_FLV, TS, AAC ->
            throw new IllegalStateException(form() + " is not fetched");
      }
      return "left";
    } catch (RefusedException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  @Override
  boolean isLeaving() {
    return leaving.getCount() == 0;
  }

  @Override
  void leave() {
    leaving.countDown();
  }

  /** What he has got last under his session, for which he may have to be waited. */
  URI answered() {
    URI last = answered;
    return last == null ? session.orTimeout(10, SECONDS).join() : last;
  }

  /** When the last good answer had come, on the monotonic clock. */
  long answeredNs() {
    return answeredNs;
  }

  /** Parts that he has got one by one. */
  long parts() {
    return parts.get();
  }

  /** By track: digests of the segments that he has got whole, by their beginnings. */
  Map<String, NavigableMap<Long, String>> segments() {
    return Map.copyOf(segments);
  }

  private NavigableMap<Long, String> track(String name) {
    return segments.computeIfAbsent(name, _ -> new ConcurrentSkipListMap<>());
  }

  /** Begins a session; where it is. */
  private URI begin() throws IOException, InterruptedException {
    String suffix =
        switch (form()) {
          case HLS -> ".m3u8";
          case DASH -> "/index.mpd";
          default -> "/index.m3u8";
        };
    HttpResponse<byte[]> answer = ask(door().uri(path(suffix)));
    if (answer.statusCode() != FOUND) {
      throw new RefusedException(refusal(answer.statusCode(), answer.body()));
    }
    return door().uri(answer.headers().firstValue("Location").orElseThrow());
  }

  private HttpResponse<byte[]> ask(URI from) throws IOException, InterruptedException {
    door().requests().lock();
    try {
      HttpResponse<byte[]> answer =
          door().http().send(request(from), HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() == OK) {
        got(answer.body().length);
        answered = from;
        answeredNs = System.nanoTime();
      }
      return answer;
    } finally {
      door().requests().unlock();
    }
  }

  private byte[] get(URI from) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = ask(from);
    if (answer.statusCode() == FORBIDDEN) {
      throw new RefusedException(refusal(FORBIDDEN, answer.body()));
    }
    if (answer.statusCode() != OK) {
      throw new IOException(refusal(answer.statusCode(), answer.body()) + " for " + from);
    }
    return answer.body();
  }

  private String text(URI from) throws IOException, InterruptedException {
    return new String(get(from), StandardCharsets.UTF_8);
  }

  private void keep(URI segment, MessageDigest digest) {
    Matcher name = SEGMENT.matcher(segment.getPath());
    if (!name.find()) {
      throw new IllegalStateException("a segment is called " + segment);
    }
    String track = name.group(1) == null ? "" : name.group(1);
    track(track).put(Long.parseLong(name.group(2)), HexFormat.of().formatHex(digest.digest()));
  }

  private void whole(URI segment) throws IOException, InterruptedException {
    MessageDigest digest = sha256();
    digest.update(get(segment));
    keep(segment, digest);
  }

  private void header(URI at) throws IOException, InterruptedException {
    if (headers.add(at)) {
      get(at);
    }
  }

  // ---- HLS

  private void transportStreams(URI playlist) throws IOException, InterruptedException {
    long next = -1;
    do {
      MediaPlaylist list = MediaPlaylist.read(text(playlist));
      next = Math.max(next, list.mediaSequence());
      while (next < list.mediaSequence() + list.segments().size() && !isLeaving()) {
        Segment segment = list.segments().get((int) (next++ - list.mediaSequence()));
        whole(playlist.resolve(segment.uri()));
      }
    } while (!leaving.await(LOOK_MS, MILLISECONDS));
  }

  private void parts(URI index) throws IOException, InterruptedException {
    MultivariantPlaylist all = MultivariantPlaylist.read(text(index));
    List<LowLatencyTrack> tracks = new ArrayList<>();
    for (Variant variant : all.variants()) {
      tracks.add(new LowLatencyTrack(index.resolve(variant.uri())));
    }
    for (Rendition rendition : all.renditions()) {
      String uri = rendition.uri();
      if (uri != null) {
        tracks.add(new LowLatencyTrack(index.resolve(uri)));
      }
    }
    while (!isLeaving()) {
      for (LowLatencyTrack track : tracks) {
        track.follow();
      }
    }
  }

  /** A track of which each part is waited for. */
  private final class LowLatencyTrack {
    private final URI playlist;
    private final MessageDigest digest = sha256();

    /** Number of the segment that comes next; negative before the first playlist. */
    private long number = -1;

    /** What of it he has got. */
    private int part;

    LowLatencyTrack(URI playlist) {
      this.playlist = playlist;
    }

    void follow() throws IOException, InterruptedException {
      URI at =
          number < 0
              ? playlist
              : URI.create("%s?_HLS_msn=%d&_HLS_part=%d".formatted(playlist, number, part));
      MediaPlaylist list = MediaPlaylist.read(text(at));
      number = Math.max(number, list.mediaSequence());
      while (number < list.mediaSequence() + list.segments().size() && !isLeaving()) {
        segment(list.segments().get((int) (number - list.mediaSequence())));
      }
      while (part < list.openParts().size() && !isLeaving()) {
        take(list.openParts().get(part));
      }
    }

    private void segment(Segment segment) throws IOException, InterruptedException {
      InitSection init = segment.init();
      if (init != null) {
        header(playlist.resolve(init.uri()));
      }
      URI uri = playlist.resolve(segment.uri());
      if (part == 0 || segment.parts().size() < part) {
        digest.reset();
        digest.update(get(uri));
      } else {
        while (part < segment.parts().size()) {
          take(segment.parts().get(part));
        }
      }
      keep(uri, digest);
      number++;
      part = 0;
    }

    private void take(Part next) throws IOException, InterruptedException {
      if (!next.gap()) { // which is listed and is not to be had
        digest.update(get(playlist.resolve(next.uri())));
      }
      part++;
      parts.incrementAndGet();
    }
  }

  // ---- DASH

  private void described(URI description) throws IOException, InterruptedException {
    do {
      Mpd mpd = Mpd.read(text(description));
      for (Period period : mpd.periods()) {
        for (AdaptationSet set : period.adaptationSets()) {
          listed(description, set);
        }
      }
    } while (!leaving.await(LOOK_MS, MILLISECONDS));
  }

  /** Fetches what is new of one; the last one of it is being made, and comes as it is made. */
  private void listed(URI description, AdaptationSet set) throws IOException, InterruptedException {
    Representation representation = set.representations().getFirst();
    SegmentTemplate template =
        representation.template() == null ? set.template() : representation.template();
    if (template == null || template.timeline() == null || template.media() == null) {
      throw new IllegalStateException("no timeline in " + set);
    }
    long bandwidth = representation.bandwidth();
    String initialization = template.initialization();
    if (initialization != null) {
      header(
          description.resolve(
              new UrlTemplate(representation.id(), bandwidth, 0, 0).fill(initialization)));
    }
    for (long start : starts(template.timeline())) {
      String name =
          new UrlTemplate(representation.id(), bandwidth, 0, start).fill(template.media());
      URI segment = description.resolve(name);
      Matcher known = SEGMENT.matcher(segment.getPath());
      boolean isNew =
          known.find() && !track(known.group(1)).containsKey(Long.parseLong(known.group(2)));
      if (isNew && !isLeaving()) {
        whole(segment);
      }
    }
  }

  private static List<Long> starts(SegmentTimeline timeline) {
    List<Long> starts = new ArrayList<>();
    long at = 0;
    for (SegmentTimeline.S run : timeline.runs()) {
      at = run.t() == Mpd.UNSET ? at : run.t();
      for (long i = 0; i <= run.r(); i++) {
        starts.add(at);
        at += run.d();
      }
    }
    return starts;
  }
}
