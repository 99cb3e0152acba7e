package dev.sluice.wire;

/** Argument checks for our own callers; input of peers is answered with MalformedException. */
public final class Checks {
  private Checks() {}

  /**
   * Returns {@code value} when it lies in {@code min} to {@code max}, both included.
   *
   * @throws IllegalArgumentException naming the argument, its value and the range
   */
  public static int checkRange(String name, int value, int min, int max) {
    checkRange(name, (long) value, min, max);
    return value;
  }

  /** As {@link #checkRange(String, int, int, int)} for {@code long}. */
  public static long checkRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d, allowed is %d to %d".formatted(name, value, min, max));
    }
    return value;
  }
}
