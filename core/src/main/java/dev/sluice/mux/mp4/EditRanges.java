package dev.sluice.mux.mp4;

import dev.sluice.mux.mp4.Edits.Stretch;
import java.util.ArrayList;
import java.util.List;

/**
 * Which samples of a track's tables an edit list shows.
 *
 * <p>The first stretch begins with what its decoder needs: video with the sync sample at or before
 * it, audio up to one second earlier. Those come with the times that they have, below the
 * stretch's. A later stretch begins with its first sync sample, as there is no time left before it.
 * Each ends with the last sample in decoding order that is shown.
 */
final class EditRanges {
  /** Sync samples that are tried, from the one by DTS backwards, for one that is early enough. */
  private static final int MAX_TRIES = 1_000;

  /** Samples from whose end the last one that is shown is looked for, at first. */
  private static final int FIRST_LOOK = 64;

  private EditRanges() {}

  /**
   * Samples that are given.
   *
   * @param first of them
   * @param end the one behind the last
   * @param shift what is added to their times
   */
  record Range(int first, int end, long shift) {}

  /**
   * The ranges of all stretches, in their order; those without a sample are left out.
   *
   * @param video whether decoding can begin at sync samples only
   * @param runUp ticks that an audio decoder is given before the first stretch
   */
  static List<Range> of(List<Stretch> stretches, SampleTables tables, boolean video, long runUp) {
    List<Range> ranges = new ArrayList<>();
    for (Stretch stretch : stretches) {
      int first = ranges.isEmpty() ? first(stretch, tables, video, runUp) : later(stretch, tables);
      int end = end(stretch, tables);
      if (first < end) {
        ranges.add(new Range(first, end, stretch.shift()));
      }
    }
    return ranges;
  }

  /**
   * The last sync sample at or before {@code pts}, but not before {@code least}; that one when
   * there is none.
   */
  static int syncAt(long pts, int least, SampleTables tables) {
    int sample = tables.syncAtOrBefore(tables.sampleAt(pts - tables.lowestOffset()));
    for (int tries = 0; sample > least && tables.pts(sample) > pts; tries++) {
      sample = tries == MAX_TRIES ? least : tables.syncAtOrBefore(sample - 1);
    }
    return Math.max(sample, least);
  }

  private static int first(Stretch stretch, SampleTables tables, boolean video, long runUp) {
    if (stretch.start() == Long.MIN_VALUE) {
      return 0;
    }
    return video
        ? syncAt(stretch.start(), 0, tables)
        : tables.sampleAt(Math.max(0, stretch.start() - runUp));
  }

  private static int later(Stretch stretch, SampleTables tables) {
    int sample = tables.syncAtOrBehind(syncAt(stretch.start(), 0, tables));
    for (int tries = 0; tries < MAX_TRIES && sample < tables.count(); tries++) {
      if (tables.pts(sample) >= stretch.start()) {
        return sample;
      }
      sample = tables.syncAtOrBehind(sample + 1);
    }
    return tables.count();
  }

  private static int end(Stretch stretch, SampleTables tables) {
    if (stretch.end() >= tables.end()) {
      return tables.count();
    }
    int last = tables.sampleAt(stretch.end() - tables.lowestOffset());
    for (int look = FIRST_LOOK; ; look *= 4) {
      int from = Math.max(0, last - look);
      int end = -1;
      for (int sample = from; sample <= last && sample < tables.count(); sample++) {
        if (tables.pts(sample) < stretch.end()) {
          end = sample + 1;
        }
      }
      if (end >= 0 || from == 0 || look > 1 << 20) {
        return Math.max(end, 0);
      }
    }
  }
}
