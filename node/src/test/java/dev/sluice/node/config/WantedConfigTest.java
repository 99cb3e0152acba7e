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

class WantedConfigTest {
  private static final Author ME = new Author("me", "192.0.2.1", "a test");
  private static final WantedConfig.Expected ANYTHING = WantedConfig.Expected.ANYTHING;
  private static final Part A = entry("live/a");
  private static final Part B = entry("live/b");
  private static final Part LIVE = entry("live/**");

  private static final Part ACCESS = new Part.Whole("access");
  private static final Part LIMITS = new Part.Whole("limits");
  private static final Part DEFAULTS = new Part.Whole("defaults");

  @TempDir Path folder;
  private final Faulty store = new Faulty();
  private final List<Config> taken = new ArrayList<>();
  private @Nullable IOException cannot;
  private LiveConfig live;
  private WantedConfig wanted;

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
    begin("", Map.of());
  }

  private void begin(String text) throws Exception {
    begin(text, Map.of());
  }

  private void begin(String text, Map<String, String> env) throws Exception {
    live = new LiveConfig(WantedConfig.read(load(text, env), store), LiveConfig.Listener.NONE);
    live.takenBy(next -> {
      if (cannot != null) {
        throw cannot;
      }
      return () -> {
        taken.add(next);
        return List.of();
      };
    });
    wanted = new WantedConfig(live, store, () -> 7);
  }

  private static Part entry(String name) {
    return new Part.Entry(StreamSelector.parse(name));
  }

  private Loaded load(String text) throws Exception {
    return load(text, Map.of());
  }

  private Loaded load(String text, Map<String, String> env) throws Exception {
    Files.writeString(folder.resolve("sluice.yaml"), text);
    return ConfigSource.load(folder.resolve("sluice.yaml"), env);
  }

  private static WantedConfig.Done done(WantedConfig.Outcome outcome) {
    return switch (outcome) {
      case WantedConfig.Done done -> done;
      case WantedConfig.Refused(var problems) -> throw new AssertionError(problems);
      default -> throw new AssertionError(outcome);
    };
  }

  private static List<String> refused(WantedConfig.Outcome outcome) {
    return switch (outcome) {
      case WantedConfig.Refused(var problems) -> problems.stream().map(Problem::toString).toList();
      default -> throw new AssertionError(outcome);
    };
  }

  private WantedConfig.Outcome put(Part part, String text) throws IOException {
    return wanted.put(part, text, ANYTHING, ME);
  }

  private WantedConfig.Outcome patch(Part part, String text) throws IOException {
    return wanted.patch(part, text, ANYTHING, ME);
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
    WantedConfig.Done done = done(put(LIVE, "{\"latency\": \"50ms\", \"gopCache\": false}"));
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
    Loaded again = WantedConfig.read(load(text), store);
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
    var ofFile = new WantedConfig.OfFile(A, place);
    assertThat(put(A, "latency: 0")).isEqualTo(ofFile);
    assertThat(patch(A, "latency: 0")).isEqualTo(ofFile);
    assertThat(wanted.delete(A, ANYTHING, ME)).isEqualTo(ofFile);
    assertThat(wanted.importAll("streams: {live/c: {}, live/a: {}}", false, ANYTHING, ME))
        .isEqualTo(ofFile);
    assertThat(put(entry("free/own"), "{}")).isInstanceOf(WantedConfig.OfFile.class);
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
    done(put(entry("free/x"), "latency: 35ms"));
    assertThat(millis("free/x")).isEqualTo(35);
    assertSameAfterRestart(text);

    done(wanted.delete(B, ANYTHING, ME));
    assertThat(millis("live/b")).as("of the file").isEqualTo(20);
    assertThat(wanted.delete(B, ANYTHING, ME)).isInstanceOf(WantedConfig.OfFile.class);
    assertThat(wanted.delete(entry("live/none"), ANYTHING, ME)).isEqualTo(new WantedConfig.None());
    assertThat(wanted.entries())
        .extracting(it -> it.part().name() + " " + it.managed() + " " + it.revision())
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
    assertThat(put(A, "latency: 0")).isInstanceOf(WantedConfig.OfFile.class);
    done(wanted.delete(A, ANYTHING, ME)); // which can always be
    assertThat(live.state().loaded().warnings()).isEmpty();
  }

  @Test
  void aPatchLeavesWhatItDoesNotName() throws Exception {
    assertThat(patch(A, "latency: 0")).isEqualTo(new WantedConfig.None());
    done(put(A, "latency: 50ms\nbackup: x.flv\nsources: [{input: publish, key: a-secret-key}]"));
    WantedConfig.Done done = done(patch(A, "{\"latency\": null, \"join\": \"live\"}"));
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
    WantedConfig.Expected first = (revision, there) -> revision == 1 && there;
    assertThat(wanted.put(A, "{}", first, ME)).isEqualTo(new WantedConfig.Unexpected(0));
    done(put(A, "{}"));
    done(wanted.put(A, "latency: 0", first, ME));
    assertThat(wanted.put(A, "{}", first, ME)).isEqualTo(new WantedConfig.Unexpected(2));
    assertThat(wanted.patch(A, "{}", first, ME)).isEqualTo(new WantedConfig.Unexpected(2));
    assertThat(wanted.delete(A, first, ME)).isEqualTo(new WantedConfig.Unexpected(2));
    assertThat(wanted.undo(null, first, ME)).isEqualTo(new WantedConfig.Unexpected(2));
    assertThat(wanted.importAll("{}", true, first, ME)).isEqualTo(new WantedConfig.Unexpected(2));
    assertThat(store.revision()).isEqualTo(2);
  }

  @Test
  void twoRevisionsAreComparedAndOneIsGoneBackTo() throws Exception {
    done(put(A, "latency: 50ms\nsources: [{input: publish, key: the-first-key}]"));
    done(put(B, "join: live"));
    done(put(A, "latency: 60ms\nsources: [{input: publish, key: the-second-key}]"));
    done(wanted.delete(B, ANYTHING, ME));
    List<PartDifference> between = Objects.requireNonNull(wanted.between(2, 4));
    assertThat(between.toString())
        .isEqualTo(
            "[PartDifference[part=streams.live/a, before=true, after=true, keys=[Key[key=latency,"
                + " before=50ms, after=60ms], Key[key=sources,"
                + " before=[{input=publish, key=(hidden)}],"
                + " after=[{input=publish, key=(hidden)}]]]],"
                + " PartDifference[part=streams.live/b, before=true, after=false, keys=[Key[key=join,"
                + " before=live, after=null]]]]");
    assertThat(wanted.between(0, 5)).isNull();
    assertThat(done(wanted.undo(null, ANYTHING, ME)).revision()).isEqualTo(5);
    assertThat(wanted.find(B)).isNotNull();
    assertThat(millis("live/a")).isEqualTo(60);
    done(wanted.undo(1L, ANYTHING, ME));
    assertThat(millis("live/a")).isEqualTo(50);
    assertThat(wanted.find(B)).isNull();
    assertThat(wanted.between(1, 6)).as("a new revision, and as it was").isEmpty();
    assertThat(done(wanted.undo(6L, ANYTHING, ME)).taken()).isNull();
    assertThat(wanted.undo(7L, ANYTHING, ME)).isEqualTo(new WantedConfig.Forgotten());
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
    assertThat(wanted.undo(null, ANYTHING, ME)).isInstanceOf(WantedConfig.OfFile.class);
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
    assertThat(wanted.find(B)).isNull();
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
    String path = "x".repeat(StoredPart.MAX_CHARS - "backup: \n".length());
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
        .isEqualTo(new WantedConfig.TooMany(Store.MAX_WRITES + 1, Store.MAX_WRITES));
    int left = WantedConfig.MAX_ENTRIES - live.stored().size();
    assertThat(wanted.importAll(names(4, left + 1), false, ANYTHING, ME))
        .isEqualTo(new WantedConfig.TooMany(2_001, WantedConfig.MAX_ENTRIES));
    done(wanted.importAll(names(4, left), false, ANYTHING, ME));
    assertThat(put(B, "{}")).isInstanceOf(WantedConfig.TooMany.class);
    done(put(A, "{}")); // one of those that there are
  }

  @Test
  void aSectionIsWantedAsAnEntryIs() throws Exception {
    WantedConfig.Done done = done(put(LIMITS, "viewersPerStream: 7"));
    assertThat(done.added()).isEqualTo(1);
    assertThat(live.now().limits().viewersPerStream()).isEqualTo(7);
    assertThat(layer("limits.viewersPerStream")).isEqualTo("store, revision 1");
    assertThat(layer("limits.bitrate")).isEqualTo("default");
    done(put(DEFAULTS, "latency: 50ms\njoin: live"));
    assertThat(millis("live/x")).isEqualTo(50);
    done(put(A, "join: gop"));
    assertThat(layer("streams.live/a.latency")).as("inherited").isEqualTo("store, revision 2");
    assertThat(layer("streams.live/a.join")).isEqualTo("store, revision 3");
    assertSameAfterRestart("");
    assertThat(wanted.sections())
        .filteredOn(it -> it.revision() > 0)
        .extracting(it -> it.part() + " " + it.place() + " " + it.managed() + " " + it.keys())
        .containsExactly(
            "limits null true {viewersPerStream=7}",
            "defaults null true {latency=50ms, join=live}");
    assertThat(wanted.sections())
        .extracting(it -> it.part().name())
        .containsExactly(
            "log", "http", "advertise", "access", "faces", "cluster", "limits", "defaults");
    done(wanted.delete(DEFAULTS, ANYTHING, ME));
    assertThat(millis("live/x")).isEqualTo(100);
    assertThat(wanted.delete(DEFAULTS, ANYTHING, ME)).isEqualTo(new WantedConfig.None());
    assertThat(new Part.Whole("memory").keys()).as("all of it waits for a restart").isNull();
  }

  @Test
  void aSectionOfTheFileIsTheFilesUnlessItSaysOtherwise() throws Exception {
    begin("limits: {viewersPerStream: 9}\nlog:\nfaces: {nginx: {}, srs: }\n");
    Layer place = new Layer.File(folder.resolve("sluice.yaml").toString(), 1, 1);
    assertThat(put(LIMITS, "bitrate: 1Mbit/s")).isEqualTo(new WantedConfig.OfFile(LIMITS, place));
    assertThat(wanted.delete(LIMITS, ANYTHING, ME))
        .isEqualTo(new WantedConfig.OfFile(LIMITS, place));
    done(put(new Part.Whole("log"), "level: warn")); // of which the file says nothing
    done(put(new Part.Whole("faces"), "nginx: {stat: true}"));

    String text =
        """
        access:
          managed: api
          publish: jwt
          jwt: {secret: a-secret-of-32-characters-or-more, issuer: file, audience: file}
        defaults: {managed: api, latency: 10ms}
        streams: {live/a: {join: live}}
        """;
    begin(text);
    done(put(ACCESS, "play: jwt\njwt: {issuer: store}"));
    AccessSettings access = live.now().access();
    assertThat(access.jwt().issuer()).isEqualTo(new Word("store"));
    assertThat(access.jwt().audience()).as("of the file").isEqualTo(new Word("file"));
    assertThat(layer("access.jwt.issuer")).isEqualTo("store, revision 3");
    assertThat(layer("access.jwt.secret")).endsWith("sluice.yaml:4:17");
    done(put(DEFAULTS, "latency: 20ms"));
    assertThat(millis("live/a")).isEqualTo(20);
    assertThat(put(A, "join: gop"))
        .as("what defaults let happen to them is true of no entry")
        .isInstanceOf(WantedConfig.OfFile.class);
    assertSameAfterRestart(text);

    done(patch(ACCESS, "{\"jwt\": {\"issuer\": null, \"skew\": \"1s\"}}"));
    assertThat(live.now().access().jwt().issuer()).isEqualTo(new Word("file"));
    assertThat(live.now().access().jwt().skew().toMillis()).isEqualTo(1_000);
    done(put(ACCESS, "jwt: {issuer: null}"));
    assertThat(live.now().access().jwt().issuer()).as("null").isEqualTo(new Word("file"));
    assertSameAfterRestart(text);
  }

  @Test
  void aFileThatTakesASectionHasItAndWarns() throws Exception {
    done(put(LIMITS, "viewersPerStream: 7"));
    begin("limits: {viewersPerStream: 9}");
    assertThat(live.now().limits().viewersPerStream()).isEqualTo(9);
    assertThat(live.state().loaded().warnings())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("sluice.yaml:1:1: limits: found a section of the store as well");
    done(wanted.delete(LIMITS, ANYTHING, ME));
    assertThat(live.state().loaded().warnings()).isEmpty();
  }

  @Test
  void whatWouldNotHoldIsRefused() throws Exception {
    assertThat(refused(put(LIMITS, "streams: 5\nbitrate: 0\nmanaged: api")))
        .containsExactly(
            "what was sent:1:1: limits.streams: found a key whose change waits for a restart;"
                + " allowed: it in the file",
            "what was sent:3:1: limits.managed: found a key that only the file has; allowed: it in"
                + " the file");
    assertThat(refused(put(new Part.Whole("faces"), "srs: {port: 1985}")).getFirst())
        .startsWith("what was sent:1:7: faces.srs.port: found a key whose change waits");
    assertThat(refused(put(new Part.Whole("faces"), "srs: 1")).getFirst())
        .startsWith("what was sent:1:1: faces.srs: found a key whose change waits");
    assertThat(refused(put(ACCESS, "play: jwt")).getFirst())
        .startsWith("what was sent:1:7: access.play: found jwt without keys");
    assertThat(refused(put(ACCESS, "plai: jwt")).getFirst()).contains("an unknown key");
    assertThat(refused(put(ACCESS, "[]")).getFirst())
        .endsWith("access: found a list; allowed: a section with the keys of access");
    assertThat(store.revision()).isZero();
  }

  @Test
  void whatTheEnvironmentSetsIsNotTheStores() throws Exception {
    begin("", Map.of("SLUICE_ACCESS_JWT_ISSUER", "env", "SLUICE_LIMITS_MANAGED", "api"));
    assertThat(refused(put(ACCESS, "jwt: {skew: 1s, issuer: me}")))
        .containsExactly(
            "what was sent:1:17: access.jwt.issuer: found a key that the variable"
                + " SLUICE_ACCESS_JWT_ISSUER sets, which wins; allowed: a value at one of the two"
                + " places");
    done(put(ACCESS, "jwt: {skew: 1s}"));
    begin("");
    done(put(ACCESS, "jwt: {issuer: me}"));
    begin("", Map.of("SLUICE_ACCESS_JWT_ISSUER", "env"));
    assertThat(live.state().loaded().warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "store, revision 2: access.jwt.issuer: found a value of the store, which counts for"
                + " nothing: SLUICE_ACCESS_JWT_ISSUER is set; allowed: the value at one of the two"
                + " places");
    begin("limits: {bitrate: 0}", Map.of("SLUICE_LIMITS_MANAGED", "api"));
    done(put(LIMITS, "bitrate: 1Mbit/s"));
    assertThat(live.now().limits().bitrate().bitsPerSecond()).isEqualTo(1_000_000);
  }

  @Test
  void aSectionHasItsHistoryAndIsExportedWithoutItsSecrets() throws Exception {
    String secrets =
        """
        token: the-S3CRET-token
        publish: [user, backend]
        users: ["ann:the-S3CRET-word", bob:another-S3CRET]
        jwt:
          secret: a-S3CRET-of-32-characters-or-more
          url: "https://keys.example/set?key=S3CRET"
          skew: 1s
        backend:
          publish: "http://ask.example/may?S3CRET"
        rules:
          -
            streams: "live/**"
            needs: [token]
            tokens: [a-S3CRET-of-a-rule]
        """;
    done(put(ACCESS, secrets));
    done(put(A, "latency: 0"));
    String shown = wanted.export(false);
    assertThat(shown)
        .isEqualTo(
            """
            # Sluice: what is in the store, at revision 2; secrets are hidden.
            access:
              token: "(hidden)"
              publish:
                - user
                - backend
              users:
                - "ann:(hidden)"
                - "bob:(hidden)"
              jwt:
                secret: "(hidden)"
                url: "https://keys.example/set?(hidden)"
                skew: 1s
              backend:
                publish: "http://ask.example/may?(hidden)"
              rules:
                -
                  streams: "live/**"
                  needs:
                    - token
                  tokens:
                    - "(hidden)"
            streams:
              live/a:
                latency: 0
            """);
    assertThat(refused(wanted.importAll(shown, false, ANYTHING, ME))).hasSize(7);
    assertThat(String.valueOf(Objects.requireNonNull(wanted.find(ACCESS)).keys()))
        .doesNotContain("S3CRET");
    String all = wanted.export(true);
    Config then = live.now();
    done(patch(ACCESS, "jwt: {skew: 2s, secret: another-S3CRET-of-32-characters-too}"));
    assertThat(Objects.requireNonNull(wanted.between(2, 3)))
        .extracting(PartDifference::toString)
        .containsExactly(
            "PartDifference[part=access, before=true, after=true, keys=[Key[key=jwt.secret,"
                + " before=(hidden), after=(hidden)], Key[key=jwt.skew, before=1s, after=2s]]]");
    done(wanted.undo(2L, ANYTHING, ME));
    assertThat(live.now()).isEqualTo(then);
    done(wanted.importAll("limits: {bitrate: 0}", true, ANYTHING, ME));
    assertThat(wanted.sections()).filteredOn(it -> it.revision() > 0).hasSize(1);
    done(wanted.importAll(all, true, ANYTHING, ME));
    assertThat(live.now()).isEqualTo(then);
    assertSameAfterRestart("");
    assertThat(ConfigParser.parse("sluice.yaml", all, Map.of()))
        .as("it is a file, too")
        .isInstanceOf(ConfigParser.Valid.class);
    assertThat(refused(put(ACCESS, "backend: {play: \"http://a@b/?S3CRET\"}")).toString())
        .doesNotContain("S3CRET");
  }

  @Test
  void aSectionOfAnotherVersionIsNotBegunWith() throws Exception {
    var key = new ObjectKey("section", "ofLaterTimes");
    store.commit(List.of(new Write(key, Write.ANY, new Content(1, "{}"))), ME, 7);
    assertThatThrownBy(() -> begin("")).hasMessageContaining("a section ofLaterTimes");
    var other = new Write(new ObjectKey("elsewhere", "x"), Write.ANY, new Content(9, "-"));
    store.commit(List.of(new Write(key, Write.ANY, null), other), ME, 7);
    begin("");
    assertThat(Objects.requireNonNull(wanted.between(0, 2))).isEmpty();
  }

  private static String names(int thousand, int count) {
    var text = new StringBuilder("streams:\n");
    for (int i = 0; i < count; i++) {
      text.append("  n/").append(thousand).append('-').append(i).append(": {}\n");
    }
    return text.toString();
  }
}
