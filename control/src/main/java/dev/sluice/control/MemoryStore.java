package dev.sluice.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A store that lasts as long as its process: for simulations and tests. */
public final class MemoryStore implements Store {
  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableMap<ObjectKey, StoredObject> objects = new TreeMap<>();
  private final NavigableMap<Long, Remembered> history = new TreeMap<>();
  private long changes;
  private long chars;
  private long revision;

  /** A revision and its changes. */
  private record Remembered(StoreRevision revision, List<StoreChange> changes) {
    long chars() {
      return changes.stream().mapToLong(StoreChange::size).sum();
    }
  }

  /** An empty store. */
  public MemoryStore() {}

  @Override
  public long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable StoredObject get(ObjectKey key) {
    lock.lock();
    try {
      return objects.get(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<StoredObject> list(String kind) {
    lock.lock();
    try {
      return objects.values().stream().filter(it -> it.key().kind().equals(kind)).toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Outcome commit(List<Write> writes, Author author, long utcMs) {
    Store.check(writes);
    lock.lock();
    try {
      int more = 0;
      for (Write write : writes) {
        StoredObject now = objects.get(write.key());
        long actual = now == null ? 0 : now.revision();
        if (!write.fits(actual)) {
          return new Conflict(write.key(), write.expected(), actual);
        }
        more += (write.content() == null ? 0 : 1) - (now == null ? 0 : 1);
      }
      if (more > 0 && objects.size() + more > MAX_OBJECTS) {
        return new Full();
      }
      revision++;
      List<StoreChange> made = new ArrayList<>();
      for (Write write : writes) {
        made.add(apply(write));
      }
      made.sort(Comparator.comparing(StoreChange::key));
      remember(made, author, utcMs);
      return new Committed(revision);
    } finally {
      lock.unlock();
    }
  }

  private StoreChange apply(Write write) {
    StoredObject before = objects.remove(write.key());
    Content content = write.content();
    if (content != null) {
      objects.put(write.key(), new StoredObject(write.key(), content, revision));
    }
    return new StoreChange(
        revision, write.key(), before == null ? null : before.content(), content);
  }

  private void remember(List<StoreChange> made, Author author, long utcMs) {
    var entry =
        new StoreRevision(
            revision, utcMs, author, made.stream().map(StoreChange::touched).toList());
    var latest = new Remembered(entry, List.copyOf(made));
    history.put(revision, latest);
    changes += made.size();
    chars += latest.chars();
    while ((changes > MAX_HISTORY || chars > MAX_HISTORY_CHARS) && history.size() > 1) {
      Map.Entry<Long, Remembered> oldest = Objects.requireNonNull(history.pollFirstEntry());
      changes -= oldest.getValue().changes().size();
      chars -= oldest.getValue().chars();
    }
  }

  @Override
  public List<StoreRevision> history(long before, int limit) {
    lock.lock();
    try {
      return history.headMap(before, false).descendingMap().values().stream()
          .map(Remembered::revision)
          .limit(limit)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<StoreChange> changesAt(long at) {
    lock.lock();
    try {
      Remembered found = history.get(at);
      return found == null ? List.of() : found.changes();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {}
}
