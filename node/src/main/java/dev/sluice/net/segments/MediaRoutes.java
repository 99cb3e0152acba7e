package dev.sluice.net.segments;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.segments.LongWindow;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.QuickRoute;
import dev.sluice.net.segments.SegmentRequests.Asked;
import dev.sluice.net.segments.SegmentRequests.Kind;
import dev.sluice.wire.Bytes;
import io.vertx.ext.web.Router;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What playlists and descriptions list: {@code /{stream}/v0-START.m4s} is a segment, {@code
 * /{stream}/v0-START.3.m4s} a part of it, {@code /{stream}/v0-HASH.mp4} a CMAF header; see {@link
 * SegmentNames}. A segment that is being made is sent as it is made.
 */
public final class MediaRoutes implements HttpRoutes {
  /** Target durations that somebody waits for what is announced, at most. */
  private static final int WAIT_TARGETS = 3;

  private static final long NS_PER_S = 1_000_000_000L;

  private static final Kind MEDIA = Kind.of(Client.SEGMENTS, "/([va]\\d{1,3}-[0-9.]+\\.m4s)");
  private static final Kind INIT = Kind.of(Client.SEGMENTS, "/([va]\\d{1,3})-([0-9a-f]{12})\\.mp4");

  private final SegmentRequests requests;

  /** The media of all streams. */
  public MediaRoutes(SegmentRequests requests) {
    this.requests = requests;
  }

  @Override
  public void mount(Router router, Loop loop) {
    int detail = SegmentRequests.DETAIL;
    requests.route(router, loop, MEDIA, (asked, matcher) -> media(asked, matcher.group(detail)));
    requests.route(
        router,
        loop,
        INIT,
        (asked, matcher) -> init(asked, matcher.group(detail), matcher.group(detail + 1)));
  }

  @Override
  public QuickRoute quick(Loop loop) {
    return QuickSegments.ofTracks(requests);
  }

  private static void init(Asked asked, String name, String hash) {
    TrackWindow track = asked.stream().window().track(name);
    for (Bytes init : track == null ? Set.<Bytes>of() : track.inits()) {
      if (SegmentNames.hash(init).equals(hash)) {
        asked.answer().media(init.buffer(), mime(name));
        return;
      }
    }
    LongWindow old = asked.stream().old();
    Bytes init = old == null ? null : old.init(hash);
    if (init != null) {
      asked.answer().media(init.buffer(), mime(name));
      return;
    }
    asked.answer().refuse(Reason.NOT_FOUND, "there is no such header");
  }

  static String mime(String track) {
    return track.startsWith("v") ? "video/mp4" : "audio/mp4";
  }

  private static void media(Asked asked, String file) {
    SegmentNames.Media media = SegmentNames.media(file);
    TrackWindow track = media == null ? null : asked.stream().window().track(media.track());
    if (media != null && isOld(track, media) && readOld(asked, media)) {
      return;
    }
    if (media == null || track == null) {
      asked.answer().refuse(Reason.NOT_FOUND, "there is no such segment");
      return;
    }
    long targetS = asked.stream().window().targetSeconds();
    long ahead90k = SegmentRequests.ahead90k(asked.stream().window());
    asked.stream()
        .await(
            new MediaWait(asked.answer(), track, ahead90k, media, mime(media.track())),
            WAIT_TARGETS * targetS * NS_PER_S);
  }

  /** Whether memory has not got, or not any more, what a store may have. */
  private static boolean isOld(@Nullable TrackWindow track, SegmentNames.Media media) {
    return media.part() < 0 && (track == null || track.byTime(media.start()) == null);
  }

  private static boolean readOld(Asked asked, SegmentNames.Media media) {
    LongWindow old = asked.stream().old();
    return old != null
        && old.read(
            media.track(),
            media.start(),
            bytes -> {
              if (bytes == null) {
                asked.answer().refuse(503, "not-readable", "the segment cannot be read now");
              } else {
                asked.answer().media(bytes, mime(media.track()));
              }
            });
  }
}
