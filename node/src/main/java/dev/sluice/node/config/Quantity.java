package dev.sluice.node.config;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers with a unit: {@code 1.5s}, {@code 64kB}, {@code 2.5Mbit/s}. */
final class Quantity {
  /** Longest text that is looked at; more digits than this are no quantity. */
  private static final int MAX_LENGTH = 40;

  /**
   * A unit.
   *
   * @param name as written, case matters
   * @param factor how many of the smallest unit it is
   */
  record Unit(String name, long factor) {}

  private Quantity() {}

  /**
   * Reads a number and a unit, with or without spaces between; 0 needs no unit.
   *
   * @return the quantity in the smallest unit, or null when the text is none, is not a whole number
   *     of smallest units, or does not fit 64 bits
   */
  static @Nullable Long parse(String text, List<Unit> units) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    int end = 0;
    while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    String number = text.substring(0, end);
    String unitName = text.substring(end).strip();
    if (number.isEmpty() || !isDigit(number.charAt(0)) || !isDigit(number.charAt(end - 1))) {
      return null;
    }
    if (unitName.isEmpty()) {
      return number.equals("0") ? 0L : null;
    }
    for (Unit unit : units) {
      if (unit.name.equals(unitName)) {
        try {
          return new BigDecimal(number).multiply(BigDecimal.valueOf(unit.factor)).longValueExact();
        } catch (ArithmeticException | NumberFormatException _) {
          return null; // a fraction of the smallest unit, too much, or two decimal points
        }
      }
    }
    return null;
  }

  /** Writes {@code amount} with the first of {@code units} that needs no fraction. */
  static String format(long amount, List<Unit> units) {
    if (amount == 0) {
      return "0";
    }
    for (Unit unit : units) {
      if (amount % unit.factor == 0) {
        return amount / unit.factor + unit.name;
      }
    }
    throw new IllegalArgumentException("no unit of " + units + " divides " + amount);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
