package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What every form of {@link Store} has to do. */
public abstract class StoreContract {
  protected static final ObjectKey A = new ObjectKey("stream", "live/a");
  protected static final ObjectKey B = new ObjectKey("stream", "live/b");

  protected static final Author ME = new Author("me", "192.0.2.1", "a test");
  private static final Author YOU = new Author("you", "2001:db8::1", "");

  private Store store;

  /** An empty store. */
  protected abstract Store open() throws IOException;

  /** The same store after its process was started anew; for what does not last, the same. */
  protected abstract Store again(Store before) throws IOException;

  @BeforeEach
  void begin() throws IOException {
    store = open();
  }

  @AfterEach
  void end() throws IOException {
    store.close();
  }

  private static Content content(String body) {
    return new Content(1, body);
  }

  private Store.Outcome put(ObjectKey key, long expected, @Nullable String body)
      throws IOException {
    Content content = body == null ? null : content(body);
    return store.commit(List.of(new Write(key, expected, content)), ME, 7);
  }

  @Test
  void beginsEmpty() throws IOException {
    assertThat(store.revision()).isZero();
    assertThat(store.get(A)).isNull();
    assertThat(store.list("stream")).isEmpty();
    assertThat(store.history(Long.MAX_VALUE, 10)).isEmpty();
    assertThat(store.changesAt(0)).isEmpty();
    assertThat(store.between(0, 0)).isEmpty();
    assertThat(store.between(0, 1)).isNull();
    assertThat(store.between(-1, 0)).isNull();
  }

  @Test
  void whatIsCommittedIsThere() throws IOException {
    assertThat(put(A, Write.NONE, "one")).isEqualTo(new Store.Committed(1));
    assertThat(put(B, Write.ANY, "b: ü\n\u0001'\"")).isEqualTo(new Store.Committed(2));
    store = again(store);
    assertThat(store.get(A)).isEqualTo(new StoredObject(A, content("one"), 1));
    assertThat(store.list("stream"))
        .containsExactly(
            new StoredObject(A, content("one"), 1),
            new StoredObject(B, content("b: ü\n\u0001'\""), 2));
    assertThat(store.list("other")).isEmpty();
    assertThat(store.revision()).isEqualTo(2);
    assertThat(put(A, 1, null)).isEqualTo(new Store.Committed(3));
    assertThat(store.get(A)).isNull();
    assertThat(put(A, Write.NONE, "two")).isEqualTo(new Store.Committed(4));
  }

  @Test
  void whatIsNotAsExpectedChangesNothing() throws IOException {
    put(A, Write.NONE, "one");
    assertThat(put(A, Write.NONE, "two")).isEqualTo(new Store.Conflict(A, 0, 1));
    assertThat(put(A, 2, "two")).isEqualTo(new Store.Conflict(A, 2, 1));
    assertThat(put(B, 1, "two")).isEqualTo(new Store.Conflict(B, 1, 0));
    List<Write> both =
        List.of(new Write(B, Write.NONE, content("new")), new Write(A, 5, content("two")));
    assertThat(store.commit(both, ME, 7)).isEqualTo(new Store.Conflict(A, 5, 1));
    store = again(store);
    assertThat(store.revision()).isEqualTo(1);
    assertThat(store.list("stream")).containsExactly(new StoredObject(A, content("one"), 1));
    assertThat(store.history(Long.MAX_VALUE, 10)).hasSize(1);
  }

  @Test
  void theHistorySaysWhoChangedWhatAndWhen() throws IOException {
    put(A, Write.NONE, "one");
    List<Write> both =
        List.of(new Write(B, Write.NONE, content("new")), new Write(A, 1, content("two")));
    store.commit(both, YOU, 8);
    store.commit(List.of(new Write(A, 2, null)), ME, 9);
    store = again(store);
    var last = new StoreRevision(3, 9, ME, List.of(new Touched(A, Touched.How.REMOVED)));
    var second =
        new StoreRevision(
            2,
            8,
            YOU,
            List.of(new Touched(A, Touched.How.CHANGED), new Touched(B, Touched.How.ADDED)));
    var first = new StoreRevision(1, 7, ME, List.of(new Touched(A, Touched.How.ADDED)));
    assertThat(store.history(Long.MAX_VALUE, 10)).containsExactly(last, second, first);
    assertThat(store.history(3, 1)).containsExactly(second);
    assertThat(store.history(1, 10)).isEmpty();
    assertThat(store.changesAt(2))
        .containsExactly(
            new StoreChange(2, A, content("one"), content("two")),
            new StoreChange(2, B, null, content("new")));
    assertThat(store.changesAt(4)).isEmpty();
  }

  @Test
  void twoRevisionsAreCompared() throws IOException {
    put(A, Write.NONE, "one");
    put(B, Write.NONE, "two");
    put(A, 1, "changed");
    put(B, 2, null);
    assertThat(store.between(2, 4))
        .containsExactly(
            new StoreChange(4, A, content("one"), content("changed")),
            new StoreChange(4, B, content("two"), null));
    assertThat(store.between(4, 2))
        .as("the way back")
        .containsExactly(
            new StoreChange(2, A, content("changed"), content("one")),
            new StoreChange(2, B, null, content("two")));
    put(A, 3, "one");
    put(B, Write.NONE, "two");
    assertThat(store.between(2, 6)).as("all is as it was").isEmpty();
    assertThat(store.between(6, 0)).hasSize(2).allMatch(change -> change.after() == null);
  }

  @Test
  void theHistoryHasABoundAndForgetsRevisionsAsAWhole() throws IOException {
    List<Write> many = new ArrayList<>();
    for (int i = 0; i < Store.MAX_WRITES; i++) {
      many.add(new Write(new ObjectKey("x", "" + i), Write.ANY, content("x")));
    }
    int most = Store.MAX_HISTORY / Store.MAX_WRITES;
    for (int i = 0; i < most; i++) {
      store.commit(many, ME, 7);
    }
    assertThat(store.history(Long.MAX_VALUE, 100)).hasSize(most);
    put(A, Write.NONE, "the one too many");
    store = again(store);
    assertThat(store.history(Long.MAX_VALUE, 100))
        .extracting(StoreRevision::revision)
        .hasSize(most)
        .first()
        .isEqualTo(most + 1L);
    assertThat(store.changesAt(1)).isEmpty();
    assertThat(store.between(0, 2)).as("not all is remembered").isNull();
    assertThat(store.between(1, 2)).isNotNull();
  }

  @Test
  void theHistoryHasABoundOfCharactersToo() throws IOException {
    String large = "x".repeat(Content.MAX_BYTES / 2);
    long most = Store.MAX_HISTORY_CHARS / Content.MAX_BYTES; // before and after, and the names
    put(A, Write.NONE, large);
    for (int i = 0; i < most; i++) {
      put(A, Write.ANY, large);
    }
    assertThat(store.history(Long.MAX_VALUE, 1_000)).hasSize((int) most - 1);
    assertThat(store.revision()).isEqualTo(most + 1);
    assertThat(store.get(A)).isNotNull();
  }

  @Test
  void whatHasABoundIsRefusedPastIt() {
    var tooMany = new ArrayList<Write>();
    for (int i = 0; i <= Store.MAX_WRITES; i++) {
      tooMany.add(new Write(new ObjectKey("x", "" + i), Write.ANY, null));
    }
    assertThatThrownBy(() -> store.commit(tooMany, ME, 7)).hasMessageContaining("1001 writes");
    assertThatThrownBy(() -> store.commit(List.of(), ME, 7)).hasMessageContaining("0 writes");
    var write = new Write(A, Write.ANY, null);
    assertThatThrownBy(() -> store.commit(List.of(write, write), ME, 7))
        .hasMessageContaining("twice");
    String most = "x".repeat(Author.MAX_CHARS);
    new Author(most, most, most);
    assertThatThrownBy(() -> new Author(most + "x", "", "")).hasMessageContaining("'who' of 201");
    assertThatThrownBy(() -> new Author("", most + "x", "")).hasMessageContaining("'from' of 201");
    assertThatThrownBy(() -> new Author("", "", most + "x")).hasMessageContaining("'what' of 201");
    new Content(1, "x".repeat(Content.MAX_BYTES));
    assertThatThrownBy(() -> new Content(1, "x".repeat(Content.MAX_BYTES + 1)))
        .hasMessageContaining("1048577 bytes");
    assertThatThrownBy(() -> new Content(0, "")).hasMessageContaining("schema 0");
    new ObjectKey("x".repeat(ObjectKey.MAX_KIND), "x".repeat(ObjectKey.MAX_NAME));
    assertThatThrownBy(() -> new ObjectKey("", "a")).hasMessageContaining("kind of 0");
    assertThatThrownBy(() -> new ObjectKey("a", "x".repeat(ObjectKey.MAX_NAME + 1)))
        .hasMessageContaining("name of 513");
    assertThatThrownBy(() -> new Write(A, -2, null)).hasMessageContaining("-2");
  }

  /**
   * Whatever is done, it is what a plain map would have, and any revision can be compared with the
   * last.
   */
  @RepeatedTest(4)
  void isAMapWithRevisions(RepetitionInfo run) throws IOException {
    RandomGenerator random = Seeds.random(run);
    Map<ObjectKey, StoredObject> model = new TreeMap<>();
    List<Map<ObjectKey, Content>> states = new ArrayList<>(List.of(Map.of()));
    for (int step = 0; step < 60; step++) {
      Map<ObjectKey, Write> writes = new TreeMap<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        var key = new ObjectKey(random.nextBoolean() ? "a" : "b", "" + random.nextInt(4));
        StoredObject now = model.get(key);
        long expected =
            switch (random.nextInt(4)) {
              case 0 -> Write.ANY;
              case 1 -> random.nextInt(5);
              default -> now == null ? Write.NONE : now.revision();
            };
        Content content = random.nextInt(3) == 0 ? null : new Content(2, "" + step);
        writes.put(key, new Write(key, expected, content));
      }
      long next = states.size();
      boolean fits =
          writes.values().stream()
              .allMatch(write -> {
                StoredObject now = model.get(write.key());
                long actual = now == null ? 0 : now.revision();
                return write.expected() == Write.ANY || write.expected() == actual;
              });
      Store.Outcome outcome = store.commit(List.copyOf(writes.values()), ME, step);
      if (fits) {
        assertThat(outcome).isEqualTo(new Store.Committed(next));
        for (Write write : writes.values()) {
          Content content = write.content();
          if (content == null) {
            model.remove(write.key());
          } else {
            model.put(write.key(), new StoredObject(write.key(), content, next));
          }
        }
        Map<ObjectKey, Content> state = new TreeMap<>();
        model.forEach((key, object) -> state.put(key, object.content()));
        states.add(state);
      } else {
        assertThat(outcome).isInstanceOf(Store.Conflict.class);
      }
      if (random.nextInt(20) == 0) {
        store = again(store);
      }
    }
    List<StoredObject> all = new ArrayList<>(store.list("a"));
    all.addAll(store.list("b"));
    assertThat(all).containsExactlyElementsOf(model.values());
    int wanted = random.nextInt(states.size());
    Map<ObjectKey, Content> now = new TreeMap<>();
    model.forEach((key, object) -> now.put(key, object.content()));
    for (StoreChange change : Objects.requireNonNull(store.between(states.size() - 1, wanted))) {
      assertThat(change.before()).isEqualTo(now.get(change.key())).isNotEqualTo(change.after());
      Content then = change.after();
      if (then == null) {
        now.remove(change.key());
      } else {
        now.put(change.key(), then);
      }
    }
    assertThat(now).isEqualTo(states.get(wanted));
  }
}
