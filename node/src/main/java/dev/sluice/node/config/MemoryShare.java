package dev.sluice.node.config;

import static dev.sluice.wire.Checks.checkRange;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An amount of memory: fixed, or a percentage of what the process may use. */
public sealed interface MemoryShare {
  /** Least percentage. */
  int MIN_PERCENT = 1;

  /** Greatest percentage: the rest of the process needs something too. */
  int MAX_PERCENT = 90;

  /** Least fixed amount. */
  ByteSize MIN_SIZE = new ByteSize(1_000_000);

  /** Bytes, when the process may use {@code availableBytes}. */
  long bytesOf(long availableBytes);

  /** A fixed amount. */
  record Fixed(ByteSize size) implements MemoryShare {
    public Fixed {
      checkRange("bytes", size.bytes(), MIN_SIZE.bytes(), Long.MAX_VALUE);
    }

    @Override
    public long bytesOf(long availableBytes) {
      return size.bytes();
    }

    @Override
    public String toString() {
      return size.toString();
    }
  }

  /** A percentage, {@link #MIN_PERCENT} to {@link #MAX_PERCENT}. */
  record Percent(int percent) implements MemoryShare {
    private static final Pattern FORM = Pattern.compile("(\\d{1,2})\\s*%");

    public Percent {
      checkRange("percent", percent, MIN_PERCENT, MAX_PERCENT);
    }

    @Override
    public long bytesOf(long availableBytes) {
      return availableBytes / 100 * percent;
    }

    @Override
    public String toString() {
      return percent + "%";
    }
  }

  /** Reads {@code 40%} or {@code 512MB}; null when it is neither or out of bounds. */
  static @Nullable MemoryShare parse(String text) {
    var percent = Percent.FORM.matcher(text);
    if (percent.matches()) {
      int value = Integer.parseInt(percent.group(1));
      return value < MIN_PERCENT || value > MAX_PERCENT ? null : new Percent(value);
    }
    ByteSize size = ByteSize.parse(text);
    return size == null || size.compareTo(MIN_SIZE) < 0 ? null : new Fixed(size);
  }
}
