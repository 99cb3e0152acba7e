package dev.sluice.mux.mp4;

import dev.sluice.media.Timescale;
import dev.sluice.wire.isobmff.EditListBox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An edit list as stretches of a track's media on the presentation's time line. */
final class Edits {
  private Edits() {}

  /**
   * One stretch; all in the track's timescale.
   *
   * @param start PTS at which it begins, or {@link Long#MIN_VALUE} for all that there is
   * @param end PTS before which it ends, or {@link Long#MAX_VALUE}
   * @param shift what is added to the media's times
   */
  record Stretch(long start, long end, long shift) {
    static final Stretch ALL = new Stretch(Long.MIN_VALUE, Long.MAX_VALUE, 0);
  }

  /**
   * Turns edits into stretches. Empty ones, and ones that hold a picture, leave a hole; those that
   * continue the one before become one with it. Their lengths are rounded to ticks of the track.
   *
   * @param list null when the track has none
   * @param movie timescale of lengths
   * @param media timescale of the track
   * @return at least one; without a list, or with one that shows nothing, {@link Stretch#ALL}
   */
  static List<Stretch> stretches(@Nullable EditListBox list, Timescale movie, Timescale media) {
    List<Stretch> stretches = new ArrayList<>();
    long maxTime = Mp4Limits.MAX_TIME_S * media.ticksPerSecond();
    long presented = 0;
    for (EditListBox.Edit edit : list == null ? List.<EditListBox.Edit>of() : list.edits()) {
      long left = Math.max(0, Mp4Limits.MAX_TIME_S * movie.ticksPerSecond());
      long length = movie.convertRounded(Math.min(edit.segmentDuration(), left), media);
      if (edit.mediaTime() != EditListBox.EMPTY && edit.mediaRate() != 0) {
        long start = Math.min(edit.mediaTime(), maxTime);
        long end = edit.segmentDuration() == 0 ? Long.MAX_VALUE : start + length;
        add(stretches, new Stretch(start, end, presented - start));
      }
      presented = Math.min(presented + length, maxTime);
    }
    return stretches.isEmpty() ? List.of(Stretch.ALL) : stretches;
  }

  private static void add(List<Stretch> stretches, Stretch next) {
    Stretch last = stretches.isEmpty() ? null : stretches.getLast();
    if (last != null && last.end == Long.MAX_VALUE) {
      return; // nothing comes behind what goes on to the end
    }
    // lengths were rounded: one that begins a tick off continues all the same
    if (last != null
        && Math.abs(next.start - last.end) <= 1
        && Math.abs(next.shift - last.shift) <= 1) {
      stretches.set(stretches.size() - 1, new Stretch(last.start, next.end, last.shift));
    } else {
      stretches.add(next);
    }
  }
}
