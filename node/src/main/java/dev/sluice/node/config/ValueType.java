package dev.sluice.node.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of value is written. The file and the environment write it alike.
 *
 * @param <T> the value
 */
sealed interface ValueType<T> {

  /** Reads a value from text without blanks around it; null when it is not {@link #allowed}. */
  @Nullable T parse(String text);

  /** The text that {@link #parse} reads as {@code value}. */
  default String format(T value) {
    return value.toString();
  }

  /** What may be written: a phrase for problems and the reference page. */
  String allowed();

  /** A whole number in decimal digits. */
  record WholeNumber(int min, int max) implements ValueType<Integer> {
    @Override
    public @Nullable Integer parse(String text) {
      try {
        int value = Integer.parseInt(text);
        return value < min || value > max || text.startsWith("+") ? null : (Integer) value;
      } catch (NumberFormatException _) {
        return null;
      }
    }

    @Override
    public String allowed() {
      return "a whole number from " + min + " to " + max;
    }
  }

  /** A boolean. */
  record YesNo() implements ValueType<Boolean> {
    @Override
    public @Nullable Boolean parse(String text) {
      return switch (text) {
        case "true", "on", "yes" -> Boolean.TRUE;
        case "false", "off", "no" -> Boolean.FALSE;
        default -> null;
      };
    }

    @Override
    public String allowed() {
      return "true or false (or on, off, yes, no)";
    }
  }

  /** A span of time, in whole milliseconds. */
  record Time(Duration min, Duration max) implements ValueType<Duration> {
    private static final List<Quantity.Unit> UNITS =
        List.of(
            new Quantity.Unit("d", 86_400_000),
            new Quantity.Unit("h", 3_600_000),
            new Quantity.Unit("m", 60_000),
            new Quantity.Unit("s", 1_000),
            new Quantity.Unit("ms", 1));

    /** Reads {@code 350ms}, {@code 1.5s}, {@code 0}; null when it is none of that kind. */
    static @Nullable Duration parseAny(String text) {
      Long millis = Quantity.parse(text, UNITS);
      return millis == null ? null : Duration.ofMillis(millis);
    }

    @Override
    public @Nullable Duration parse(String text) {
      return within(parseAny(text), min, max);
    }

    @Override
    public String format(Duration value) {
      return Quantity.format(value.toMillis(), UNITS);
    }

    @Override
    public String allowed() {
      return "a time from %s to %s (units ms, s, m, h, d)".formatted(format(min), format(max));
    }
  }

  /** An amount of bytes. */
  record Size(ByteSize min, ByteSize max) implements ValueType<ByteSize> {
    @Override
    public @Nullable ByteSize parse(String text) {
      return within(ByteSize.parse(text), min, max);
    }

    @Override
    public String allowed() {
      return "a size from %s to %s (units B, kB, MB, GB, KiB, MiB, GiB)".formatted(min, max);
    }
  }

  /** A bit rate. */
  record Rate(BitRate min, BitRate max) implements ValueType<BitRate> {
    @Override
    public @Nullable BitRate parse(String text) {
      return within(BitRate.parse(text), min, max);
    }

    @Override
    public String allowed() {
      return "a bit rate from %s to %s (units bit/s, kbit/s, Mbit/s, Gbit/s)".formatted(min, max);
    }
  }

  /**
   * A constant of an enum.
   *
   * @param choices the constants by the names they are written with, in order
   */
  record OneOf(Map<String, Enum<?>> choices) implements ValueType<Enum<?>> {
    @Override
    public @Nullable Enum<?> parse(String text) {
      return choices.get(text);
    }

    @Override
    public String format(Enum<?> value) {
      for (var choice : choices.entrySet()) {
        if (choice.getValue() == value) {
          return choice.getKey();
        }
      }
      throw new IllegalArgumentException(value + " is none of " + choices.keySet());
    }

    @Override
    public String allowed() {
      return String.join(", ", choices.keySet());
    }
  }

  /**
   * A text that a type of its own reads and writes.
   *
   * @param type the value's class
   * @param allowed as {@link #allowed()}
   * @param reader as {@link #parse}
   */
  record Text<T>(Class<T> type, String allowed, Reader<T> reader) implements ValueType<T> {
    /** Reads one kind of text. */
    @FunctionalInterface
    interface Reader<T> {
      /** As {@link ValueType#parse}. */
      @Nullable T read(String text);
    }

    @Override
    public @Nullable T parse(String text) {
      return reader.read(text);
    }
  }

  /** A list; as one text its elements have commas between them. */
  record ListOf<T>(ValueType<T> element) implements ValueType<List<T>> {
    /** Most elements of a list. */
    static final int MAX_ELEMENTS = 64;

    @Override
    public @Nullable List<T> parse(String text) {
      String[] parts = text.split(",", MAX_ELEMENTS + 1);
      if (parts.length > MAX_ELEMENTS) {
        return null;
      }
      var values = new ArrayList<T>(parts.length);
      for (String part : parts) {
        T value = element.parse(part.strip());
        if (value == null) {
          return null;
        }
        values.add(value);
      }
      return List.copyOf(values);
    }

    @Override
    public String format(List<T> values) {
      return String.join(", ", values.stream().map(element::format).toList());
    }

    @Override
    public String allowed() {
      return "a list of at most " + MAX_ELEMENTS + " of: " + element.allowed();
    }
  }

  private static <T extends Comparable<T>> @Nullable T within(@Nullable T value, T min, T max) {
    return value == null || value.compareTo(min) < 0 || value.compareTo(max) > 0 ? null : value;
  }
}
