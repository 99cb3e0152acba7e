package dev.sluice.control;

import org.jspecify.annotations.Nullable;

/**
 * What has become of one object at one revision.
 *
 * @param revision of the store; objects that were changed together have the same
 * @param before null when there was no such object
 * @param after null when it was deleted
 */
public record StoreChange(
    long revision, ObjectKey key, @Nullable Content before, @Nullable Content after) {

  /** What it takes to remember this, in characters. */
  long size() {
    return key.name().length() + size(before) + size(after);
  }

  private static long size(@Nullable Content content) {
    return content == null ? 0 : content.body().length();
  }

  /** The way back, at another revision. */
  StoreChange backwards(long to) {
    Content then = before;
    Content now = after;
    return new StoreChange(to, key, now, then);
  }

  /** The same without the contents. */
  Touched touched() {
    if (after == null) {
      return new Touched(key, Touched.How.REMOVED);
    }
    return new Touched(key, before == null ? Touched.How.ADDED : Touched.How.CHANGED);
  }
}
