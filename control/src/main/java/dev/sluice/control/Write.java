package dev.sluice.control;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of one object.
 *
 * @param expected the revision that the object is to have: {@link #NONE} when there is to be no
 *     such object, {@link #ANY} when it does not matter
 * @param content null deletes it
 */
public record Write(ObjectKey key, long expected, @Nullable Content content) {
  /** There is to be no such object. */
  public static final long NONE = 0;

  /** It does not matter whether there is such an object. */
  public static final long ANY = -1;

  public Write {
    if (expected < ANY) {
      throw new IllegalArgumentException("expected revision " + expected);
    }
  }

  /** Whether there will be an object where none is expected. */
  public boolean adds() {
    return expected == NONE && content != null;
  }

  /** Whether an object of {@code revision}, 0 for none, is what is expected. */
  boolean fits(long revision) {
    return expected == ANY || expected == revision;
  }
}
