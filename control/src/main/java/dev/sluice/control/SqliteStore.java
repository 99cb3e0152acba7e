package dev.sluice.control;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A store in a file that its owner alone may read: SQLite with a write-ahead log that is on the
 * disk before anything is acknowledged ({@code synchronous=FULL}), so that it is there after {@code
 * kill -9} and power loss. One connection, which one caller at a time has. The SQL is what
 * PostgreSQL knows as well.
 */
public final class SqliteStore implements Store {
  /** The form of the tables. */
  static final int FORMAT = 1;

  /** How long another process that has the file is waited for. */
  private static final int BUSY_MS = 5_000;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE meta (name VARCHAR(64) PRIMARY KEY, value BIGINT NOT NULL)",
          """
          CREATE TABLE object (
            kind VARCHAR(64) NOT NULL, name VARCHAR(512) NOT NULL,
            schema_version INTEGER NOT NULL, body TEXT NOT NULL, revision BIGINT NOT NULL,
            PRIMARY KEY (kind, name))
          """,
          """
          CREATE TABLE revision (
            revision BIGINT NOT NULL PRIMARY KEY, utc_ms BIGINT NOT NULL,
            who VARCHAR(200) NOT NULL, origin VARCHAR(200) NOT NULL, what VARCHAR(200) NOT NULL,
            changes BIGINT NOT NULL, chars BIGINT NOT NULL)
          """,
          """
          CREATE TABLE change (
            revision BIGINT NOT NULL, kind VARCHAR(64) NOT NULL, name VARCHAR(512) NOT NULL,
            before_schema INTEGER, before_body TEXT, after_schema INTEGER, after_body TEXT,
            PRIMARY KEY (revision, kind, name))
          """,
          "INSERT INTO meta VALUES ('format', "
              + FORMAT
              + "), ('revision', 0), ('changes', 0), ('chars', 0)");

  private final ReentrantLock lock = new ReentrantLock();
  private final Path file;
  private final Connection connection;

  /** Does something with the database. */
  @FunctionalInterface
  private interface Work<T extends @Nullable Object> {
    T on(Connection connection) throws SQLException;
  }

  private SqliteStore(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /**
   * Opens a store, which is made when it is not there. Its folder has to be. Blocks.
   *
   * @throws IOException when it cannot be opened, is damaged, or was written by a newer version;
   *     the message says which
   */
  public static SqliteStore open(Path file) throws IOException {
    Connection connection = null;
    try {
      create(file);
      connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA busy_timeout=" + BUSY_MS);
        statement.execute("PRAGMA journal_mode=WAL");
        statement.execute("PRAGMA synchronous=FULL");
      }
      connection.setAutoCommit(false);
      prepare(connection);
      return new SqliteStore(file, connection);
    } catch (SQLException | IOException | RuntimeException failed) {
      if (connection != null) {
        closeAfter(failed, connection);
      }
      switch (failed) {
        case RuntimeException fault -> throw fault;
        case SQLException sql -> throw failure(file, sql);
        default -> throw new IOException("the store %s: %s".formatted(file, said(failed)), failed);
      }
    }
  }

  private static String said(Exception failed) {
    return failed instanceof FileSystemException
        ? failed.getClass().getSimpleName() + ", " + failed.getMessage() // which is a path alone
        : String.valueOf(failed.getMessage());
  }

  /**
   * Makes an empty file, which SQLite takes for a new database; its log and index get the same
   * mode.
   */
  private static void create(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.exists(file) || folder == null) {
      return;
    }
    boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
    FileAttribute<?>[] mode =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try {
      Files.createFile(file, mode);
    } catch (FileAlreadyExistsException meanwhile) {
      return;
    }
    if (posix) { // elsewhere a folder is no file that can be opened
      try (FileChannel entry = FileChannel.open(folder)) {
        entry.force(true);
      }
    }
  }

  private static void closeAfter(Exception failed, Connection connection) {
    try {
      connection.close();
    } catch (SQLException also) {
      failed.addSuppressed(also);
    }
  }

  private static IOException failure(Path file, SQLException cause) {
    return new IOException("the store " + file + ": " + cause.getMessage(), cause);
  }

  private static void prepare(Connection connection) throws SQLException, IOException {
    boolean fresh;
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT 1 FROM sqlite_master WHERE name = 'meta'")) {
      fresh = !found.next();
    }
    if (fresh) {
      try (Statement statement = connection.createStatement()) {
        for (String table : TABLES) {
          statement.execute(table);
        }
      }
    }
    connection.commit();
    long format = meta(connection, "format");
    connection.commit();
    if (format != FORMAT) {
      throw new IOException(
          "it is of format %d; this version of Sluice reads %d: use the one that wrote it"
              .formatted(format, FORMAT));
    }
  }

  private static long meta(Connection connection, String name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT value FROM meta WHERE name = ?")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("it says no " + name);
        }
        return row.getLong(1);
      }
    }
  }

  private static void meta(Connection on, String name, long value) throws SQLException {
    update(on, "UPDATE meta SET value = ? WHERE name = ?", value, name);
  }

  /** Does {@code work} in a transaction, and commits. */
  private <T extends @Nullable Object> T transaction(Work<T> work) throws IOException {
    lock.lock();
    try {
      T result = work.on(connection);
      connection.commit();
      return result;
    } catch (SQLException failed) {
      rollBack(failed);
      throw failure(file, failed);
    } catch (RuntimeException fault) {
      rollBack(fault);
      throw fault;
    } finally {
      lock.unlock();
    }
  }

  private void rollBack(Exception failed) {
    try {
      connection.rollback();
    } catch (SQLException also) {
      failed.addSuppressed(also);
    }
  }

  /** How it is written: the kind of journal, and whether that is on the disk at each commit. */
  List<String> pragmas() throws IOException {
    return transaction(on -> {
      List<String> said = new ArrayList<>();
      for (String pragma : List.of("journal_mode", "synchronous")) {
        try (Statement statement = on.createStatement();
            ResultSet row = statement.executeQuery("PRAGMA " + pragma)) {
          said.add(row.next() ? row.getString(1) : "");
        }
      }
      return List.copyOf(said);
    });
  }

  @Override
  public long revision() throws IOException {
    return transaction(on -> meta(on, "revision"));
  }

  @Override
  public @Nullable StoredObject get(ObjectKey key) throws IOException {
    return transaction(on -> get(on, key));
  }

  private static @Nullable StoredObject get(Connection on, ObjectKey key) throws SQLException {
    try (PreparedStatement query =
        on.prepareStatement(
            "SELECT schema_version, body, revision FROM object WHERE kind = ? AND name = ?")) {
      query.setString(1, key.kind());
      query.setString(2, key.name());
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? new StoredObject(key, new Content(row.getInt(1), row.getString(2)), row.getLong(3))
            : null;
      }
    }
  }

  @Override
  public List<StoredObject> list(String kind) throws IOException {
    return transaction(on -> {
      try (PreparedStatement query =
          on.prepareStatement(
              "SELECT name, schema_version, body, revision FROM object WHERE kind = ?"
                  + " ORDER BY name")) {
        query.setString(1, kind);
        try (ResultSet row = query.executeQuery()) {
          List<StoredObject> objects = new ArrayList<>();
          while (row.next()) {
            var content = new Content(row.getInt(2), row.getString(3));
            objects.add(
                new StoredObject(new ObjectKey(kind, row.getString(1)), content, row.getLong(4)));
          }
          return List.copyOf(objects);
        }
      }
    });
  }

  @Override
  public Outcome commit(List<Write> writes, Author author, long utcMs) throws IOException {
    Store.check(writes);
    return transaction(on -> {
      List<StoreChange> changes = new ArrayList<>();
      long revision = meta(on, "revision") + 1;
      int more = 0;
      for (Write write : writes) {
        StoredObject now = get(on, write.key());
        long actual = now == null ? 0 : now.revision();
        if (!write.fits(actual)) {
          return new Conflict(write.key(), write.expected(), actual);
        }
        more += (write.content() == null ? 0 : 1) - (now == null ? 0 : 1);
        Content before = now == null ? null : now.content();
        changes.add(new StoreChange(revision, write.key(), before, write.content()));
      }
      if (more > 0 && objects(on) + more > MAX_OBJECTS) {
        return new Full();
      }
      changes.sort(Comparator.comparing(StoreChange::key));
      meta(on, "revision", revision);
      for (StoreChange change : changes) {
        apply(on, change);
      }
      remember(on, revision, changes, author, utcMs);
      return new Committed(revision);
    });
  }

  private static long objects(Connection on) throws SQLException {
    try (Statement statement = on.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM object")) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static void apply(Connection on, StoreChange change) throws SQLException {
    ObjectKey key = change.key();
    update(on, "DELETE FROM object WHERE kind = ? AND name = ?", key.kind(), key.name());
    Content before = change.before();
    Content after = change.after();
    if (after != null) {
      update(
          on,
          "INSERT INTO object (kind, name, schema_version, body, revision) VALUES (?, ?, ?, ?, ?)",
          key.kind(),
          key.name(),
          after.schema(),
          after.body(),
          change.revision());
    }
    update(
        on,
        "INSERT INTO change (revision, kind, name, before_schema, before_body, after_schema,"
            + " after_body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        change.revision(),
        key.kind(),
        key.name(),
        before == null ? null : before.schema(),
        before == null ? null : before.body(),
        after == null ? null : after.schema(),
        after == null ? null : after.body());
  }

  /** Writes a revision down, and forgets the oldest ones past the bound, each as a whole. */
  private static void remember(
      Connection on, long revision, List<StoreChange> made, Author author, long utcMs)
      throws SQLException {
    long chars = made.stream().mapToLong(StoreChange::size).sum();
    update(
        on,
        "INSERT INTO revision (revision, utc_ms, who, origin, what, changes, chars)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        revision,
        utcMs,
        author.who(),
        author.from(),
        author.what(),
        made.size(),
        chars);
    long allChanges = meta(on, "changes") + made.size();
    long allChars = meta(on, "chars") + chars;
    try (PreparedStatement query =
            on.prepareStatement(
                "SELECT revision, changes, chars FROM revision WHERE revision < ? ORDER BY"
                    + " revision");
        ResultSet row = of(query, revision)) {
      while ((allChanges > MAX_HISTORY || allChars > MAX_HISTORY_CHARS) && row.next()) {
        update(on, "DELETE FROM change WHERE revision = ?", row.getLong(1));
        update(on, "DELETE FROM revision WHERE revision = ?", row.getLong(1));
        allChanges -= row.getLong(2);
        allChars -= row.getLong(3);
      }
    }
    meta(on, "changes", allChanges);
    meta(on, "chars", allChars);
  }

  private static ResultSet of(PreparedStatement query, long value) throws SQLException {
    query.setLong(1, value);
    return query.executeQuery();
  }

  private static void update(Connection on, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = on.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  @Override
  public List<StoreRevision> history(long before, int limit) throws IOException {
    return transaction(on -> {
      try (PreparedStatement query =
          on.prepareStatement(
              "SELECT revision, utc_ms, who, origin, what FROM revision WHERE revision < ?"
                  + " ORDER BY revision DESC LIMIT ?")) {
        query.setLong(1, before);
        query.setInt(2, limit);
        try (ResultSet row = query.executeQuery()) {
          List<StoreRevision> revisions = new ArrayList<>();
          while (row.next()) {
            var author = new Author(row.getString(3), row.getString(4), row.getString(5));
            long at = row.getLong(1);
            revisions.add(new StoreRevision(at, row.getLong(2), author, touched(on, at)));
          }
          return List.copyOf(revisions);
        }
      }
    });
  }

  private static List<Touched> touched(Connection on, long revision) throws SQLException {
    try (PreparedStatement query =
            on.prepareStatement(
                "SELECT kind, name, before_schema IS NULL, after_schema IS NULL FROM change"
                    + " WHERE revision = ? ORDER BY kind, name");
        ResultSet row = of(query, revision)) {
      List<Touched> touched = new ArrayList<>();
      while (row.next()) {
        Touched.How how = row.getBoolean(3) ? Touched.How.ADDED : Touched.How.CHANGED;
        touched.add(
            new Touched(
                new ObjectKey(row.getString(1), row.getString(2)),
                row.getBoolean(4) ? Touched.How.REMOVED : how));
      }
      return touched;
    }
  }

  @Override
  public List<StoreChange> changesAt(long at) throws IOException {
    return transaction(on -> {
      try (PreparedStatement query =
              on.prepareStatement(
                  "SELECT kind, name, before_schema, before_body, after_schema, after_body"
                      + " FROM change WHERE revision = ? ORDER BY kind, name");
          ResultSet row = of(query, at)) {
        List<StoreChange> changes = new ArrayList<>();
        while (row.next()) {
          changes.add(
              new StoreChange(
                  at,
                  new ObjectKey(row.getString(1), row.getString(2)),
                  content(row, 3),
                  content(row, 5)));
        }
        return List.copyOf(changes);
      }
    });
  }

  private static @Nullable Content content(ResultSet row, int column) throws SQLException {
    int schema = row.getInt(column);
    return row.wasNull() ? null : new Content(schema, row.getString(column + 1));
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      connection.close();
    } catch (SQLException failed) {
      throw failure(file, failed);
    } finally {
      lock.unlock();
    }
  }
}
