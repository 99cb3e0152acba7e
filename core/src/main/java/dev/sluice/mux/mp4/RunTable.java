package dev.sluice.mux.mp4;

import dev.sluice.wire.MalformedException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code stts} or {@code ctts}: values of runs of samples. Marks at every so many runs say which
 * sample a run begins with and what the values before it add up to, so that no look-up has to begin
 * at the first one.
 */
final class RunTable {
  /** Runs between two marks, at least. */
  static final int MARK_RUNS = 1_024;

  /** Marks at most. */
  static final int MAX_MARKS = 4_096;

  private final @Nullable PagedTable table;
  private final int runs;
  private final int markRuns;
  private final int[] markSample;
  private final long[] markSum;
  private final long samples;
  private final long sum;

  /**
   * Looks through the table once.
   *
   * @param table null for none, which has no sample
   * @param summed whether values are durations, whose sum is wanted
   * @param maxSum what the sum may be
   * @throws MalformedException when the sum is more
   */
  RunTable(@Nullable PagedTable table, boolean summed, long maxSum) {
    this.table = table;
    this.runs = table == null ? 0 : table.count();
    this.markRuns = Math.max(MARK_RUNS, runs / MAX_MARKS + 1);
    this.markSample = new int[Math.max(1, (runs - 1) / markRuns + 1)];
    this.markSum = new long[markSample.length];
    long before = 0;
    long total = 0;
    for (int run = 0; run < runs; run++) {
      if (run % markRuns == 0) {
        markSample[run / markRuns] = (int) Math.min(before, Integer.MAX_VALUE);
        markSum[run / markRuns] = total;
      }
      long count = count(run);
      before += count;
      if (summed && value(run) > 0) {
        if (count > (maxSum - total) / value(run)) {
          throw new MalformedException("durations of a track add up to more than " + maxSum);
        }
        total += count * value(run);
      }
    }
    this.samples = before;
    this.sum = total;
  }

  /** Samples of all runs. */
  long samples() {
    return samples;
  }

  /** The sum of all values; 0 where it is not wanted. */
  long sum() {
    return sum;
  }

  private long count(int run) {
    return table == null ? 0 : table.field(run, 0);
  }

  private long value(int run) {
    return table == null ? 0 : table.field(run, 1);
  }

  /** The last sample before which the values add up to {@code sumBefore} or less; 0 if none. */
  int sampleAt(long sumBefore) {
    int mark = Arrays.binarySearch(markSum, sumBefore);
    if (mark < 0) {
      mark = Math.max(0, -mark - 2);
    }
    long sample = markSample[mark];
    long total = markSum[mark];
    long last = sample;
    for (int run = mark * markRuns; run < runs && total <= sumBefore; run++) {
      long count = count(run);
      long value = value(run);
      long within = value == 0 ? count : Math.min(count, (sumBefore - total) / value + 1);
      if (within > 0) {
        last = sample + within - 1;
      }
      sample += count;
      total += count * value;
    }
    return (int) Math.min(last, Integer.MAX_VALUE);
  }

  /** A place in the table, at its first sample. */
  Cursor cursor() {
    return new Cursor();
  }

  /** A place in a table. Past the last run the value is 0. */
  final class Cursor {
    private int run;
    private long runStart;
    private long runEnd;
    private long sumBeforeRun;
    private long value;

    private Cursor() {
      seek(0);
    }

    /** The value of the sample it is at. */
    long value() {
      return value;
    }

    /** The first sample behind those that have this value. */
    long end() {
      return runEnd;
    }

    /** What the values before {@code sample} add up to, which has to be the one it is at. */
    long sumBefore(int sample) {
      return sumBeforeRun + (sample - runStart) * value;
    }

    /** Goes to {@code sample}; steps forward are cheap. */
    void seek(int sample) {
      if (runEnd == 0 || sample < runStart) {
        int mark = lastMarkAt(sample);
        run = mark * markRuns;
        runStart = markSample[mark];
        sumBeforeRun = markSum[mark];
        load();
      }
      while (sample >= runEnd && run < runs) {
        sumBeforeRun += (runEnd - runStart) * value;
        runStart = runEnd;
        run++;
        load();
      }
    }

    private int lastMarkAt(int sample) {
      int mark = Arrays.binarySearch(markSample, sample);
      while (mark > 0 && markSample[mark - 1] == sample) {
        mark--; // empty runs
      }
      return mark >= 0 ? mark : Math.max(0, -mark - 2);
    }

    private void load() {
      if (run < runs) {
        value = RunTable.this.value(run);
        runEnd = runStart + count(run);
      } else {
        value = 0;
        runEnd = Long.MAX_VALUE;
      }
    }
  }
}
