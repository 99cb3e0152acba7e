package dev.sluice.net.segments;

import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.packager.Part;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for a segment, or for a part of one, that may not be there yet. A segment that is being
 * made is sent as its parts come; a part is sent when it is whole.
 *
 * <p>To a player several servers may be one, and what one of them has told of is asked of another
 * that is a little behind. So what is a little ahead is waited for, whether this server has told of
 * it or not.
 */
final class MediaWait implements SegmentStream.Check {
  /** Parts of a segment that is being made that may be asked for ahead: a few seconds. */
  private static final int PARTS_AHEAD = 20;

  private final SegmentAnswer answer;
  private final TrackWindow track;
  private final long ahead90k;
  private final SegmentNames.Media media;
  private final String contentType;

  /** Once the first part of a segment is sent that is not whole; null before. */
  private @Nullable GrowingAnswer growing;

  private int sentParts;

  /**
   * Of one request.
   *
   * @param ahead90k a segment that begins so much after the last one is waited for
   */
  MediaWait(
      SegmentAnswer answer,
      TrackWindow track,
      long ahead90k,
      SegmentNames.Media media,
      String contentType) {
    this.answer = answer;
    this.track = track;
    this.ahead90k = ahead90k;
    this.media = media;
    this.contentType = contentType;
  }

  @Override
  public boolean answered() {
    WindowSegment segment = track.byTime(media.start());
    if (segment == null) {
      return !track.mayCome(media.start(), ahead90k) && refuse();
    }
    if (segment.isGap()) {
      return refuse();
    }
    List<Part> parts = segment.parts();
    if (media.part() < 0) {
      return whole(segment, parts);
    }
    if (media.part() < parts.size()) {
      if (parts.get(media.part()).isGap()) {
        return refuse();
      }
      answer.media(parts.get(media.part()).bytes().retainedDuplicate(), contentType);
      return true;
    }
    return (segment.isWhole() || media.part() > parts.size() + PARTS_AHEAD) && refuse();
  }

  private boolean whole(WindowSegment segment, List<Part> parts) {
    GrowingAnswer to = growing;
    if (to == null && segment.isWhole()) {
      return all(parts);
    }
    if (!answer.canGrow() || parts.isEmpty()) {
      return false;
    }
    if (to == null) {
      to = answer.grow(contentType);
      growing = to;
    }
    for (Part part : parts.subList(sentParts, parts.size())) {
      if (!part.isGap()) {
        to.add(part.bytes().retainedDuplicate());
      }
    }
    sentParts = parts.size();
    if (segment.isWhole()) {
      to.end();
      return true;
    }
    return to.over();
  }

  private boolean all(List<Part> parts) {
    CompositeByteBuf bytes = Unpooled.compositeBuffer(Math.max(1, parts.size()));
    for (Part part : parts) { // the bytes of a gap are none
      ByteBuf of = part.bytes().retainedDuplicate();
      bytes.addComponent(true, of);
    }
    answer.media(bytes, contentType);
    return true;
  }

  private boolean refuse() {
    if (growing != null) {
      growing.fail();
    } else {
      answer.refuseAsGone();
    }
    return true;
  }

  @Override
  public void tooLate() {
    if (growing != null) {
      growing.fail();
    } else {
      answer.refuseAsLate();
    }
  }
}
