package dev.sluice.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Wanted state: objects by kind and name, changed by compare-and-set, with their history.
 *
 * <ul>
 *   <li>Writes that are committed together are all there or none of them, at one revision;
 *       revisions grow by one.
 *   <li>What has been acknowledged, by {@link Committed}, is there after any crash.
 *   <li>Whoever reads sees everything that was acknowledged before.
 * </ul>
 *
 * <p>Any thread; blocks; not for an event loop.
 */
public interface Store extends AutoCloseable {
  /** Writes of one commit. */
  int MAX_WRITES = 1_000;

  /** Objects at a time. */
  int MAX_OBJECTS = 100_000;

  /** Changes of objects that are remembered; past it the oldest revisions are forgotten. */
  int MAX_HISTORY = 10_000;

  /** Characters of what is remembered, as with {@link #MAX_HISTORY}: 16 Mi. */
  long MAX_HISTORY_CHARS = 16L << 20;

  /** What has become of a commit. */
  sealed interface Outcome {}

  /** All of it is there. {@code revision} is that of the store, and of the objects. */
  record Committed(long revision) implements Outcome {}

  /**
   * None of it is: an object is not as it was expected to be.
   *
   * @param actual its revision; 0 when there is none
   */
  record Conflict(ObjectKey key, long expected, long actual) implements Outcome {}

  /** None of it is: there would be more than {@value #MAX_OBJECTS} objects. */
  record Full() implements Outcome {}

  /** That of the last commit; 0 before the first. */
  long revision() throws IOException;

  /** An object; null when there is none. */
  @Nullable StoredObject get(ObjectKey key) throws IOException;

  /** All objects of a kind, by name. */
  List<StoredObject> list(String kind) throws IOException;

  /**
   * Changes objects, all or none.
   *
   * @param writes 1 to {@value #MAX_WRITES}, each object once
   * @param author who wants it, for the history
   * @param utcMs the time, for the history
   * @throws IOException when it cannot be known whether it is there: to be asked for again
   */
  Outcome commit(List<Write> writes, Author author, long utcMs) throws IOException;

  /**
   * What was changed, the latest revision first. The oldest revisions are forgotten, each as a
   * whole, and never the last one.
   *
   * @param before only revisions below this
   * @param limit how many revisions at most
   */
  List<StoreRevision> history(long before, int limit) throws IOException;

  /**
   * What was changed at one revision, by key, with the contents; empty when that is unknown, or
   * forgotten.
   */
  List<StoreChange> changesAt(long revision) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * What is different at two revisions, by key: {@link StoreChange#before} as it was at {@code
   * from}, {@link StoreChange#after} as it was at {@code to}, which may be the earlier one.
   *
   * @return null when not all that came between is remembered, or one of the two has never been
   */
  default @Nullable List<StoreChange> between(long from, long to) throws IOException {
    long first = Math.min(from, to);
    long last = Math.max(from, to);
    if (first < 0 || last > revision()) {
      return null;
    }
    Map<ObjectKey, StoreChange> all = new TreeMap<>();
    for (long at = first + 1; at <= last; at++) {
      List<StoreChange> changes = changesAt(at);
      if (changes.isEmpty()) {
        return null;
      }
      for (StoreChange change : changes) {
        StoreChange known = all.get(change.key());
        Content then = known == null ? change.before() : known.before();
        all.put(change.key(), new StoreChange(to, change.key(), then, change.after()));
      }
    }
    List<StoreChange> different = new ArrayList<>();
    for (StoreChange each : all.values()) {
      Content then = each.before();
      if (then == null ? each.after() != null : !then.equals(each.after())) {
        different.add(from <= to ? each : each.backwards(to));
      }
    }
    return List.copyOf(different);
  }

  /** Checks what is given to {@link #commit}. */
  static void check(List<Write> writes) {
    if (writes.isEmpty() || writes.size() > MAX_WRITES) {
      throw new IllegalArgumentException(writes.size() + " writes; allowed are 1 to " + MAX_WRITES);
    }
    if (writes.stream().map(Write::key).distinct().count() != writes.size()) {
      throw new IllegalArgumentException("an object twice");
    }
  }
}
