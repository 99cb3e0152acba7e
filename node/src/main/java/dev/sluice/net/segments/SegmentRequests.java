package dev.sluice.net.segments;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.hub.segments.Sessions;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.QuickReply;
import dev.sluice.net.RequestClient;
import dev.sluice.net.RequestHost;
import dev.sluice.wire.MalformedException;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request to the segments of its stream, which is the same for all that is fetched.
 *
 * <p>Who asks for what a player is given first is a viewer: it is sent on to the same path under
 * {@code /s/{id}}, where it is counted, and where all that it asks for later stands, too. With
 * {@code ?session=0} it is not, and each request is let in, or not, by itself.
 *
 * <p>Somebody with a session waits for a stream that is about to begin.
 */
public final class SegmentRequests {
  /** So long somebody waits for the first segment of a stream: 12 s, more than any segment. */
  public static final long FIRST_NS = 12_000_000_000L;

  private static final int AHEAD_TARGETS = 2;

  /** Groups of a path's pattern: the session, the stream's name, and what is of interest behind. */
  private static final int SESSION = 1;

  private static final int NAME = 2;

  /** The first group of what stands behind the stream's name. */
  public static final int DETAIL = 3;

  private static final String COOKIE = "sluice-session";

  private final Hub hub;
  private final SegmentStreams segments;
  private final Admission admission;
  private final Sessions sessions;
  private final Supplier<String> connectionIds;
  private final AtomicBoolean sweeping = new AtomicBoolean();

  /**
   * The way to the segments of all streams.
   *
   * @param hub knows which streams are live
   * @param connectionIds a new identifier for each request; called on any loop
   */
  public SegmentRequests(
      Hub hub,
      SegmentStreams segments,
      Sessions sessions,
      Admission admission,
      Supplier<String> connectionIds) {
    this.hub = hub;
    this.segments = segments;
    this.sessions = sessions;
    this.admission = admission;
    this.connectionIds = connectionIds;
  }

  /** One request for something of a stream whose segments there are. */
  public record Asked(HttpServerRequest request, SegmentStream stream, SegmentAnswer answer) {}

  /** What is done with a request, on the segments' loop. */
  @FunctionalInterface
  public interface Doing {
    /** Answers {@code asked}, at once or later; {@code matcher} has the details of its path. */
    void run(Asked asked, Matcher matcher);
  }

  /**
   * One kind of path.
   *
   * @param protocol label of the protocol that a viewer who asks for it speaks
   * @param pattern of {@link #path}
   * @param first whether a player is given such an address first, so that a session begins with it
   * @param others whether it may be somebody else's where there are no segments of that name
   */
  public record Kind(String protocol, Pattern pattern, boolean first, boolean others) {
    /** What a player finds by itself. */
    public static Kind of(String protocol, String end) {
      return new Kind(protocol, path(end), false, false);
    }

    /** What a player is given. */
    public static Kind first(String protocol, String end) {
      return new Kind(protocol, path(end), true, false);
    }

    /** What a player finds, or what is somebody else's where there are no such segments. */
    public static Kind shared(String protocol, String end) {
      return new Kind(protocol, path(end), false, true);
    }

    private static Pattern path(String end) {
      return Pattern.compile("(?:/s/(" + Sessions.ID + "))?/(.+)" + end);
    }
  }

  /** A viewer who was let in before, and what it watches. */
  public record Playing(SegmentStream stream, Sessions.Session session) {}

  /**
   * What was found out for a request; the next one of its connection is likely of the same viewer.
   *
   * @param name the stream's, as the request says it
   */
  private record Known(String name, Playing playing) {
    boolean isFor(String target, String stream) {
      Sessions.Session session = playing.session;
      return session.isPlaying()
          && SessionPath.isOf(target, session.id())
          && name.equals(stream)
          && !playing.stream.closed();
    }
  }

  /**
   * The viewer who asks; on the connection's loop.
   *
   * @param target of which {@link SessionPath#read} makes something
   * @param name the stream's, as it stands in there
   * @return null when nobody plays that stream under that identifier, or it has no segments
   */
  public @Nullable Playing playing(QuickReply reply, String target, String name) {
    if (reply.kept() instanceof Known known && known.isFor(target, name)) {
      return known.playing;
    }
    Sessions.Session session = sessions.playing(SessionPath.id(target), name);
    SegmentStream stream = session == null ? null : segments.stream(session.name());
    if (session == null || stream == null) {
      return null;
    }
    Playing playing = new Playing(stream, session);
    reply.keep(new Known(name, playing));
    return playing;
  }

  /**
   * A segment that begins at most so much after the last one is waited for: another server with the
   * same stream may have told of it.
   */
  public static long ahead90k(SegmentWindow window) {
    return AHEAD_TARGETS * window.targetSeconds() * Timescale.VIDEO.ticksPerSecond();
  }

  /** Has requests of a kind be done. */
  public void route(Router router, Loop loop, Kind kind, Doing doing) {
    if (sweeping.compareAndSet(false, true)) {
      sessions.sweepOn(loop);
    }
    router
        .routeWithRegex(kind.pattern.pattern())
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> serve(context, kind, loop, doing));
  }

  private void serve(RoutingContext context, Kind kind, Loop loop, Doing doing) {
    HttpServerRequest request = context.request();
    Matcher matcher = kind.pattern.matcher(request.path() == null ? "" : request.path());
    if (!matcher.matches()) {
      context.next();
      return;
    }
    StreamName name;
    try {
      name =
          hub.virtualHosts().named(StreamName.parse(matcher.group(NAME)), RequestHost.of(request));
    } catch (MalformedException malformed) {
      HttpAnswers.refuse(request, Reason.NAME_INVALID, String.valueOf(malformed.getMessage()));
      return;
    }
    if (kind.others && segments.stream(name) == null) {
      context.next();
      return;
    }
    if (!name.isPublishable()) {
      HttpAnswers.refuse(request, Reason.NAME_RESERVED);
      return;
    }
    String id = matcher.group(SESSION);
    Client client = RequestClient.of(context, connectionIds.get(), kind.protocol);
    Consumer<Reason> refused =
        reason ->
            HttpAnswers.refuse(
                request, reason, reason == Reason.MOVED ? admission.elsewhere(name, client) : "");
    if (id != null) {
      Consumer<Sessions.Session> then =
          session -> find(request, name, loop, session, asked -> doing.run(asked, matcher));
      sessions.find(id, name, client, loop, then, refused);
    } else if (kind.first && request.method().equals(HttpMethod.GET) && isSession(request)) {
      String known = remembered(request);
      Consumer<Sessions.Session> then = session -> redirect(request, matcher, name, session);
      if (known == null) {
        sessions.open(name, client, loop, then, refused);
      } else {
        sessions.find(known, name, client, loop, then, refused);
      }
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

  /**
   * ffmpeg asks for the first address of a description again and again, and would be a new viewer
   * each time; but it keeps cookies. Others remember where they were sent, and two pages of one
   * browser are two viewers.
   */
  private static boolean forgets(HttpServerRequest request) {
    String agent = request.getHeader(HttpHeaders.USER_AGENT);
    return agent != null && agent.startsWith("Lavf/");
  }

  /** The session that a client was sent to before, when it tells that; null when it does not. */
  private static @Nullable String remembered(HttpServerRequest request) {
    Cookie cookie = forgets(request) ? request.getCookie(COOKIE) : null;
    return cookie != null && Sessions.ID.matcher(cookie.getValue()).matches()
        ? cookie.getValue()
        : null;
  }

  /** Whether a viewer is to be counted: not when it says that it is not one, as caches do. */
  private static boolean isSession(HttpServerRequest request) {
    return !"0".equals(request.getParam("session"));
  }

  /**
   * To the same path under the session, of the stream that it was sent to, the vhost in the name,
   * with all of the query but what is secret.
   */
  private static void redirect(
      HttpServerRequest request, Matcher matcher, StreamName asked, Sessions.Session session) {
    String query = request.query();
    String kept =
        query == null
            ? ""
            : Stream.of(query.split("&"))
                .filter(each -> !RequestClient.isSecret(nameOf(each)))
                .collect(Collectors.joining("&"));
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (forgets(request)) {
      response.putHeader(
          HttpHeaders.SET_COOKIE,
          "%s=%s; Path=%s; HttpOnly".formatted(COOKIE, session.id(), request.path()));
    }
    StreamName there = session.name();
    boolean asAsked = there.vhost().isEmpty() && there.equals(asked);
    String name = asAsked ? matcher.group(NAME) : there.toString();
    String place = "/s/" + session.id() + "/" + name + matcher.group().substring(matcher.end(NAME));
    response
        .setStatusCode(302)
        .putHeader("Location", place + (kept.isEmpty() ? "" : "?" + kept))
        .putHeader("Cache-Control", "no-store")
        .end();
  }

  /** The name of a parameter as it is understood, so that no escape hides it. */
  private static String nameOf(String parameter) {
    int equals = parameter.indexOf('=');
    String name = equals < 0 ? parameter : parameter.substring(0, equals);
    try {
      return URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException noEscape) {
      return name;
    }
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
          var asked = new Asked(request, stream, new SegmentAnswer(request, loop, session));
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

  /**
   * Answers with a text that is there as soon as the stream's first segment is.
   *
   * @param text null when it is not there yet
   * @param answer is given it
   */
  public static void first(
      Asked asked, Supplier<Texts.@Nullable Text> text, Consumer<Texts.Text> answer) {
    asked.stream.await(
        new SegmentStream.Check() {
          @Override
          public boolean answered() {
            Texts.Text there = text.get();
            if (there != null) {
              answer.accept(there);
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
}
