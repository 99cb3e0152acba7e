package dev.sluice.node.config;

import static dev.sluice.wire.Checks.checkRange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An amount of bytes. Written with {@code B}, decimal {@code kB}, {@code MB}, {@code GB} (1000) or
 * binary {@code KiB}, {@code MiB}, {@code GiB} (1024).
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final List<Quantity.Unit> UNITS =
      List.of(
          new Quantity.Unit("GB", 1_000_000_000),
          new Quantity.Unit("GiB", 1 << 30),
          new Quantity.Unit("MB", 1_000_000),
          new Quantity.Unit("MiB", 1 << 20),
          new Quantity.Unit("kB", 1_000),
          new Quantity.Unit("KiB", 1 << 10),
          new Quantity.Unit("B", 1));

  public ByteSize {
    checkRange("bytes", bytes, 0, Long.MAX_VALUE);
  }

  /** Reads {@code 64kB}, {@code 1.5GiB}, {@code 0}; null when it is none of that kind. */
  public static @Nullable ByteSize parse(String text) {
    Long bytes = Quantity.parse(text, UNITS);
    return bytes == null ? null : new ByteSize(bytes);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return Quantity.format(bytes, UNITS);
  }
}
