package dev.sluice.endpoint.hls;

import dev.sluice.hub.Reason;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.mux.hls.HlsNames;
import dev.sluice.mux.packager.Part;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** A request for a segment, or for a part of one, that may not be there yet. */
final class MediaWait implements SegmentStream.Check {
  private final HlsAnswer answer;
  private final TrackWindow track;
  private final HlsNames.Media media;
  private final String contentType;

  MediaWait(HlsAnswer answer, TrackWindow track, HlsNames.Media media, String contentType) {
    this.answer = answer;
    this.track = track;
    this.media = media;
    this.contentType = contentType;
  }

  @Override
  public boolean answered() {
    WindowSegment segment = track.byStart(media.start90k());
    if (segment == null || segment.isGap()) {
      return refuse();
    }
    boolean whole = media.part() < 0;
    List<Part> parts = segment.parts();
    if (!whole && media.part() < parts.size()) {
      if (parts.get(media.part()).isGap()) {
        return refuse();
      }
      answer.media(parts.get(media.part()).bytes().retainedDuplicate(), contentType);
      return true;
    }
    if (segment.isWhole()) {
      return whole ? all(parts) : refuse();
    }
    // what is asked for too early is waited for, unless it is more than the next part
    return !whole && media.part() > parts.size() && refuse();
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
    answer.refuse(Reason.NOT_FOUND, "there is no such segment, or no longer");
    return true;
  }

  @Override
  public void tooLate() {
    answer.refuse(503, "not-in-time", "the segment has not come in time");
  }
}
