package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Author;
import dev.sluice.control.Content;
import dev.sluice.control.MemoryStore;
import dev.sluice.control.ObjectKey;
import dev.sluice.control.Store;
import dev.sluice.control.StoreChange;
import dev.sluice.control.StoreRevision;
import dev.sluice.control.StoredObject;
import dev.sluice.control.Write;
import dev.sluice.media.StreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WantedStreamsTest {
  private static final Author ME = new Author("me", "192.0.2.1", "a test");
  private static final WantedStreams.Expected ANYTHING = WantedStreams.Expected.ANYTHING;
  private static final StreamSelector A = StreamSelector.parse("live/a");
  private static final StreamSelector B = StreamSelector.parse("live/b");
  private static final StreamSelector LIVE = StreamSelector.parse("live/**");

  @TempDir Path folder;
  private final Faulty store = new Faulty();
  private final List<Config> taken = new ArrayList<>();
  private @Nullable IOException cannot;
  private LiveConfig live;
  private WantedStreams wanted;

  /** A store that fails when it is told to: before it has written, or after. */
  private static final class Faulty implements Store {
    private final MemoryStore store = new MemoryStore();
    private boolean before;
    private boolean after;

    @Override
    public long revision() {
      return store.revision();
    }

    @Override
    public @Nullable StoredObject get(ObjectKey key) {
      return store.get(key);
    }

    @Override
    public List<StoredObject> list(String kind) {
      return store.list(kind);
    }

    @Override
    public Outcome commit(List<Write> writes, Author author, long utcMs) throws IOException {
      if (before) {
        throw new IOException("the disk is full");
      }
      Outcome outcome = store.commit(writes, author, utcMs);
      if (after) {
        throw new IOException("the disk is gone");
      }
      return outcome;
    }

    @Override
    public List<StoreRevision> history(long below, int limit) {
      return store.history(below, limit);
    }

    @Override
    public List<StoreChange> changesAt(long revision) {
      return store.changesAt(revision);
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void begin() throws Exception {
    begin("");
  }

  private void begin(String text) throws Exception {
    live = new LiveConfig(WantedStreams.read(load(text), store), LiveConfig.Listener.NONE);
    live.takenBy(next -> {
      if (cannot != null) {
        throw cannot;
      }
      return () -> {
        taken.add(next);
        return List.of();
      };
    });
    wanted = new WantedStreams(live, store, () -> 7);
  }

  private Loaded load(String text) throws Exception {
    Files.writeString(folder.resolve("sluice.yaml"), text);
    return ConfigSource.load(folder.resolve("sluice.yaml"), Map.of());
  }

  private static WantedStreams.Done done(WantedStreams.Outcome outcome) {
    return switch (outcome) {
      case WantedStreams.Done done -> done;
      case WantedStreams.Refused(var problems) -> throw new AssertionError(problems);
      default -> throw new AssertionError(outcome);
    };
  }

  private static List<String> refused(WantedStreams.Outcome outcome) {
    return switch (outcome) {
      case WantedStreams.Refused(var problems) -> problems.stream().map(Problem::toString).toList();
      default -> throw new AssertionError(outcome);
    };
  }

  private WantedStreams.Outcome put(StreamSelector selector, String text) throws IOException {
    return wanted.put(selector, text, ANYTHING, ME);
  }

  private WantedStreams.Outcome patch(StreamSelector selector, String text) throws IOException {
    return wanted.patch(selector, text, ANYTHING, ME);
  }

  private long millis(String name) {
    return live.now().forStream(StreamName.parse(name)).latency().toMillis();
  }

  private String layer(String key) {
    EffectiveConfig effective = live.state().loaded().effective();
    return Objects.requireNonNull(effective.setting(key), key).layer().toString();
  }

  @Test
  void whatIsWantedHoldsAndLastsAndSaysWhereItIsFrom() throws Exception {
    WantedStreams.Done done = done(put(LIVE, "{\"latency\": \"50ms\", \"gopCache\": false}"));
    assertThat(done.revision()).isEqualTo(1);
    assertThat(done.added()).isEqualTo(1);
    LiveConfig.Applied applied = Objects.requireNonNull(done.taken());
    assertThat(applied.changed()).extracting(ConfigChange::key).contains("streams.live/**.latency");
    assertThat(taken).containsExactly(live.now());
    assertThat(millis("live/x")).isEqualTo(50);
    assertThat(layer("streams.live/**.latency")).isEqualTo("store, revision 1");
    assertThat(layer("streams.live/**.join")).isEqualTo("default");
    done(put(A, "join: live"));
    assertThat(millis("live/a")).as("inherited").isEqualTo(50);
    assertThat(layer("streams.live/a.latency")).isEqualTo("store, revision 1");
    assertThat(layer("streams.live/a.join")).isEqualTo("store, revision 2");
    assertSameAfterRestart("");
    assertThat(store.history(Long.MAX_VALUE, 1).getFirst().author()).isEqualTo(ME);
    assertThat(store.history(Long.MAX_VALUE, 1).getFirst().utcMs()).isEqualTo(7);
  }

  /** A server that is started anew has the same values, of the same layers. */
  private void assertSameAfterRestart(String text) throws Exception {
    Loaded again = WantedStreams.read(load(text), store);
    assertThat(again.config()).isEqualTo(live.now());
    assertThat(layers(again.effective())).isEqualTo(layers(live.state().loaded().effective()));
  }

  private static List<String> layers(EffectiveConfig effective) {
    return effective.settings().stream()
        .map(it -> it.key() + " = " + it.value() + ", " + it.layer())
        .toList();
  }

  @Test
  void whatIsWrongIsRefusedAsAWholeWithLineAndKey() throws Exception {
    done(put(A, "latency: 50ms"));
    Config before = live.now();
    assertThat(refused(put(A, "join: live\nlatency: 1h\nlatenci: 0\n")))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith(
                        "what was sent:2:10: streams.live/a.latency: found \"1h\"; allowed: a"
                            + " time"),
            second ->
                assertThat(second)
                    .startsWith("what was sent:3:1: streams.live/a.latenci: found an unknown key"));
    assertThat(refused(put(A, "latency: 'x")).getFirst()).startsWith("what was sent:1:");
    assertThat(refused(put(A, "- a")))
        .containsExactly(
            "what was sent:1:1: streams.live/a: found a list; allowed: a section with the keys of"
                + " an entry of streams");
    assertThat(refused(put(A, "")).getFirst()).contains("streams.live/a: found nothing");
    assertThat(refused(put(A, "latency")).getFirst()).contains("found a single value");
    assertThat(refused(put(LIVE, "sources: ['test:']")).getFirst())
        .startsWith("default: streams.live/**.onDemand: found what the server starts itself");
    assertThat(refused(put(A, "sources: [{input: publish, key: (hidden)}]")))
        .containsExactly(
            "what was sent:1:33: streams.live/a.sources[0].key: found what was hidden when it was"
                + " shown; allowed: the value itself; PATCH leaves alone what it does not name");
    assertThat(refused(put(A, "managed: api")).getFirst())
        .startsWith("what was sent:1:1: streams.live/a.managed: found a key that only the file");
    cannot = new IOException("the keys cannot be read");
    assertThat(refused(put(A, "latency: 0")).getFirst()).contains("the keys cannot be read");
    cannot = null;
    assertThat(store.revision()).isEqualTo(1);
    assertThat(live.now()).isSameAs(before);
  }

  @Test
  void whatTheFileHasIsTheFilesUnlessItSaysOtherwise() throws Exception {
    String text =
        """
        streams:
          live/a: {latency: 10ms}
          live/b: {latency: 20ms, join: live, sources: [publish, "test:"], managed: api}
          free/**: {managed: api}
          free/own: {managed: file}
          free/x: {latency: 30ms}
        """;
    begin(text);
    Layer place = new Layer.File(folder.resolve("sluice.yaml").toString(), 2, 3);
    var ofFile = new WantedStreams.OfFile(A, place);
    assertThat(put(A, "latency: 0")).isEqualTo(ofFile);
    assertThat(patch(A, "latency: 0")).isEqualTo(ofFile);
    assertThat(wanted.delete(A, ANYTHING, ME)).isEqualTo(ofFile);
    assertThat(wanted.importAll("streams: {live/c: {}, live/a: {}}", false, ANYTHING, ME))
        .isEqualTo(ofFile);
    assertThat(put(StreamSelector.parse("free/own"), "{}"))
        .isInstanceOf(WantedStreams.OfFile.class);
    assertThat(store.revision()).isZero();

    done(put(B, "latency: 25ms\nsources: ['test:']"));
    StreamSettings both = live.now().forStream(StreamName.parse("live/b"));
    assertThat(both.latency().toMillis()).isEqualTo(25);
    assertThat(both.join()).as("of the file").isEqualTo(StreamSettings.Join.LIVE);
    assertThat(both.sources()).hasSize(1);
    assertThat(layer("streams.live/b.latency")).isEqualTo("store, revision 1");
    assertThat(layer("streams.live/b.join")).endsWith("sluice.yaml:3:33");
    assertThat(live.state().loaded().effective().setting("streams.live/b.sources[1].input"))
        .as("of the list that counts for nothing")
        .isNull();
    done(put(StreamSelector.parse("free/x"), "latency: 35ms"));
    assertThat(millis("free/x")).isEqualTo(35);
    assertSameAfterRestart(text);

    done(wanted.delete(B, ANYTHING, ME));
    assertThat(millis("live/b")).as("of the file").isEqualTo(20);
    assertThat(wanted.delete(B, ANYTHING, ME)).isInstanceOf(WantedStreams.OfFile.class);
    assertThat(wanted.delete(StreamSelector.parse("live/none"), ANYTHING, ME))
        .isEqualTo(new WantedStreams.None());
    assertThat(wanted.entries())
        .extracting(it -> it.selector() + " " + it.managed() + " " + it.revision())
        .containsExactly(
            "live/a false 0",
            "live/b true 0",
            "free/** true 0",
            "free/own false 0",
            "free/x true 2");
  }

  @Test
  void aFileThatTakesAnEntryHasItAndWarns() throws Exception {
    done(put(A, "latency: 50ms"));
    Files.writeString(folder.resolve("sluice.yaml"), "streams: {live/a: {latency: 10ms}}");
    if (!(live.reload("test") instanceof LiveConfig.Applied applied)) {
      throw new AssertionError();
    }
    assertThat(millis("live/a")).isEqualTo(10);
    assertThat(applied.warnings())
        .extracting(Problem::found)
        .containsExactly("an entry of the store as well, which counts for nothing");
    assertThat(put(A, "latency: 0")).isInstanceOf(WantedStreams.OfFile.class);
    done(wanted.delete(A, ANYTHING, ME)); // which can always be
    assertThat(live.state().loaded().warnings()).isEmpty();
  }

  @Test
  void aPatchLeavesWhatItDoesNotName() throws Exception {
    assertThat(patch(A, "latency: 0")).isEqualTo(new WantedStreams.None());
    done(put(A, "latency: 50ms\nbackup: x.flv\nsources: [{input: publish, key: a-secret-key}]"));
    WantedStreams.Done done = done(patch(A, "{\"latency\": null, \"join\": \"live\"}"));
    assertThat(done.added()).isZero();
    assertThat(store.get(new ObjectKey("stream", "live/a")))
        .isEqualTo(
            new StoredObject(
                new ObjectKey("stream", "live/a"),
                new Content(
                    1,
                    """
                    backup: x.flv
                    sources:
                      -
                        input: publish
                        key: a-secret-key
                    join: live
                    """),
                2));
    assertThat(millis("live/a")).isEqualTo(100);
    assertThat(layer("streams.live/a.backup")).isEqualTo("store, revision 2");
    assertSameAfterRestart("");
    assertThat(refused(patch(A, "join: nowhere\n")).getFirst())
        .startsWith("what was sent:1:7: streams.live/a.join");
    assertThat(done(patch(A, "join: live")).taken()).as("it is so").isNull();
    assertThat(store.revision()).isEqualTo(2);
  }

  @Test
  void nothingInPlaceOfAValueIsWhatTheFileSays() throws Exception {
    String text = "streams: {live/a: {latency: 10ms, managed: api}}";
    begin(text);
    done(put(A, "latency: null\njoin: live"));
    assertThat(millis("live/a")).isEqualTo(10);
    assertSameAfterRestart(text);
    done(patch(A, "latency: 0"));
    assertThat(millis("live/a")).isZero();
    done(patch(A, "latency: ~"));
    assertThat(millis("live/a")).isEqualTo(10);
  }

  @Test
  void whoExpectsWhatIsNotSoChangesNothing() throws Exception {
    WantedStreams.Expected first = (revision, there) -> revision == 1 && there;
    assertThat(wanted.put(A, "{}", first, ME)).isEqualTo(new WantedStreams.Unexpected(0));
    done(put(A, "{}"));
    done(wanted.put(A, "latency: 0", first, ME));
    assertThat(wanted.put(A, "{}", first, ME)).isEqualTo(new WantedStreams.Unexpected(2));
    assertThat(wanted.patch(A, "{}", first, ME)).isEqualTo(new WantedStreams.Unexpected(2));
    assertThat(wanted.delete(A, first, ME)).isEqualTo(new WantedStreams.Unexpected(2));
    assertThat(wanted.undo(null, first, ME)).isEqualTo(new WantedStreams.Unexpected(2));
    assertThat(wanted.importAll("{}", true, first, ME)).isEqualTo(new WantedStreams.Unexpected(2));
    assertThat(store.revision()).isEqualTo(2);
  }

  @Test
  void twoRevisionsAreComparedAndOneIsGoneBackTo() throws Exception {
    done(put(A, "latency: 50ms\nsources: [{input: publish, key: the-first-key}]"));
    done(put(B, "join: live"));
    done(put(A, "latency: 60ms\nsources: [{input: publish, key: the-second-key}]"));
    done(wanted.delete(B, ANYTHING, ME));
    List<EntryDifference> between = Objects.requireNonNull(wanted.between(2, 4));
    assertThat(between.toString())
        .isEqualTo(
            "[EntryDifference[entry=live/a, before=true, after=true, keys=[Key[key=latency,"
                + " before=50ms, after=60ms], Key[key=sources,"
                + " before=[{input=publish, key=(hidden)}],"
                + " after=[{input=publish, key=(hidden)}]]]],"
                + " EntryDifference[entry=live/b, before=true, after=false, keys=[Key[key=join,"
                + " before=live, after=null]]]]");
    assertThat(wanted.between(0, 5)).isNull();
    assertThat(done(wanted.undo(null, ANYTHING, ME)).revision()).isEqualTo(5);
    assertThat(wanted.entry(B)).isNotNull();
    assertThat(millis("live/a")).isEqualTo(60);
    done(wanted.undo(1L, ANYTHING, ME));
    assertThat(millis("live/a")).isEqualTo(50);
    assertThat(wanted.entry(B)).isNull();
    assertThat(wanted.between(1, 6)).as("a new revision, and as it was").isEmpty();
    assertThat(done(wanted.undo(6L, ANYTHING, ME)).taken()).isNull();
    assertThat(wanted.undo(7L, ANYTHING, ME)).isEqualTo(new WantedStreams.Forgotten());
    assertThat(store.revision()).isEqualTo(6);
    done(wanted.undo(0L, ANYTHING, ME));
    assertThat(wanted.entries()).isEmpty();
    assertSameAfterRestart("");
  }

  @Test
  void theWayBackIsCheckedLikeAnyOther() throws Exception {
    done(put(A, "latency: 50ms"));
    done(wanted.delete(A, ANYTHING, ME));
    begin("streams: {live/a: {}}");
    assertThat(wanted.undo(null, ANYTHING, ME)).isInstanceOf(WantedStreams.OfFile.class);
    assertThat(store.revision()).isEqualTo(2);
  }

  @Test
  void whatIsExportedIsImported() throws Exception {
    done(
        put(
            A,
            "sources: [{input: publish, key: a-secret-key}, 'rtmp://a.example/live/x?t=secret']"));
    done(put(LIVE, "latency: 50ms"));
    String shown = wanted.export(false);
    assertThat(shown)
        .isEqualTo(
            """
            # Sluice: what is in the store, at revision 2; secrets are hidden.
            streams:
              "live/**":
                latency: 50ms
              live/a:
                sources:
                  -
                    input: publish
                    key: "(hidden)"
                  - "rtmp://a.example/live/x?(hidden)"
            """);
    String all = wanted.export(true);
    Config then = live.now();
    assertThat(refused(wanted.importAll(shown, true, ANYTHING, ME)))
        .satisfiesExactly(
            first -> assertThat(first).contains(":9:14: streams.live/a.sources[0].key"),
            second -> assertThat(second).contains(":10:9: streams.live/a.sources[1]"));
    done(put(B, "{}"));
    done(wanted.importAll(all, true, ANYTHING, ME));
    assertThat(live.now()).isEqualTo(then);
    assertThat(wanted.entry(B)).isNull();
    done(put(B, "{}"));
    done(wanted.importAll("streams: {live/a:}", false, ANYTHING, ME));
    assertThat(wanted.entries()).hasSize(3);
    done(wanted.importAll("streams: {}", true, ANYTHING, ME));
    assertThat(wanted.entries()).isEmpty();
    assertThat(refused(wanted.importAll("", true, ANYTHING, ME)).getFirst()).contains("nothing");
    assertThat(ConfigParser.parse("sluice.yaml", all, Map.of()))
        .as("it is a file, too")
        .isInstanceOf(ConfigParser.Valid.class);
  }

  @Test
  void anImportIsTakenAsAWholeOrRefusedAsAWhole() throws Exception {
    String text =
        """
        listed: yes
        streams:
          live/a: {latency: 0}
          a//b: {}
          LIVE/a: {latency: [0]}
        streams: {}
        """;
    assertThat(refused(wanted.importAll(text, false, ANYTHING, ME)))
        .satisfiesExactly(
            first -> assertThat(first).contains(":1:1: listed: found a key that the store does"),
            second -> assertThat(second).contains(":4:3: streams: found \"a//b\""),
            third -> assertThat(third).contains(":6:1: streams: found the key a second time"));
    assertThat(refused(wanted.importAll("streams: {x: {latency: [0]}}", false, ANYTHING, ME)))
        .hasSize(1);
    assertThat(
            refused(
                wanted.importAll(
                    "streams: {V.example!x: {}, v.example!x: {}}", false, ANYTHING, ME)))
        .hasSize(1);
    assertThat(store.revision()).isZero();
  }

  @Test
  void whatIsNotWrittenDoesNotHold() throws Exception {
    store.before = true;
    assertThatThrownBy(() -> put(A, "latency: 0"))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
    assertThat(wanted.entries()).isEmpty();
    assertThat(millis("live/a")).isEqualTo(100);
    store.before = false;
    done(put(A, "latency: 0"));
    assertThat(millis("live/a")).isZero();
  }

  @Test
  void whatIsWrittenAlthoughItFailedHolds() throws Exception {
    store.after = true;
    assertThatThrownBy(() -> put(A, "latency: 0")).hasMessage("the disk is gone");
    assertThat(millis("live/a")).as("a restart would have it, too").isZero();
    store.after = false;
    done(put(A, "latency: 10ms"));
    assertSameAfterRestart("");
  }

  @Test
  void whatCannotBeReadAnyMoreIsNotBegunWith() throws Exception {
    var key = new ObjectKey("stream", "live/a");
    store.commit(List.of(new Write(key, Write.ANY, new Content(1, "ofOldTimes: 1\n"))), ME, 7);
    assertThatThrownBy(() -> begin(""))
        .hasMessageContaining("store, revision 1: streams.live/a.ofOldTimes: found an unknown key");
    store.commit(List.of(new Write(key, Write.ANY, new Content(1, "- a"))), ME, 7);
    assertThatThrownBy(() -> begin("")).hasMessageContaining("is damaged");
    store.commit(List.of(new Write(key, Write.ANY, new Content(2, "{}"))), ME, 7);
    assertThatThrownBy(() -> begin("")).hasMessageContaining("is of schema 2");
    var odd = new Write(new ObjectKey("stream", "a//b"), Write.ANY, new Content(1, "{}"));
    store.commit(List.of(new Write(key, Write.ANY, null), odd), ME, 7);
    assertThatThrownBy(() -> begin("")).hasMessageContaining("a//b");
  }

  @Test
  void whatHasABoundIsRefusedPastIt() throws Exception {
    String path = "x".repeat(StoredStream.MAX_CHARS - "backup: \n".length());
    done(put(A, "backup: " + path));
    assertThat(refused(put(A, "backup: x" + path)).getFirst())
        .contains("streams.live/a: found 65537 characters; allowed: at most 65536");
    var patterns = new StringBuilder("streams:\n");
    for (int i = 0; i < StreamTable.MAX_PATTERNS; i++) {
      patterns.append("  p/").append(i).append("-*:\n");
    }
    done(wanted.importAll(patterns.toString(), false, ANYTHING, ME));
    assertThat(refused(put(LIVE, "{}")))
        .containsExactly("what was sent:1:1: streams: found 257 patterns; allowed: at most 256");
    done(wanted.importAll(names(0, Store.MAX_WRITES), false, ANYTHING, ME));
    assertThat(wanted.importAll(names(4, Store.MAX_WRITES + 1), false, ANYTHING, ME))
        .isEqualTo(new WantedStreams.TooMany(Store.MAX_WRITES + 1, Store.MAX_WRITES));
    int left = WantedStreams.MAX_ENTRIES - live.stored().size();
    assertThat(wanted.importAll(names(4, left + 1), false, ANYTHING, ME))
        .isEqualTo(new WantedStreams.TooMany(2_001, WantedStreams.MAX_ENTRIES));
    done(wanted.importAll(names(4, left), false, ANYTHING, ME));
    assertThat(put(B, "{}")).isInstanceOf(WantedStreams.TooMany.class);
    done(put(A, "{}")); // one of those that there are
  }

  private static String names(int thousand, int count) {
    var text = new StringBuilder("streams:\n");
    for (int i = 0; i < count; i++) {
      text.append("  n/").append(thousand).append('-').append(i).append(": {}\n");
    }
    return text.toString();
  }
}
