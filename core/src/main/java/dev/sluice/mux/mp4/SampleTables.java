package dev.sluice.mux.mp4;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.isobmff.BoxType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a track that {@code stbl} lists, in decoding order. What the tables say of more
 * samples than all of them know is not there.
 *
 * <p>Sound without frames (G.711) has a sample for each moment; there up to 1,024 samples that lie
 * in one chunk are taken as one.
 */
final class SampleTables {
  /** Moments that are taken as one sample. */
  static final int MAX_GROUP = 1_024;

  private final RunTable durations;
  private final RunTable offsets;
  private final @Nullable PagedTable sizes;
  private final @Nullable PagedTable chunkRuns;
  private final @Nullable PagedTable chunkOffsets;
  private final @Nullable PagedTable syncSamples;
  private final int count;
  private final boolean grouped;
  private final Place probe;

  /** The lowest composition offset when it is below 0, else 0. */
  private final long lowestOffset;

  /** The highest PTS at which a sample ends. */
  private final long end;

  /**
   * Looks through the tables of durations, offsets and chunks once.
   *
   * @param tables by type
   * @param grouped whether samples are single moments of sound
   * @param maxTicks what a time may be
   * @throws MalformedException when they contradict themselves
   */
  SampleTables(Map<Integer, PagedTable> tables, boolean grouped, long maxTicks) {
    this.grouped = grouped;
    this.durations = new RunTable(tables.get(BoxType.STTS), true, maxTicks);
    this.offsets = new RunTable(tables.get(BoxType.CTTS), false, 0);
    this.sizes = either(tables, BoxType.STSZ, BoxType.STZ2);
    this.chunkRuns = tables.get(BoxType.STSC);
    this.chunkOffsets = either(tables, BoxType.STCO, BoxType.CO64);
    this.syncSamples = tables.get(BoxType.STSS);
    long known = Math.min(durations.samples(), inChunks());
    this.count = (int) Math.min(known, sizes == null ? 0 : sizes.count());
    long lowest = 0;
    long highestEnd = 0;
    this.probe = new Place();
    for (long sample = 0; sample < count; sample = probe.equalUntil()) {
      probe.seekTimes((int) sample);
      long last = Math.min(probe.equalUntil(), count) - 1;
      lowest = Math.min(lowest, probe.offset());
      long lastDts = probe.dts() + (last - sample) * probe.duration();
      highestEnd = Math.max(highestEnd, lastDts + probe.duration() + probe.offset());
    }
    this.lowestOffset = lowest;
    this.end = highestEnd;
  }

  /** How many samples there are. */
  int count() {
    return count;
  }

  /** The DTS at which the last one ends. */
  long durationSum() {
    return count == durations.samples() ? durations.sum() : durationsUpTo(count);
  }

  long lowestOffset() {
    return lowestOffset;
  }

  long end() {
    return end;
  }

  /** The last sample whose DTS is at or before {@code dts}; 0 when there is none. */
  int sampleAt(long dts) {
    return Math.clamp(durations.sampleAt(dts), 0, Math.max(0, count - 1));
  }

  /** The last sync sample at or before {@code sample}; −1 when there is none. */
  int syncAtOrBefore(int sample) {
    PagedTable sync = syncSamples;
    if (sync == null) {
      return sample;
    }
    int at = syncIndex(sync, sample);
    return at < 0 ? -1 : (int) sync.field(at, 0) - 1;
  }

  /** The first sync sample at or behind {@code sample}; {@link #count} when there is none. */
  int syncAtOrBehind(int sample) {
    PagedTable sync = syncSamples;
    if (sync == null) {
      return sample;
    }
    int next = syncIndex(sync, sample - 1) + 1;
    return next < sync.count() ? Math.min(count, (int) sync.field(next, 0) - 1) : count;
  }

  /** PTS of a sample. */
  long pts(int sample) {
    probe.seekTimes(sample);
    return probe.dts() + probe.offset();
  }

  /** A place before the first sample. */
  Place place() {
    return new Place();
  }

  /** Index in {@code stss} of the last entry that means {@code sample} or one before; else −1. */
  private static int syncIndex(PagedTable sync, int sample) {
    int low = 0;
    int high = sync.count() - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      if (sync.field(middle, 0) - 1 <= sample) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private long durationsUpTo(int sample) {
    RunTable.Cursor cursor = durations.cursor();
    cursor.seek(sample);
    return cursor.sumBefore(sample);
  }

  /** Samples that the chunks hold. */
  private long inChunks() {
    PagedTable runs = chunkRuns;
    PagedTable chunks = chunkOffsets;
    if (runs == null || chunks == null) {
      return 0;
    }
    long samples = 0;
    for (int run = 0; run < runs.count(); run++) {
      long first = runs.field(run, 0);
      long next = run + 1 < runs.count() ? runs.field(run + 1, 0) : chunks.count() + 1L;
      if (first < 1 || run == 0 && first != 1 || run + 1 < runs.count() && next <= first) {
        throw new MalformedException(
            "box 'stsc': first_chunk %d before %d, allowed are 1 and rising"
                .formatted(first, next));
      }
      long inRun = Math.max(0, Math.min(next, chunks.count() + 1L) - first);
      samples += inRun * runs.field(run, 1);
      if (samples > Integer.MAX_VALUE) {
        return Integer.MAX_VALUE;
      }
    }
    return samples;
  }

  private static @Nullable PagedTable either(Map<Integer, PagedTable> tables, int one, int other) {
    PagedTable table = tables.get(one);
    return table != null ? table : tables.get(other);
  }

  /** A place in the tables: the sample that {@link #next} gives next. */
  final class Place {
    private final RunTable.Cursor duration = durations.cursor();
    private final RunTable.Cursor offset = offsets.cursor();

    private int sample;
    private int sampleOfTimes;
    private int chunkRun;
    private int chunk;
    private long runEndChunk;
    private int chunkStart;
    private int chunkEnd;
    private long position;
    private int entry;
    private int nextSync;
    private int nextSyncIndex;

    private Place() {
      seek(0);
    }

    /** The sample that comes next. */
    int sample() {
      return sample;
    }

    /** Goes to {@code sample}. */
    void seek(int to) {
      sample = to;
      seekTimes(to);
      if (to < count) {
        seekChunk();
      }
      PagedTable sync = syncSamples;
      nextSyncIndex = sync == null ? 0 : syncIndex(sync, to - 1) + 1;
      loadSync();
    }

    /**
     * Fills in the next sample and goes on; false behind the last one.
     *
     * @throws MalformedException when the file has become shorter
     */
    boolean next(Sample into) {
      if (sample >= count) {
        return false;
      }
      if (sample == chunkEnd) {
        nextChunk();
      }
      seekTimes(sample);
      into.dts = dts();
      into.duration = duration();
      into.compositionOffset = offset();
      into.position = position;
      into.size = sizeOf(sample);
      into.sync = syncSamples == null || sample == nextSync;
      into.entry = entry;
      if (sample == nextSync) {
        nextSyncIndex++;
        loadSync();
      }
      sample++;
      if (grouped) {
        group(into);
      }
      position += into.size;
      return true;
    }

    private void group(Sample into) {
      int last = Math.min(Math.min(chunkEnd, count), sample - 1 + MAX_GROUP);
      for (; sample < last; sample++) {
        seekTimes(sample);
        into.size += sizeOf(sample);
        into.duration += duration();
      }
    }

    /** Places the times alone at {@code to}. */
    private void seekTimes(int to) {
      sampleOfTimes = to;
      duration.seek(to);
      offset.seek(to);
    }

    private long dts() {
      return duration.sumBefore(sampleOfTimes);
    }

    private long duration() {
      return duration.value();
    }

    private int offset() {
      return (int) offset.value();
    }

    /** The first sample behind the ones of the same duration and offset. */
    private long equalUntil() {
      return Math.min(duration.end(), offset.end());
    }

    private void seekChunk() {
      chunkRun = 0;
      chunk = 0;
      chunkStart = 0;
      loadChunkRun();
      while (sample >= chunkEnd) {
        long perChunk = (long) chunkEnd - chunkStart;
        long inRun = (runEndChunk - chunk) * perChunk;
        if (sample < chunkStart + inRun) {
          int chunks = (int) ((sample - chunkStart) / perChunk);
          chunk += chunks;
          chunkStart += (int) (chunks * perChunk);
          chunkEnd = (int) (chunkStart + perChunk);
        } else {
          chunkStart += (int) inRun;
          chunk = (int) runEndChunk;
          chunkRun++;
          loadChunkRun();
        }
      }
      position = chunkPosition();
      for (int before = chunkStart; before < sample; before++) {
        position += sizeOf(before);
      }
    }

    /** Chunks of a run without samples are passed over. */
    private void loadChunkRun() {
      PagedTable runs = required(chunkRuns);
      long perChunk = runs.field(chunkRun, 1);
      runEndChunk =
          chunkRun + 1 < runs.count()
              ? runs.field(chunkRun + 1, 0) - 1
              : required(chunkOffsets).count();
      entry = (int) Math.min(runs.field(chunkRun, 2), Integer.MAX_VALUE);
      chunkEnd = (int) Math.min(chunkStart + perChunk, Integer.MAX_VALUE);
    }

    private void nextChunk() {
      do {
        chunkStart = chunkEnd;
        chunk++;
        if (chunk >= runEndChunk) {
          chunkRun++;
          loadChunkRun();
        } else {
          chunkEnd += (int) required(chunkRuns).field(chunkRun, 1);
        }
      } while (chunkEnd == chunkStart);
      position = chunkPosition();
    }

    private long chunkPosition() {
      long at = required(chunkOffsets).field(chunk, 0);
      if (at < 0) {
        throw new MalformedException("box 'co64': chunk_offset has more than 63 bits");
      }
      return at;
    }

    private void loadSync() {
      PagedTable sync = syncSamples;
      nextSync =
          sync != null && nextSyncIndex < sync.count()
              ? (int) sync.field(nextSyncIndex, 0) - 1
              : -1;
    }
  }

  private long sizeOf(int sample) {
    return required(sizes).field(sample, 0);
  }

  private static PagedTable required(@Nullable PagedTable table) {
    if (table == null) {
      throw new IllegalStateException("a track without this table has no samples");
    }
    return table;
  }
}
