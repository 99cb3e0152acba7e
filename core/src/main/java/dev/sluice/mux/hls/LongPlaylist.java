package dev.sluice.mux.hls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.mux.store.TrackIndex;
import dev.sluice.wire.hls.MediaPlaylist;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The media playlist of a track of which a window has the newest segments and an index all: as if
 * all were in the window. Older segments become text straight from the index.
 */
public final class LongPlaylist {
  /** Segments in front of those that it was written for; where they stand is put in their place. */
  private static final String SKIP = "#EXT-X-SKIP:SKIPPED-SEGMENTS=";

  /** As {@link TrackPlaylist} has it. */
  private static final long ROUNDING_NS = 1_000_000L;

  private LongPlaylist() {}

  /** As {@link TrackPlaylist#skippable}, of the window and what is in front of it. */
  public static long skippable(
      SegmentWindow window, TrackWindow track, TrackIndex index, long firstListed) {
    long first = TrackPlaylist.of(window, track).mediaSequence();
    long within = TrackPlaylist.skippable(window, track);
    long from = Math.max(firstListed, index.firstNumber());
    if (within > first || from >= first || !index.contains(first - 1)) {
      return within;
    }
    long behindNs = 0;
    for (WindowSegment segment : track.backwards()) {
      if (segment.cut().number() >= first) {
        behindNs += segment.durationNs();
      }
    }
    long untilNs = TrackPlaylist.of(window, track).control().canSkipUntilNs() + ROUNDING_NS;
    long number = first;
    while (number > from && behindNs < untilNs) {
      number--;
      behindNs += index.durationNs(number);
    }
    return number;
  }

  /**
   * The playlist as it is now; there has to be a {@link TrackPlaylist#position}.
   *
   * @param index of the track; it has what the window lists, or less
   * @param firstListed number of the first segment that may be listed
   * @param told number of the first segment that is told, {@link #skippable} at most; 0 tells all
   * @return UTF-8, owned by the caller; null when there is nothing older than the window has
   */
  public static @Nullable ByteBuf of(
      SegmentWindow window,
      TrackWindow track,
      TrackIndex index,
      long firstListed,
      long told,
      ByteBufAllocator allocator) {
    MediaPlaylist recent = TrackPlaylist.of(window, track, told);
    long from = Math.max(firstListed, index.firstNumber());
    long to = recent.mediaSequence();
    if (index.size() == 0 || from >= to || !index.contains(to - 1)) {
      return null;
    }
    long tellFrom = Math.clamp(told, from, to);
    long skipped = tellFrom - from + recent.skipped();
    String text = extended(recent, index, from, Math.max(1, skipped)).write();
    int line = text.indexOf(SKIP);
    int behind = text.indexOf('\n', line) + 1;
    long lines = (to - tellFrom) * index.lineBytes();
    ByteBuf out = allocator.directBuffer((int) Math.min(1 << 26, text.length() + lines));
    out.writeCharSequence(text.substring(0, skipped > 0 ? behind : line), US_ASCII);
    index.write(out, tellFrom, to);
    out.writeCharSequence(text.substring(behind), UTF_8);
    return out;
  }

  private static MediaPlaylist extended(
      MediaPlaylist recent, TrackIndex index, long from, long skipped) {
    return new MediaPlaylist(
        recent.version(),
        recent.independentSegments() && index.isIndependent(),
        recent.type(),
        recent.targetSeconds(),
        recent.partTargetNs(),
        recent.control(),
        from,
        index.discontinuitySequence(from),
        skipped,
        new ArrayList<>(recent.segments()),
        recent.openParts(),
        recent.openTags(),
        recent.hint(),
        recent.reports(),
        recent.ended());
  }
}
