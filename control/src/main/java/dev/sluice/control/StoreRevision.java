package dev.sluice.control;

import java.util.List;

/**
 * One entry of the history.
 *
 * @param revision of the store
 * @param utcMs when, as whoever changed it said
 * @param author who, as he said
 * @param touched the objects that were changed, by key
 */
public record StoreRevision(long revision, long utcMs, Author author, List<Touched> touched) {
  public StoreRevision {
    touched = List.copyOf(touched);
  }
}
