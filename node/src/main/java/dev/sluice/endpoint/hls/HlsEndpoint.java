package dev.sluice.endpoint.hls;

import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.QuickRoute;
import dev.sluice.net.segments.QuickSegments;
import dev.sluice.net.segments.SegmentRequests;
import dev.sluice.net.segments.SegmentRequests.Asked;
import dev.sluice.net.segments.SegmentRequests.Kind;
import dev.sluice.net.segments.Texts;
import io.netty.buffer.ByteBuf;
import io.vertx.ext.web.Router;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HLS of each stream:
 *
 * <ul>
 *   <li>{@code /{stream}/index.m3u8} the multivariant playlist, of {@code /{stream}/index.v0.m3u8}
 *       and so on, one for each track, with low latency: {@code _HLS_msn}, {@code _HLS_part} and
 *       {@code _HLS_skip};
 *   <li>{@code /{stream}.m3u8} one playlist of transport streams with all tracks, encrypted where
 *       that is configured;
 *   <li>these transport streams and, for viewers alone, their keys. What the others list is
 *       answered by {@link dev.sluice.net.segments.MediaRoutes}.
 * </ul>
 *
 * <p>A session begins with one of the first two. A playlist of a stream that has just begun is
 * waited for.
 */
public final class HlsEndpoint implements HttpRoutes {
  /** Target durations that a blocked request waits, at most (section 6.2.5.2). */
  static final int BLOCK_TARGETS = 3;

  /** Target durations for which the answer to a blocked request is true (section 6.2.5.2). */
  static final int TRUE_TARGETS = 6;

  /** Segments from the end that may be asked for before there are any (section 6.2.5.2). */
  static final int AHEAD = 2;

  private static final long NS_PER_S = 1_000_000_000L;
  static final String PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
  private static final String TS = "video/mp2t";

  private static final Kind INDEX = Kind.first("hls", "/index\\.m3u8");
  private static final Kind TRACK = Kind.of("hls", "/index\\.([va]\\d{1,3})\\.m3u8");
  private static final Kind PLAYLIST = Kind.first("hls", "\\.m3u8");

  /** Else it is the transport stream of a stream whose name is a number. */
  private static final Kind SEGMENT = Kind.shared("hls", "/(\\d{1,18})\\.ts");

  private static final Kind KEY = Kind.of("hls", "/(\\d{1,18})\\.key");

  private final SegmentRequests requests;

  /** An endpoint for the segments of streams. */
  public HlsEndpoint(SegmentRequests requests) {
    this.requests = requests;
  }

  @Override
  public void mount(Router router, Loop loop) {
    int detail = SegmentRequests.DETAIL;
    requests.route(router, loop, INDEX, (asked, matcher) -> index(asked));
    requests.route(router, loop, TRACK, (asked, matcher) -> track(asked, matcher.group(detail)));
    requests.route(router, loop, PLAYLIST, (asked, matcher) -> transportStreams(asked));
    requests.route(
        router,
        loop,
        SEGMENT,
        (asked, matcher) -> transportStream(asked, SegmentNames.number(matcher.group(detail))));
    requests.route(router, loop, KEY, (asked, matcher) -> key(asked, matcher.group(detail)));
  }

  @Override
  public QuickRoute quick(Loop loop) {
    QuickRoute playlists = new QuickPlaylists(requests);
    QuickRoute media = QuickSegments.transportStreams(requests, TS);
    return (target, gzip, reply) ->
        playlists.take(target, gzip, reply) || media.take(target, gzip, reply);
  }

  private static Playlists playlists(SegmentStream stream) {
    return Playlists.of(stream);
  }

  /** {@code Cache-Control} of a playlist that is true for so long. */
  static String caching(long seconds) {
    return "public, max-age=" + seconds;
  }

  /** Sends a playlist that is true for {@code seconds}. */
  private static void send(Asked asked, Texts.Text text, long seconds) {
    asked.answer().text(text, PLAYLIST_TYPE, caching(seconds));
  }

  // ---- playlists

  private static void first(Asked asked, Supplier<Texts.@Nullable Text> text) {
    SegmentRequests.first(asked, text, there -> send(asked, there, 1));
  }

  private static void index(Asked asked) {
    Playlists of = playlists(asked.stream());
    first(asked, of::index);
  }

  private static void transportStreams(Asked asked) {
    asked.stream().wantTransportStream();
    Playlists of = playlists(asked.stream());
    String last = asked.stream().name().elements().getLast();
    first(asked, () -> of.transportStreams(last));
  }

  private static void track(Asked asked, String name) {
    TrackWindow track = asked.stream().window().track(name);
    if (track == null) {
      asked.answer().refuse(Reason.NOT_FOUND, "the stream has no track " + name);
      return;
    }
    String skip = asked.request().getParam("_HLS_skip");
    boolean delta = "YES".equals(skip) || "v2".equals(skip);
    String number = asked.request().getParam("_HLS_msn");
    String part = asked.request().getParam("_HLS_part");
    Playlists of = playlists(asked.stream());
    if (number == null && part == null) {
      first(asked, () -> of.track(track, delta ? Long.MAX_VALUE : 0));
      return;
    }
    long msn = number == null ? -1 : SegmentNames.number(number);
    long index = part == null ? -1 : SegmentNames.number(part);
    TrackPlaylist.Position now = TrackPlaylist.position(asked.stream().window(), track);
    if (msn < 0 || part != null && index < 0) {
      asked
          .answer()
          .refuse(Reason.MALFORMED, "_HLS_msn and _HLS_part are not numbers, or only one");
    } else if (now != null && msn > now.sequence() + AHEAD) {
      asked
          .answer()
          .refuse(
              Reason.MALFORMED, "segment %d is too far ahead of %d".formatted(msn, now.sequence()));
    } else {
      block(asked, of, track, delta, msn, index);
    }
  }

  private static void block(
      Asked asked, Playlists of, TrackWindow track, boolean delta, long msn, long part) {
    long targetS = asked.stream().window().targetSeconds();
    asked.stream()
        .await(
            new SegmentStream.Check() {
              @Override
              public boolean answered() {
                TrackPlaylist.Position at = TrackPlaylist.position(asked.stream().window(), track);
                boolean there =
                    at != null && (part < 0 ? at.hasSegment(msn) : at.hasPart(msn, part));
                Texts.Text text = there ? of.track(track, delta ? msn : 0) : null;
                if (text != null) {
                  send(asked, text, TRUE_TARGETS * targetS);
                }
                return text != null;
              }

              @Override
              public void tooLate() {
                asked
                    .answer()
                    .refuse(503, "not-in-time", "segment " + msn + " has not come in time");
              }
            },
            BLOCK_TARGETS * targetS * NS_PER_S);
  }

  // ---- media

  private static void transportStream(Asked asked, long start90k) {
    asked.stream().wantTransportStream();
    long targetS = asked.stream().window().targetSeconds();
    long ahead90k = SegmentRequests.ahead90k(asked.stream().window());
    asked.stream()
        .await(
            new SegmentStream.Check() {
              @Override
              public boolean answered() {
                SegmentWindow window = asked.stream().window();
                ByteBuf bytes = window.transportStream(start90k);
                if (bytes != null) {
                  asked.answer().media(bytes.retainedDuplicate(), TS);
                } else if (window.transportStreamMayCome(start90k, ahead90k)) {
                  return false;
                } else {
                  asked.answer().refuseAsGone();
                }
                return true;
              }

              @Override
              public void tooLate() {
                asked.answer().refuseAsLate();
              }
            },
            BLOCK_TARGETS * targetS * NS_PER_S);
  }

  /** Of what can be had: nobody gets a key before its time. */
  private static void key(Asked asked, String number) {
    SegmentKeys keys = asked.stream().keys();
    long index = SegmentNames.number(number);
    if (!asked.answer().isOfViewer()) {
      asked.answer().refuse(403, "session-missing", "a key is given only under a viewer's session");
    } else if (keys == null
        || !asked.stream().window().hasTransportStream(cut -> keys.index(cut) == index)) {
      asked.answer().refuse(Reason.NOT_FOUND, "there is no such key, or no longer");
    } else {
      asked.answer().key(keys.key(index));
    }
  }
}
