package dev.sluice.endpoint.hls;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.hub.segments.Sessions;
import dev.sluice.media.StreamName;
import dev.sluice.mux.hls.HlsNames;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.RequestClient;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HLS of each stream:
 *
 * <ul>
 *   <li>{@code /{stream}/index.m3u8} the multivariant playlist, of {@code /{stream}/index.v0.m3u8}
 *       and so on, one for each track, with low latency: {@code _HLS_msn}, {@code _HLS_part} and
 *       {@code _HLS_skip};
 *   <li>{@code /{stream}.m3u8} one playlist of transport streams with all tracks;
 *   <li>what these list.
 * </ul>
 *
 * <p>Who asks for one of the first two is a viewer: it is sent on to the same path under {@code
 * /s/{id}}, where it is counted, and where all that it asks for later stands, too. With {@code
 * ?session=0} it is not, and each request is let in, or not, by itself.
 *
 * <p>A playlist of a stream that has just begun is waited for.
 */
public final class HlsEndpoint implements HttpRoutes {
  /** So long somebody waits for the first segment of a stream: 12 s, more than any segment. */
  static final long FIRST_NS = 12_000_000_000L;

  /** Target durations that a blocked request waits, at most (section 6.2.5.2). */
  private static final int BLOCK_TARGETS = 3;

  /** Target durations for which the answer to a blocked request is true (section 6.2.5.2). */
  private static final int TRUE_TARGETS = 6;

  /** Segments from the end that may be asked for before there are any (section 6.2.5.2). */
  private static final int AHEAD = 2;

  private static final long NS_PER_S = 1_000_000_000L;
  private static final String TS = "video/mp2t";

  private static final Pattern INDEX = path("/index\\.m3u8");
  private static final Pattern TRACK = path("/index\\.([va]\\d{1,3})\\.m3u8");
  private static final Pattern PLAYLIST = path("\\.m3u8");
  private static final Pattern MEDIA = path("/([va]\\d{1,3}-[0-9.]+\\.m4s)");
  private static final Pattern INIT = path("/([va]\\d{1,3})-([0-9a-f]{12})\\.mp4");
  private static final Pattern SEGMENT = path("/(\\d{1,18})\\.ts");

  /** Groups of a path's pattern: the session, the stream's name, and what is of interest behind. */
  private static final int SESSION = 1;

  private static final int NAME = 2;
  private static final int DETAIL = 3;

  private final Hub hub;
  private final SegmentStreams segments;
  private final Admission admission;
  private final Sessions sessions;
  private final Supplier<String> connectionIds;
  private final AtomicBoolean sweeping = new AtomicBoolean();

  /**
   * An endpoint for the segments of streams.
   *
   * @param hub knows which streams are live
   * @param connectionIds a new identifier for each request; called on any loop
   */
  public HlsEndpoint(
      Hub hub,
      SegmentStreams segments,
      Sessions sessions,
      Admission admission,
      Supplier<String> connectionIds) {
    this.hub = hub;
    this.sessions = sessions;
    this.segments = segments;
    this.admission = admission;
    this.connectionIds = connectionIds;
  }

  private static Pattern path(String end) {
    return Pattern.compile("(?:/s/(" + Sessions.ID + "))?/(.+)" + end);
  }

  @Override
  public void mount(Router router, Loop loop) {
    if (sweeping.compareAndSet(false, true)) {
      sessions.sweepOn(loop);
    }
    route(router, INDEX, loop, (asked, matcher) -> index(asked));
    route(router, TRACK, loop, (asked, matcher) -> track(asked, matcher.group(DETAIL)));
    route(router, PLAYLIST, loop, (asked, matcher) -> transportStreams(asked));
    route(router, MEDIA, loop, (asked, matcher) -> media(asked, matcher.group(DETAIL)));
    route(
        router,
        INIT,
        loop,
        (asked, matcher) -> init(asked, matcher.group(DETAIL), matcher.group(DETAIL + 1)));
    route(
        router,
        SEGMENT,
        loop,
        (asked, matcher) -> transportStream(asked, HlsNames.number(matcher.group(DETAIL))));
  }

  /** One request for something of a stream whose segments there are. */
  private record Asked(HttpServerRequest request, SegmentStream stream, HlsAnswer answer) {}

  /** What is done with it, on the segments' loop. */
  private interface Doing {
    void run(Asked asked, Matcher matcher);
  }

  private void route(Router router, Pattern path, Loop loop, Doing doing) {
    router
        .routeWithRegex(path.pattern())
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> serve(context, path, loop, doing));
  }

  private void serve(RoutingContext context, Pattern path, Loop loop, Doing doing) {
    HttpServerRequest request = context.request();
    Matcher matcher = path.matcher(request.path() == null ? "" : request.path());
    if (!matcher.matches()) {
      context.next();
      return;
    }
    StreamName name;
    try {
      name = StreamName.parse(matcher.group(NAME));
    } catch (MalformedException malformed) {
      HttpAnswers.refuse(request, Reason.NAME_INVALID, String.valueOf(malformed.getMessage()));
      return;
    }
    if (path == SEGMENT && segments.stream(name) == null) {
      context.next(); // the transport stream of a stream whose name is a number
      return;
    }
    if (!name.isPublishable()) {
      HttpAnswers.refuse(request, Reason.NAME_RESERVED);
      return;
    }
    boolean first = path == INDEX || path == PLAYLIST;
    String id = matcher.group(SESSION);
    Client client = RequestClient.of(request, connectionIds.get(), "hls");
    Consumer<Reason> refused = reason -> HttpAnswers.refuse(request, reason);
    if (id != null) {
      Consumer<Sessions.Session> then =
          session -> find(request, name, loop, session, asked -> doing.run(asked, matcher));
      sessions.find(id, name, client, loop, then, refused);
    } else if (first && request.method().equals(HttpMethod.GET) && isSession(request)) {
      sessions.open(name, client, loop, session -> redirect(request, session), refused);
    } else {
      admission.play(
          name,
          client,
          loop,
          refusal -> {
            if (refusal == null) {
              find(request, name, loop, null, asked -> doing.run(asked, matcher));
            } else {
              refused.accept(refusal);
            }
          });
    }
  }

  /** Whether a viewer is to be counted: not when it says that it is not one, as caches do. */
  private static boolean isSession(HttpServerRequest request) {
    return !"0".equals(request.getParam("session"));
  }

  /** To the same path under the session, with all of the query but the secret. */
  private static void redirect(HttpServerRequest request, Sessions.Session session) {
    String asked = request.query();
    String kept =
        asked == null
            ? ""
            : Stream.of(asked.split("&"))
                .filter(each -> !each.startsWith("token="))
                .collect(Collectors.joining("&"));
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(302)
        .putHeader(
            "Location", "/s/" + session.id() + request.path() + (kept.isEmpty() ? "" : "?" + kept))
        .putHeader("Cache-Control", "no-store")
        .end();
  }

  /** Finds the segments of a stream; a viewer waits for those of one that is about to begin. */
  private void find(
      HttpServerRequest request,
      StreamName name,
      Loop loop,
      Sessions.@Nullable Session session,
      Consumer<Asked> then) {
    segments.await(
        name,
        loop,
        session == null ? 0 : FIRST_NS,
        stream -> {
          if (stream == null) {
            refuseUnknown(request, name);
            return;
          }
          var asked = new Asked(request, stream, new HlsAnswer(request, loop, session));
          stream.loop().run(() -> run(asked, then));
        });
  }

  private void refuseUnknown(HttpServerRequest request, StreamName name) {
    if (hub.stream(name) != null) {
      HttpAnswers.refuse(request, Reason.NOT_FOUND, "it is not cut into segments");
    } else {
      HttpAnswers.refuse(request, Reason.NOT_FOUND);
    }
  }

  private static void run(Asked asked, Consumer<Asked> then) {
    try {
      then.accept(asked);
    } catch (RuntimeException fault) {
      asked.answer.refuse(Reason.FAILED, "");
      throw fault;
    }
  }

  private static Texts texts(SegmentStream stream) {
    return stream.beside(Texts.class, Texts::new);
  }

  // ---- playlists

  /** Waits for a text that is there as soon as the stream's first segment is. */
  private static void first(Asked asked, Supplier<Texts.@Nullable Text> text, long seconds) {
    asked.stream.await(
        new SegmentStream.Check() {
          @Override
          public boolean answered() {
            Texts.Text there = text.get();
            if (there != null) {
              asked.answer.playlist(there, seconds);
            }
            return there != null;
          }

          @Override
          public void tooLate() {
            asked.answer.refuse(Reason.NOT_FOUND, "there is no segment of it yet");
          }
        },
        FIRST_NS);
  }

  private static void index(Asked asked) {
    Texts of = texts(asked.stream);
    first(asked, of::index, 1);
  }

  private static void transportStreams(Asked asked) {
    asked.stream.wantTransportStream();
    Texts of = texts(asked.stream);
    String last = asked.stream.name().elements().getLast();
    first(asked, () -> of.transportStreams(last), 1);
  }

  private static void track(Asked asked, String name) {
    TrackWindow track = asked.stream.window().track(name);
    if (track == null) {
      asked.answer.refuse(Reason.NOT_FOUND, "the stream has no track " + name);
      return;
    }
    String skip = asked.request.getParam("_HLS_skip");
    boolean delta = "YES".equals(skip) || "v2".equals(skip);
    String number = asked.request.getParam("_HLS_msn");
    String part = asked.request.getParam("_HLS_part");
    Texts of = texts(asked.stream);
    if (number == null && part == null) {
      first(asked, () -> of.track(track, delta ? Long.MAX_VALUE : 0), 1);
      return;
    }
    long msn = number == null ? -1 : HlsNames.number(number);
    long index = part == null ? -1 : HlsNames.number(part);
    TrackPlaylist.Position now = TrackPlaylist.position(asked.stream.window(), track);
    if (msn < 0 || part != null && index < 0) {
      asked.answer.refuse(Reason.MALFORMED, "_HLS_msn and _HLS_part are not numbers, or only one");
    } else if (now != null && msn > now.sequence() + AHEAD) {
      asked.answer.refuse(
          Reason.MALFORMED, "segment %d is too far ahead of %d".formatted(msn, now.sequence()));
    } else {
      block(asked, of, track, delta, msn, index);
    }
  }

  private static void block(
      Asked asked, Texts of, TrackWindow track, boolean delta, long msn, long part) {
    long targetS = Math.max(1, asked.stream.window().ledger().targetSeconds());
    asked.stream.await(
        new SegmentStream.Check() {
          @Override
          public boolean answered() {
            TrackPlaylist.Position at = TrackPlaylist.position(asked.stream.window(), track);
            boolean there = at != null && (part < 0 ? at.hasSegment(msn) : at.hasPart(msn, part));
            Texts.Text text = there ? of.track(track, delta ? msn : 0) : null;
            if (text != null) {
              asked.answer.playlist(text, TRUE_TARGETS * targetS);
            }
            return text != null;
          }

          @Override
          public void tooLate() {
            asked.answer.refuse(503, "not-in-time", "segment " + msn + " has not come in time");
          }
        },
        BLOCK_TARGETS * targetS * NS_PER_S);
  }

  // ---- media

  private static void init(Asked asked, String name, String hash) {
    TrackWindow track = asked.stream.window().track(name);
    for (Bytes init : track == null ? Set.<Bytes>of() : track.inits()) {
      if (HlsNames.hash(init).equals(hash)) {
        asked.answer.media(init.buffer(), mime(name));
        return;
      }
    }
    asked.answer.refuse(Reason.NOT_FOUND, "there is no such header");
  }

  private static String mime(String track) {
    return track.startsWith("v") ? "video/mp4" : "audio/mp4";
  }

  private static void transportStream(Asked asked, long start90k) {
    ByteBuf bytes = asked.stream.window().transportStream(start90k);
    if (bytes == null) {
      asked.answer.refuse(Reason.NOT_FOUND, "there is no such segment, or no longer");
    } else {
      asked.answer.media(bytes.retainedDuplicate(), TS);
    }
  }

  private static void media(Asked asked, String file) {
    HlsNames.Media media = HlsNames.media(file);
    TrackWindow track = media == null ? null : asked.stream.window().track(media.track());
    if (media == null || track == null) {
      asked.answer.refuse(Reason.NOT_FOUND, "there is no such segment");
      return;
    }
    long targetS = Math.max(1, asked.stream.window().ledger().targetSeconds());
    asked.stream.await(
        new MediaWait(asked.answer, track, media, mime(media.track())),
        BLOCK_TARGETS * targetS * NS_PER_S);
  }
}
