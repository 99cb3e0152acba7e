package dev.sluice.mux.hls;

import dev.sluice.media.Timescale;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.SegmentWindow.TransportSegment;
import dev.sluice.wire.hls.Key;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.Segment;
import dev.sluice.wire.hls.ServerControl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The media playlist of a stream as transport streams, for players of any age: version 3, and 8
 * only while it lists a gap.
 */
public final class TransportPlaylist {
  private static final int VERSION = 3;
  private static final int GAP_VERSION = 8;

  private TransportPlaylist() {}

  /**
   * The playlist as it is now.
   *
   * @param stream the last element of the stream's name
   * @param keys by which segments are encrypted; null when they are not
   * @return null as long as no segment is whole
   */
  public static @Nullable MediaPlaylist of(
      SegmentWindow window, String stream, @Nullable SegmentKeys keys) {
    List<TransportSegment> listed = listed(window);
    if (listed.isEmpty() || window.ledger().targetSeconds() == 0) {
      return null;
    }
    Cut first = listed.getFirst().cut();
    List<Segment> segments =
        listed.stream().map(segment -> segment(stream, keys, segment)).toList();
    return new MediaPlaylist(
        listed.stream().anyMatch(TransportSegment::isGap) ? GAP_VERSION : VERSION,
        false,
        null,
        window.ledger().targetSeconds(),
        0,
        ServerControl.NONE,
        first.number(),
        first.discontinuitySequence() - (first.discontinuity() ? 1 : 0),
        0,
        SpliceRanges.inFront(window, segments),
        List.of(),
        null,
        null,
        List.of(),
        false);
  }

  /** Of each segment anew, since each has an initialization vector of its own. */
  private static Key key(String stream, SegmentKeys keys, Cut cut) {
    return Key.aes128(HlsNames.key(stream, keys.index(cut)), SegmentKeys.vector(cut));
  }

  /** All but gaps at the beginning and, until something is behind them, at the end. */
  private static List<TransportSegment> listed(SegmentWindow window) {
    List<TransportSegment> all =
        window.transportStreams().stream().dropWhile(TransportSegment::isGap).toList();
    int end = all.size();
    while (end > 0 && all.get(end - 1).isGap()) {
      end--;
    }
    return all.subList(0, end);
  }

  private static Segment segment(
      String stream, @Nullable SegmentKeys keys, TransportSegment segment) {
    Cut cut = segment.cut();
    return new Segment(
        HlsNames.transportStream(stream, cut),
        segment.durationNs(),
        "",
        cut.discontinuity(),
        segment.isGap(),
        keys == null || segment.isGap() ? null : key(stream, keys, cut),
        null,
        Timescale.VIDEO.convert(cut.start90k(), Timescale.NANOS),
        null,
        List.of(),
        List.of());
  }
}
