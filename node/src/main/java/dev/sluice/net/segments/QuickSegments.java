package dev.sluice.net.segments;

import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.Sessions;
import dev.sluice.mux.packager.Part;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.net.AnswerFile;
import dev.sluice.net.QuickReply;
import dev.sluice.net.QuickRoute;
import dev.sluice.net.segments.HotSegments.Found;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole segments for viewers who are known, without the HTTP stack and without a copy; see {@link
 * HotSegments}. What is not hot, not whole, or a part goes to the stack.
 */
public final class QuickSegments implements QuickRoute {
  private static final String TRANSPORT_STREAM = ".ts";

  private final SegmentRequests requests;
  private final String ending;
  private final HotSegments.Finder finder;

  private QuickSegments(SegmentRequests requests, String ending, HotSegments.Finder finder) {
    this.requests = requests;
    this.ending = ending;
    this.finder = finder;
  }

  /** Segments of CMAF tracks. */
  static QuickSegments ofTracks(SegmentRequests requests) {
    return new QuickSegments(requests, SegmentNames.SEGMENT, QuickSegments::segment);
  }

  /**
   * Transport streams.
   *
   * @param contentType theirs
   */
  public static QuickSegments transportStreams(SegmentRequests requests, String contentType) {
    return new QuickSegments(
        requests, TRANSPORT_STREAM, (stream, file) -> transportStream(stream, file, contentType));
  }

  private static @Nullable Found segment(SegmentStream stream, String file) {
    SegmentNames.Media media = SegmentNames.media(file);
    if (media == null || media.part() >= 0) {
      return null;
    }
    TrackWindow track = stream.window().track(media.track());
    WindowSegment segment = track == null ? null : track.byTime(media.start());
    if (segment == null || !segment.isWhole()) {
      return null;
    }
    List<ByteBuf> bytes =
        segment.parts().stream().filter(part -> !part.isGap()).map(Part::bytes).toList();
    return bytes.isEmpty() ? null : new Found(bytes, MediaRoutes.mime(media.track()));
  }

  private static @Nullable Found transportStream(
      SegmentStream stream, String file, String contentType) {
    long start = SegmentNames.number(file.substring(0, file.length() - TRANSPORT_STREAM.length()));
    ByteBuf bytes = start < 0 ? null : stream.window().transportStream(start);
    return bytes == null ? null : new Found(List.of(bytes), contentType);
  }

  @Override
  public boolean take(String target, boolean gzip, QuickReply reply) {
    if (!target.endsWith(ending) || !reply.takesFiles()) {
      return false;
    }
    SessionPath path = SessionPath.read(target);
    if (path == null || path.query() != null) {
      return false;
    }
    SegmentRequests.Playing playing = requests.playing(reply, target, path.stream());
    if (playing == null) {
      return false;
    }
    SegmentStream stream = playing.stream();
    stream.loop().run(() -> answer(stream, path.file(), reply, playing.session()));
    return true;
  }

  /** On the segments' loop. */
  private void answer(
      SegmentStream stream, String file, QuickReply reply, Sessions.Session session) {
    AnswerFile answer =
        stream.closed() ? null : HotSegments.of(stream).answer(file, finder, reply.anyOrigin());
    if (answer == null) {
      reply.loop().run(reply::pass);
      return;
    }
    answer.retain();
    reply
        .loop()
        .run(() -> {
          reply.send(answer);
          answer.release();
          session.served(answer.bodyBytes());
        });
  }
}
