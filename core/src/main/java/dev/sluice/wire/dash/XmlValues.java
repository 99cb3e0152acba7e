package dev.sluice.wire.dash;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers, durations and dates as XML Schema writes them (XML Schema 1.0, part 2, section 3). */
final class XmlValues {
  /** Characters of one number, duration or date. */
  static final int MAX_VALUE_CHARACTERS = 64;

  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final int NS_DIGITS = 9;
  private static final int MAX_DIGITS = 18;

  /** 285 years: a period may start that long after the epoch. */
  private static final long MOST_SECONDS = 9_000_000_000L;

  private static final int MOST_SECONDS_DIGITS = 10;

  private static final long LAST_SECOND = Long.MAX_VALUE / NS_PER_SECOND - 1;

  private static final Pattern DECIMAL =
      Pattern.compile("(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?");

  private static final Pattern DURATION =
      Pattern.compile(
          "P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
              + "(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\\.([0-9]+))?S)?)?");

  private static final Pattern FINER_THAN_NS = Pattern.compile("(\\.[0-9]{9})[0-9]+");

  /** A date without a zone is UTC (ISO/IEC 23009-1, section 5.3.1.2). */
  private static final DateTimeFormatter DATE_READER =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX]")
          .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter DATE_WRITER =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private XmlValues() {}

  private static String bounded(String text) {
    if (text.length() > MAX_VALUE_CHARACTERS) {
      throw new MalformedException(
          "a value of %d characters, allowed are %d"
              .formatted(text.length(), MAX_VALUE_CHARACTERS));
    }
    return text;
  }

  /** An integer of {@code least} to {@code most}, neither beyond ±(10¹⁸ − 1). */
  static long integer(String text, long least, long most) {
    bounded(text);
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    if (digits.isEmpty() || digits.length() > MAX_DIGITS || !isDigits(digits)) {
      throw new MalformedException("no number: " + text);
    }
    long value = negative ? -Long.parseLong(digits) : Long.parseLong(digits);
    if (value < least || value > most) {
      throw new MalformedException("%d, allowed is %d to %d".formatted(value, least, most));
    }
    return value;
  }

  /** A decimal number of seconds, exponents included, as nanoseconds; what is finer is rounded. */
  static long seconds(String text) {
    if (!DECIMAL.matcher(bounded(text)).matches()) {
      throw new MalformedException("no number of seconds: " + text);
    }
    BigDecimal seconds = new BigDecimal(text);
    if (seconds.compareTo(BigDecimal.valueOf(MOST_SECONDS)) > 0) {
      throw new MalformedException("more than %d s: %s".formatted(MOST_SECONDS, text));
    }
    return seconds.movePointRight(NS_DIGITS).setScale(0, RoundingMode.HALF_UP).longValueExact();
  }

  /** A decimal number that is not negative. */
  static double decimal(String text) {
    if (!DECIMAL.matcher(bounded(text)).matches()) {
      throw new MalformedException("no decimal number: " + text);
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new MalformedException("a number out of range: " + text);
    }
    return value;
  }

  static boolean bool(String text) {
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new MalformedException("neither true nor false: " + text);
    };
  }

  /**
   * A duration as nanoseconds; further decimals are cut off.
   *
   * @throws UnsupportedException when it counts months or years, whose length nobody knows
   */
  static long duration(String text) {
    Matcher parts = DURATION.matcher(bounded(text));
    if (!parts.matches()) {
      throw new MalformedException("no duration: " + text);
    }
    if (part(text, parts.group(1)) + part(text, parts.group(2)) > 0) {
      throw new UnsupportedException("a duration in months or years: " + text);
    }
    long hours = part(text, parts.group(3)) * 24 + part(text, parts.group(4));
    long seconds = (hours * 60 + part(text, parts.group(5))) * 60 + part(text, parts.group(6));
    if (seconds > MOST_SECONDS) {
      throw new MalformedException("more than %d s: %s".formatted(MOST_SECONDS, text));
    }
    String fraction = parts.group(7);
    long nanos = 0;
    for (int i = 0; i < NS_DIGITS; i++) {
      nanos =
          nanos * 10 + (fraction != null && i < fraction.length() ? fraction.charAt(i) - '0' : 0);
    }
    return seconds * NS_PER_SECOND + nanos;
  }

  private static long part(String text, @Nullable String digits) {
    if (digits == null) {
      return 0;
    }
    if (digits.length() > MOST_SECONDS_DIGITS) {
      throw new MalformedException("more than %d s: %s".formatted(MOST_SECONDS, text));
    }
    return Long.parseLong(digits);
  }

  /** A date as nanoseconds since the Unix epoch; further decimals are cut off. */
  static long date(String text) {
    Instant instant;
    try {
      String most = FINER_THAN_NS.matcher(bounded(text)).replaceFirst("$1");
      instant = OffsetDateTime.parse(most, DATE_READER).toInstant();
    } catch (DateTimeParseException broken) {
      throw new MalformedException("no date: " + text);
    }
    if (Math.abs(instant.getEpochSecond()) > LAST_SECOND) {
      throw new MalformedException("a date out of range: " + text);
    }
    return instant.getEpochSecond() * NS_PER_SECOND + instant.getNano();
  }

  static String durationText(long nanos) {
    return "PT" + secondsText(nanos) + "S";
  }

  static String dateText(long utcNs) {
    long seconds = Math.floorDiv(utcNs, NS_PER_SECOND);
    StringBuilder out = new StringBuilder(DATE_WRITER.format(Instant.ofEpochSecond(seconds)));
    appendFraction(Math.floorMod(utcNs, NS_PER_SECOND), out);
    return out.append('Z').toString();
  }

  /** As many decimals as are needed, none when it is whole. */
  static String secondsText(long nanos) {
    StringBuilder out = new StringBuilder().append(nanos / NS_PER_SECOND);
    appendFraction(nanos % NS_PER_SECOND, out);
    return out.toString();
  }

  private static void appendFraction(long nanos, StringBuilder out) {
    if (nanos == 0) {
      return;
    }
    String digits = Long.toString(NS_PER_SECOND + nanos); // a one, then all nine
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    out.append('.').append(digits, 1, end);
  }

  static boolean isDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
