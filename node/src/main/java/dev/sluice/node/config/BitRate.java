package dev.sluice.node.config;

import static dev.sluice.wire.Checks.checkRange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bit rate. Written with {@code bit/s}, {@code kbit/s}, {@code Mbit/s}, {@code Gbit/s}, also
 * {@code bps}, {@code kbps}, {@code Mbps}, {@code Gbps}; the steps are of 1000.
 *
 * @param bitsPerSecond 0 or more
 */
public record BitRate(long bitsPerSecond) implements Comparable<BitRate> {
  private static final List<Quantity.Unit> UNITS =
      List.of(
          new Quantity.Unit("Gbit/s", 1_000_000_000),
          new Quantity.Unit("Mbit/s", 1_000_000),
          new Quantity.Unit("kbit/s", 1_000),
          new Quantity.Unit("bit/s", 1),
          new Quantity.Unit("Gbps", 1_000_000_000),
          new Quantity.Unit("Mbps", 1_000_000),
          new Quantity.Unit("kbps", 1_000),
          new Quantity.Unit("bps", 1));

  public BitRate {
    checkRange("bitsPerSecond", bitsPerSecond, 0, Long.MAX_VALUE);
  }

  /** Reads {@code 500kbit/s}, {@code 2.5Mbps}, {@code 0}; null when it is none of that kind. */
  public static @Nullable BitRate parse(String text) {
    Long bitsPerSecond = Quantity.parse(text, UNITS);
    return bitsPerSecond == null ? null : new BitRate(bitsPerSecond);
  }

  @Override
  public int compareTo(BitRate other) {
    return Long.compare(bitsPerSecond, other.bitsPerSecond);
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return Quantity.format(bitsPerSecond, UNITS);
  }
}
