package dev.sluice.event;

import static dev.sluice.wire.Checks.checkRange;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an event is called: of two events of a node the later one has the greater id, as a text,
 * too, as long as the node's clock is not set back between two starts.
 *
 * @param incarnation UTC in milliseconds at which the node began to count
 * @param number from 1, without a gap
 */
public record EventId(long incarnation, long number) implements Comparable<EventId> {
  private static final int DIGITS = 12;
  private static final long MAX = (1L << (4 * DIGITS)) - 1;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{12}-[0-9a-f]{12}");

  public EventId {
    checkRange("incarnation", incarnation, 0, MAX);
    checkRange("number", number, 0, MAX);
  }

  /** Reads what {@link #toString} has written; null when it is something else. */
  public static @Nullable EventId parse(String text) {
    return FORM.matcher(text).matches()
        ? new EventId(
            HexFormat.fromHexDigitsToLong(text, 0, DIGITS),
            HexFormat.fromHexDigitsToLong(text, DIGITS + 1, 2 * DIGITS + 1))
        : null;
  }

  @Override
  public int compareTo(EventId other) {
    int byIncarnation = Long.compare(incarnation, other.incarnation);
    return byIncarnation == 0 ? Long.compare(number, other.number) : byIncarnation;
  }

  /** Twelve hexadecimal digits, a hyphen, and twelve more. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(incarnation, DIGITS) + "-" + hex.toHexDigits(number, DIGITS);
  }
}
