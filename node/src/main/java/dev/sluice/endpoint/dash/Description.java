package dev.sluice.endpoint.dash;

import dev.sluice.hub.UtcClock;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.dash.LivePresentation;
import dev.sluice.net.segments.Texts;
import dev.sluice.wire.dash.Mpd;
import org.jspecify.annotations.Nullable;

/** The description of one stream as it stands. Segments' loop. */
final class Description extends Texts {
  private static final String KEY = "mpd";
  private static final long NS_PER_MS = 1_000_000L;

  private final LivePresentation presentation;
  private final UtcClock utc;

  /** What was said last, without when; null before the first. */
  private @Nullable Mpd said;

  private @Nullable Text text;
  private long publishedMs;

  Description(SegmentStream stream, UtcClock utc) {
    super(stream);
    this.presentation = new LivePresentation(stream.window(), DashEndpoint.TIME, stream::keep);
    this.utc = utc;
  }

  /** The description; null as long as there is nothing to play. */
  @Nullable Text now() {
    return stream().window().caughtUp() ? text(KEY, this::write) : null;
  }

  /** Parts come and go without a change of it: then it stays as it is, with its publishTime. */
  private @Nullable Text write() {
    Mpd now = presentation.description();
    if (now == null) {
      return null;
    }
    if (text == null || !now.equals(said)) {
      long nowMs = utc.utcNs(stream().loop().nowNs()) / NS_PER_MS;
      publishedMs = Math.max(publishedMs + 1, nowMs);
      said = now;
      text = new Text(now.published(publishedMs * NS_PER_MS).write());
    }
    return text;
  }
}
