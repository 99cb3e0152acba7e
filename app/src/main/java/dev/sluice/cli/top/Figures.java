package dev.sluice.cli.top;

import java.util.Locale;

/** Figures for people: short, and of one width where they stand below one another. */
public final class Figures {
  private static final String[] UNITS = {"", "k", "M", "G", "T", "P", "E"};
  private static final long SECOND_MS = 1_000;
  private static final long MINUTE_MS = 60 * SECOND_MS;
  private static final long HOUR_MS = 60 * MINUTE_MS;
  private static final long DAY_MS = 24 * HOUR_MS;

  private Figures() {}

  /** Bits per second as whole kbit/s. */
  public static String kbit(double bps) {
    return isKnown(bps) ? String.format(Locale.ROOT, "%.0f", bps / 1_000) : "-";
  }

  /** Bits per second as whole kbit/s. */
  public static String kbit(long bps) {
    return kbit((double) bps);
  }

  /**
   * Bytes in at most five characters, by powers of 1,000: {@code 999}, {@code 1.2k}, {@code 48M}.
   */
  public static String bytes(double bytes) {
    return inShort(bytes);
  }

  /** As that. */
  public static String bytes(long bytes) {
    return inShort((double) bytes);
  }

  /** A count in the same way. */
  static String count(double count) {
    return inShort(count);
  }

  /** A count in the same way. */
  static String count(long count) {
    return inShort((double) count);
  }

  private static String inShort(double value) {
    if (!isKnown(value)) {
      return "-";
    }
    double rest = value;
    int unit = 0;
    while (Math.round(rest) >= 1_000 && unit < UNITS.length - 1) {
      rest /= 1_000;
      unit++;
    }
    boolean fine = unit > 0 && rest < 9.95;
    return String.format(Locale.ROOT, fine ? "%.1f%s" : "%.0f%s", rest, UNITS[unit]);
  }

  private static boolean isKnown(double value) {
    return value >= 0 && value <= Double.MAX_VALUE;
  }

  /** A time in at most four characters: {@code 59s}, {@code 59m}, {@code 23h}, {@code 999d}. */
  public static String age(long ms) {
    if (ms < MINUTE_MS) {
      return Math.max(0, ms) / SECOND_MS + "s";
    }
    if (ms < HOUR_MS) {
      return ms / MINUTE_MS + "m";
    }
    return ms < DAY_MS ? ms / HOUR_MS + "h" : Math.min(999, ms / DAY_MS) + "d";
  }

  /** A time to the second: {@code 00:00:59}, {@code 12d 03:04:05}. */
  static String clock(long ms) {
    long days = ms / DAY_MS;
    String time =
        "%02d:%02d:%02d"
            .formatted(ms % DAY_MS / HOUR_MS, ms % HOUR_MS / MINUTE_MS, ms % MINUTE_MS / SECOND_MS);
    return days == 0 ? time : days + "d " + time;
  }

  /** Pictures a second; without decimals, which nobody compares. */
  static String fps(double fps) {
    return isKnown(fps) ? String.format(Locale.ROOT, "%.0f", Math.min(fps, 999)) : "-";
  }
}
