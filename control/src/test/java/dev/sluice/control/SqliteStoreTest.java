package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("store.db");
  }

  @Override
  protected Store open() throws IOException {
    return SqliteStore.open(file());
  }

  @Override
  protected Store again(Store before) throws IOException {
    before.close();
    return open();
  }

  @Test
  void isRefusedWhenANewerVersionHasWrittenIt() throws Exception {
    Path newer = folder.resolve("newer.db");
    SqliteStore.open(newer).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + newer)) {
      connection.createStatement().execute("UPDATE meta SET value = 2 WHERE name = 'format'");
    }
    assertThatThrownBy(() -> SqliteStore.open(newer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("newer.db: it is of format 2; this version of Sluice reads 1");
  }

  @Test
  void isRefusedWhenItIsNone() throws Exception {
    Path text = Files.writeString(folder.resolve("text.db"), "this is no database".repeat(100));
    assertThatThrownBy(() -> SqliteStore.open(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text.db");
    assertThatThrownBy(() -> SqliteStore.open(folder.resolve("none").resolve("store.db")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("NoSuchFileException")
        .hasMessageContaining("store.db");
  }

  @Test
  void anObjectIsReadInItsOwnSchemaAndTheOneBefore() {
    var schema = new Schema("stream", 3);
    for (int version = 2; version <= 3; version++) {
      schema.requireReadable(new StoredObject(A, new Content(version, ""), 1));
    }
    assertThatThrownBy(() -> schema.requireReadable(new StoredObject(A, new Content(4, ""), 1)))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "stream live/a is of schema 4; this version of Sluice reads 2 and 3 and no newer one:"
                + " update it");
    assertThatThrownBy(() -> schema.requireReadable(new StoredObject(A, new Content(1, ""), 1)))
        .hasMessageContaining("update by way of the one between");
    assertThatThrownBy(() ->
            new Schema("stream", 1).requireReadable(new StoredObject(A, new Content(2, ""), 1)))
        .hasMessageContaining("reads 1 and no newer one");
  }

  @Test
  void nobodyElseMayReadIt() throws Exception {
    try (SqliteStore store = SqliteStore.open(folder.resolve("own.db"))) {
      store.commit(List.of(new Write(A, Write.NONE, new Content(1, "a secret"))), ME, 7);
      for (String end : List.of("", "-wal", "-shm")) {
        assertThat(Files.getPosixFilePermissions(folder.resolve("own.db" + end)))
            .as("own.db" + end)
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
    }
  }

  @Test
  void isWrittenBeforeItIsAcknowledged() throws Exception {
    try (SqliteStore store = SqliteStore.open(folder.resolve("other.db"))) {
      assertThat(store.pragmas()).isEqualTo(List.of("wal", "2"));
    }
  }
}
