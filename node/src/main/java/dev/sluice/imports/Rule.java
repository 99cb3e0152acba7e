package dev.sluice.imports;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the value of a directive becomes the value of a key. */
sealed interface Rule {
  /** Longest number that is looked at. */
  int MAX_NUMBER = 18;

  /** The key that it sets; empty for none. */
  default String key() {
    return "";
  }

  /** The value for the key; null when {@code text} is no such value. */
  default @Nullable Value value(String text) {
    return null;
  }

  /**
   * What a key is to be set to.
   *
   * @param text as the file has it
   * @param how by how much it differs from what was asked for; empty when it does not
   */
  record Value(String text, String how) {
    static Value same(String text) {
      return new Value(text, "");
    }
  }

  /** There is nothing to set. */
  record None() implements Rule {}

  /** Code of its own looks at it. */
  record ByHand() implements Rule {}

  /** {@code on} and {@code off}. */
  record OnOff(String key) implements Rule {
    @Override
    public @Nullable Value value(String text) {
      return switch (text) {
        case "on" -> Value.same("true");
        case "off" -> Value.same("false");
        default -> null;
      };
    }
  }

  /** {@code on} and {@code off} where only one of them can be had. */
  record Only(boolean on, String otherwise) implements Rule {
    @Override
    public @Nullable Value value(String text) {
      return switch (text) {
        case "on" -> new Value("", on ? "" : otherwise);
        case "off" -> new Value("", on ? otherwise : "");
        default -> null;
      };
    }
  }

  /** A whole number, held within the bounds of the key. */
  record Count(String key, long min, long max) implements Rule {
    @Override
    public @Nullable Value value(String text) {
      BigDecimal number = number(text);
      if (number == null || number.stripTrailingZeros().scale() > 0) {
        return null;
      }
      BigDecimal kept = within(number, BigDecimal.valueOf(min), BigDecimal.valueOf(max));
      return new Value(kept.toBigInteger().toString(), how(number, kept, kept.toPlainString()));
    }
  }

  /**
   * A time, held within the bounds of the key.
   *
   * @param unitMs what a number without a unit counts in
   * @param suffixes whether nginx's units may follow it: {@code ms s m h d}
   */
  record Time(String key, long unitMs, boolean suffixes, long minMs, long maxMs) implements Rule {
    private static final Map<String, Long> UNITS =
        Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    /** One that SRS has in seconds. */
    static Time seconds(String key, long minMs, long maxMs) {
      return new Time(key, 1_000, false, minMs, maxMs);
    }

    /** One that SRS has in milliseconds. */
    static Time millis(String key, long minMs, long maxMs) {
      return new Time(key, 1, false, minMs, maxMs);
    }

    /** One of nginx, in seconds where it says nothing else. */
    static Time nginx(String key, long minMs, long maxMs) {
      return new Time(key, 1_000, true, minMs, maxMs);
    }

    /** The time in milliseconds before it is held within bounds; null when it is none. */
    @Nullable BigDecimal millis(String text) {
      int end = text.length();
      while (end > 0 && Character.isLetter(text.charAt(end - 1))) {
        end--;
      }
      String unit = text.substring(end);
      Long factor = unit.isEmpty() ? (Long) unitMs : suffixes ? UNITS.get(unit) : null;
      BigDecimal number = number(text.substring(0, end));
      return factor == null || number == null
          ? null
          : number.multiply(BigDecimal.valueOf(factor)).setScale(0, RoundingMode.HALF_UP);
    }

    @Override
    public @Nullable Value value(String text) {
      BigDecimal millis = millis(text);
      return millis == null ? null : ofMillis(millis);
    }

    /** {@code millis} within the bounds of the key. */
    Value ofMillis(BigDecimal millis) {
      BigDecimal kept = within(millis, BigDecimal.valueOf(minMs), BigDecimal.valueOf(maxMs));
      String shown = show(kept.longValueExact());
      return new Value(shown, how(millis, kept, shown));
    }

    /** A time as the file has it. */
    static String show(long ms) {
      return ms == 0 ? "0" : ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
    }
  }

  /**
   * A size of nginx, held within the bounds of the key: a number, and {@code k}, {@code m}, {@code
   * g}.
   */
  record Size(String key, long min, long max) implements Rule {
    @Override
    public @Nullable Value value(String text) {
      int last = text.isEmpty() ? 0 : Character.toLowerCase(text.charAt(text.length() - 1));
      int shift = last == 'k' ? 10 : last == 'm' ? 20 : last == 'g' ? 30 : 0;
      BigDecimal number = number(shift == 0 ? text : text.substring(0, text.length() - 1));
      if (number == null || number.stripTrailingZeros().scale() > 0) {
        return null;
      }
      BigDecimal bytes = number.multiply(BigDecimal.valueOf(1L << shift));
      BigDecimal kept = within(bytes, BigDecimal.valueOf(min), BigDecimal.valueOf(max));
      String shown = kept.toBigInteger() + "B";
      return new Value(shown, how(bytes, kept, shown));
    }
  }

  /** One of some words. */
  record Words(String key, Map<String, String> words) implements Rule {
    @Override
    public @Nullable Value value(String text) {
      String ours = words.get(text);
      return ours == null ? null : Value.same(ours);
    }
  }

  private static BigDecimal within(BigDecimal value, BigDecimal min, BigDecimal max) {
    return value.max(min).min(max);
  }

  private static String how(BigDecimal asked, BigDecimal kept, String shown) {
    int difference = asked.compareTo(kept);
    return difference == 0
        ? ""
        : shown + ", the " + (difference < 0 ? "least" : "most") + " that can be had";
  }

  /** A decimal number without sign; null when it is none. */
  static @Nullable BigDecimal number(String text) {
    if (text.isEmpty() || text.length() > MAX_NUMBER) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c != '.' || i == 0 || i == text.length() - 1)) {
        return null;
      }
    }
    return text.indexOf('.') == text.lastIndexOf('.') ? new BigDecimal(text) : null;
  }
}
