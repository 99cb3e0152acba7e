package dev.sluice.mux.mp4;

import java.util.Arrays;

/**
 * Where in a file what time is: places in rising order, of which every so many are kept, so that a
 * file of any length takes no more than 64 KiB.
 */
final class SparseIndex {
  /** Places that are kept. */
  static final int MAX_PLACES = 4_096;

  private long[] times = new long[16];
  private long[] positions = new long[16];
  private int size;
  private int stride = 1;
  private int skipped;

  /** Takes a place, unless it is not behind the ones before it. */
  void offer(long time, long position) {
    if (size > 0 && (position <= positions[size - 1] || time < times[size - 1])) {
      return;
    }
    if (size > 0 && ++skipped < stride) {
      return;
    }
    skipped = 0;
    if (size == MAX_PLACES) {
      thin();
    }
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      positions = Arrays.copyOf(positions, 2 * size);
    }
    times[size] = time;
    positions[size] = position;
    size++;
  }

  /** How many places are kept. */
  int size() {
    return size;
  }

  /** The last place at or before {@code time}, or the first one; −1 when there is none. */
  int floor(long time) {
    int at = Arrays.binarySearch(times, 0, size, time);
    if (at < 0) {
      at = -at - 2;
    }
    return size == 0 ? -1 : Math.max(0, at);
  }

  long position(int index) {
    return positions[index];
  }

  private void thin() {
    size = 0;
    for (int i = 0; i < MAX_PLACES; i += 2) {
      times[size] = times[i];
      positions[size] = positions[i];
      size++;
    }
    stride *= 2;
  }
}
