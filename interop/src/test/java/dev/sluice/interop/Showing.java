package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

/**
 * What somebody saw in front of a {@link Screen}, in figures. A player plays when each picture is
 * there by the time at which it is due, counted from the first one; one that reads ahead may have
 * it before. So a player that writes pictures when they are shown, and one that writes them as soon
 * as it has them, are judged by the same rule.
 *
 * @param pictures that were different from the one before
 * @param unread of which the time could not be read
 * @param missing between the first one and the last
 * @param back that told an earlier time than the one before
 * @param stalls how often a picture was too late when the one before was not
 * @param latestMs by how much the latest picture was behind the time at which it was due; also what
 *     was due at the end and was not there
 * @param glassMs how old pictures were when they came, sorted
 */
record Showing(
    int pictures,
    int unread,
    int missing,
    int back,
    int stalls,
    long latestMs,
    List<Long> glassMs) {
  /** Distance of two pictures of the test source. */
  static final long FRAME_MS = 40;

  /** By so much a picture's time may be beside its place: times are whole milliseconds. */
  private static final long ROUNDING_MS = 1;

  /**
   * Sums up.
   *
   * @param shown until {@code nowMs}
   * @param stallMs a picture that is later than this is a stall
   */
  static Showing of(List<Screen.Picture> shown, long nowMs, long stallMs) {
    int unread = 0;
    int missing = 0;
    int back = 0;
    int stalls = 0;
    long latestMs = Long.MIN_VALUE;
    boolean late = false;
    long firstMs = 0; // when a picture would have to come that tells the time 0
    long lastUtcMs = 0;
    long[] glass = new long[shown.size()];
    int count = 0;
    for (Screen.Picture picture : shown) {
      if (picture.utcMs().isEmpty()) {
        unread++;
        continue;
      }
      long utcMs = picture.utcMs().getAsLong();
      if (count == 0) {
        firstMs = picture.atMs() - utcMs;
      } else if (utcMs == lastUtcMs) {
        continue; // the same one, shown once more
      } else if (utcMs < lastUtcMs) {
        back++;
      } else {
        missing += Math.toIntExact((utcMs - lastUtcMs + ROUNDING_MS) / FRAME_MS - 1);
      }
      long lateMs = picture.atMs() - utcMs - firstMs;
      latestMs = Math.max(latestMs, lateMs);
      stalls += lateMs > stallMs && !late ? 1 : 0;
      late = lateMs > stallMs;
      lastUtcMs = utcMs;
      glass[count++] = picture.atMs() - utcMs;
    }
    if (count > 0) {
      long waitedMs = nowMs - (lastUtcMs + FRAME_MS) - firstMs;
      latestMs = Math.max(latestMs, waitedMs);
      stalls += waitedMs > stallMs && !late ? 1 : 0;
    }
    long[] sorted = Arrays.copyOf(glass, count);
    Arrays.sort(sorted);
    return new Showing(
        count, unread, missing, back, stalls, latestMs, Arrays.stream(sorted).boxed().toList());
  }

  /** The age that so many hundredths of the pictures had at most, ms. */
  long glassMs(int hundredths) {
    return glassMs.get((glassMs.size() - 1) * hundredths / 100);
  }

  /** Checks that it was one picture after the other for so many seconds, and each in time. */
  void assertPlayed(String who, int seconds) {
    assertThat(pictures).as("%s: pictures, %s", who, this).isPositive();
    assertThat(unread).as("%s: unread, %s", who, this).isZero();
    assertThat(back).as("%s: back, %s", who, this).isZero();
    assertThat(missing).as("%s: missing, %s", who, this).isZero();
    assertThat(stalls).as("%s: stalls, %s", who, this).isZero();
    assertThat(pictures).as("%s: pictures, %s", who, this).isGreaterThanOrEqualTo(due(seconds));
  }

  /** So many pictures are in so many seconds, but for what is late at the end. */
  private int due(int seconds) {
    return Math.toIntExact((seconds * 1_000L - latestMs) / FRAME_MS - 1);
  }

  @Override
  public String toString() {
    return pictures == 0
        ? "nothing"
        : "%d pictures, %d unread, %d missing, %d back, %d stalls, at most %d ms late; glass to glass p50 %d ms, p99 %d, max %d"
            .formatted(
                pictures,
                unread,
                missing,
                back,
                stalls,
                latestMs,
                glassMs(50),
                glassMs(99),
                glassMs(100));
  }
}
