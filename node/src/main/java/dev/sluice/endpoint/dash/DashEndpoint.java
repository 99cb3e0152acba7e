package dev.sluice.endpoint.dash;

import dev.sluice.hub.Loop;
import dev.sluice.hub.UtcClock;
import dev.sluice.mux.dash.LivePresentation;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.segments.SegmentRequests;
import dev.sluice.net.segments.SegmentRequests.Asked;
import dev.sluice.net.segments.SegmentRequests.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * DASH of each stream: {@code /{stream}/index.mpd}, the description, with which a session begins;
 * what it lists is answered by {@link dev.sluice.net.segments.MediaRoutes}. And {@link #TIME}, the
 * clock that it names, so that a player whose own is wrong knows what is live.
 */
public final class DashEndpoint implements HttpRoutes {
  /** Where the time is, as an xs:dateTime (ISO/IEC 23009-1, section 5.8.5.7). */
  static final String TIME = "/sluice/time";

  private static final String TYPE = "application/dash+xml";

  /**
   * Caches that many share may keep it for a second. A player's own may not: it asks once a second,
   * and would be told what it knows.
   */
  private static final String CACHING = "public, max-age=0, s-maxage=1";

  private static final long NS_PER_MS = 1_000_000L;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final Kind DESCRIPTION =
      Kind.first("dash", "/" + Pattern.quote(LivePresentation.INDEX));

  private final SegmentRequests requests;
  private final UtcClock utc;

  /** An endpoint for the segments of streams, with the clock by which they are cut. */
  public DashEndpoint(SegmentRequests requests, UtcClock utc) {
    this.requests = requests;
    this.utc = utc;
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.get(TIME).handler(context -> time(context.request(), loop));
    router.head(TIME).handler(context -> time(context.request(), loop));
    requests.route(router, loop, DESCRIPTION, (asked, _) -> describe(asked));
  }

  private void describe(Asked asked) {
    Description description =
        asked.stream().beside(Description.class, stream -> new Description(stream, utc));
    SegmentRequests.first(
        asked, description::now, text -> asked.answer().text(text, TYPE, CACHING));
  }

  private void time(HttpServerRequest request, Loop loop) {
    Instant now = Instant.ofEpochMilli(utc.utcNs(loop.nowNs()) / NS_PER_MS);
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    HttpAnswers.end(request, Buffer.buffer(DATE.format(now)));
  }
}
