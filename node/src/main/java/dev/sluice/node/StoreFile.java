package dev.sluice.node;

import dev.sluice.control.Author;
import dev.sluice.control.ObjectKey;
import dev.sluice.control.SqliteStore;
import dev.sluice.control.Store;
import dev.sluice.control.StoreChange;
import dev.sluice.control.StoreRevision;
import dev.sluice.control.StoredObject;
import dev.sluice.control.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store of a node: a file that is made with the first change, so that who never makes one has
 * no database, and does not wait for one at the start.
 */
final class StoreFile implements Store {
  private static final String NAME = "store.db";

  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SqliteStore store;
  private boolean closed;

  private StoreFile(Path path, @Nullable SqliteStore store) {
    this.path = path;
    this.store = store;
  }

  /**
   * Opens the file in a folder where it is there.
   *
   * @throws IOException when it cannot be used; the message says why
   */
  static StoreFile open(Path folder) throws IOException {
    Path path = folder.resolve(NAME);
    return new StoreFile(path, Files.exists(path) ? SqliteStore.open(path) : null);
  }

  private @Nullable SqliteStore store() throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the store is closed: the server stops");
      }
      return store;
    } finally {
      lock.unlock();
    }
  }

  private SqliteStore made() throws IOException {
    lock.lock();
    try {
      SqliteStore there = store();
      if (there == null) {
        there = SqliteStore.open(path);
        store = there;
      }
      return there;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long revision() throws IOException {
    SqliteStore there = store();
    return there == null ? 0 : there.revision();
  }

  @Override
  public @Nullable StoredObject get(ObjectKey key) throws IOException {
    SqliteStore there = store();
    return there == null ? null : there.get(key);
  }

  @Override
  public List<StoredObject> list(String kind) throws IOException {
    SqliteStore there = store();
    return there == null ? List.of() : there.list(kind);
  }

  @Override
  public Outcome commit(List<Write> writes, Author author, long utcMs) throws IOException {
    return made().commit(writes, author, utcMs);
  }

  @Override
  public List<StoreRevision> history(long before, int limit) throws IOException {
    SqliteStore there = store();
    return there == null ? List.of() : there.history(before, limit);
  }

  @Override
  public List<StoreChange> changesAt(long revision) throws IOException {
    SqliteStore there = store();
    return there == null ? List.of() : there.changesAt(revision);
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      if (store != null) {
        store.close();
        store = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
