package dev.sluice.wire.hls;

import dev.sluice.wire.MalformedException;

/** Decimal numbers of playlists (RFC 8216bis, section 4.2). */
final class Decimals {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long NS_PER_UNIT = 1_000; // six decimals
  private static final int UNITS_PER_SECOND = 1_000_000;
  private static final int NS_DIGITS = 9;

  /** Digits before the point: 31 years in seconds. */
  private static final int MAX_WHOLE_DIGITS = 9;

  private static final int MAX_INTEGER_DIGITS = 18;

  private Decimals() {}

  /** An integer of 0 to 10¹⁸ − 1. */
  static long integer(String name, String text) {
    if (text.isEmpty() || text.length() > MAX_INTEGER_DIGITS || !digits(text)) {
      throw new MalformedException("%s is no number: %s".formatted(name, text));
    }
    return Long.parseLong(text);
  }

  /** Seconds as nanoseconds; further decimals are cut off. */
  static long seconds(String name, String text) {
    int point = text.indexOf('.');
    String whole = point < 0 ? text : text.substring(0, point);
    String fraction = point < 0 ? "" : text.substring(point + 1);
    boolean valid =
        !text.isEmpty()
            && !(whole.isEmpty() && fraction.isEmpty())
            && whole.length() <= MAX_WHOLE_DIGITS
            && digits(whole)
            && digits(fraction);
    if (!valid) {
      throw new MalformedException("%s is no number of seconds: %s".formatted(name, text));
    }
    long nanos = whole.isEmpty() ? 0 : Long.parseLong(whole) * NS_PER_SECOND;
    long unit = NS_PER_SECOND;
    for (int i = 0; i < Math.min(fraction.length(), NS_DIGITS); i++) {
      unit /= 10;
      nanos += (fraction.charAt(i) - '0') * unit;
    }
    return nanos;
  }

  /** Writes seconds with as many of six decimals as are needed, at least one; rounded. */
  static void writeSeconds(long nanos, StringBuilder out) {
    long units = (nanos + NS_PER_UNIT / 2) / NS_PER_UNIT;
    out.append(units / UNITS_PER_SECOND).append('.');
    int fraction = (int) (units % UNITS_PER_SECOND);
    int scale = UNITS_PER_SECOND / 10;
    do {
      out.append((char) ('0' + fraction / scale));
      fraction %= scale;
      scale /= 10;
    } while (fraction > 0);
  }

  private static boolean digits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
