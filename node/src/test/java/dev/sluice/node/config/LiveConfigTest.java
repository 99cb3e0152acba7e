package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.StreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveConfigTest {
  @TempDir Path folder;
  private final List<String> log = new ArrayList<>();
  private final List<Config> taken = new ArrayList<>();
  private @Nullable IOException cannot;
  private long dateMs = 1_800_000_000_000L;

  private Path file() {
    return folder.resolve("sluice.yaml");
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
    dateMs += 1_000;
    Files.setLastModifiedTime(file(), FileTime.fromMillis(dateMs));
  }

  private LiveConfig begin(String text) throws IOException, ConfigException {
    write(text);
    var live =
        new LiveConfig(
            ConfigSource.load(file(), Map.of("SLUICE_RTMP_PORT", "0")),
            new LiveConfig.Listener() {
              @Override
              public void applied(String by, LiveConfig.Applied change) {
                log.add(by + " changed " + change.changed().size());
              }

              @Override
              public void refused(String by, LiveConfig.Refused refusal) {
                log.add(by + " refused " + refusal.problems().size());
              }
            });
    live.takenBy(next -> {
      if (cannot != null) {
        throw cannot;
      }
      return () -> {
        assertThat(live.now()).isEqualTo(next);
        taken.add(next);
        return List.of(StreamName.parse("live/a"));
      };
    });
    return live;
  }

  private LiveConfig.Applied applied(LiveConfig live) {
    return switch (live.reload("test")) {
      case LiveConfig.Applied applied -> applied;
      case LiveConfig.Refused refused -> throw new AssertionError(refused.problems());
    };
  }

  private List<Problem> refused(LiveConfig live) {
    return switch (live.reload("test")) {
      case LiveConfig.Applied applied -> throw new AssertionError(applied);
      case LiveConfig.Refused refused -> refused.problems();
    };
  }

  private static List<String> keys(List<ConfigChange> changes) {
    return changes.stream()
        .map(it -> it.key() + ": " + it.before() + " -> " + it.after() + ", " + it.layer())
        .toList();
  }

  @Test
  void whatCanChangeChangesAndTheRestWaits() throws Exception {
    LiveConfig live = begin("listed: no\neventLoops: 2\n");
    write("listed: yes\neventLoops: 3\nlimits: {viewersPerStream: 5}\n");
    LiveConfig.Applied change = applied(live);
    assertThat(keys(change.changed()))
        .containsExactly(
            "listed: false -> true, " + file() + ":1:9",
            "limits.viewersPerStream: 50000 -> 5, " + file() + ":3:28");
    assertThat(keys(change.waiting())).containsExactly("eventLoops: 2 -> 3, " + file() + ":2:13");
    assertThat(change.streams()).containsExactly(StreamName.parse("live/a"));
    assertThat(live.now().listed()).isTrue();
    assertThat(live.now().eventLoops()).isEqualTo(2);
    assertThat(live.now().limits().viewersPerStream()).isEqualTo(5);
    assertThat(live.now().rtmp().port()).as("of the environment").isZero();
    assertThat(taken).containsExactly(live.now());
    assertThat(live.state().waiting()).isEqualTo(change.waiting());
    assertThat(live.state().loaded().effective().setting("eventLoops"))
        .isEqualTo(
            new Setting("eventLoops", "2", new Layer.File(file().toString(), 2, 13), When.RESTART));
    assertThat(live.state().generation()).isEqualTo(2);

    write("listed: yes\neventLoops: 2\nlimits: {viewersPerStream: 5}\n");
    assertThat(applied(live).changed()).isEmpty();
    assertThat(live.state().waiting()).as("it was taken back").isEmpty();
    assertThat(log).containsExactly("test changed 2", "test changed 0");
  }

  @Test
  void aFaultRefusesAllOfIt() throws Exception {
    LiveConfig live = begin("listed: no\n");
    Config before = live.now();
    write("listed: yes\nlimits:\n  streams: 0\nlisten: 80\n");
    assertThat(refused(live))
        .extracting(Problem::toString)
        .satisfiesExactly(
            first -> assertThat(first).startsWith(file() + ":3:12: limits.streams: found \"0\""),
            second -> assertThat(second).startsWith(file() + ":4:1: listen: found an unknown key"));
    assertThat(live.now()).isSameAs(before);
    assertThat(live.state().generation()).isEqualTo(1);
    assertThat(taken).isEmpty();
    Files.delete(file());
    assertThat(refused(live)).extracting(Problem::found).containsExactly("no such file");
    assertThat(live.now()).isSameAs(before);
    assertThat(log).containsExactly("test refused 2", "test refused 1");
  }

  @Test
  void whatCannotBeTakenIsRefusedToo() throws Exception {
    LiveConfig live = begin("listed: no\n");
    write("listed: yes\n");
    cannot = new IOException("the file of keys cannot be read");
    assertThat(refused(live))
        .extracting(Problem::toString)
        .containsExactly(
            file() + ": found the file of keys cannot be read; allowed: what can be used");
    assertThat(live.now().listed()).isFalse();
    cannot = null;
    assertThat(applied(live).changed()).hasSize(1);
    assertThat(live.now().listed()).isTrue();
  }

  @Test
  void secretsChangeUnseen() throws Exception {
    LiveConfig live = begin("access: {token: the-first-secret}\n");
    write("access: {token: the-second-secret, users: [bob:his-own-password]}\n");
    LiveConfig.Applied change = applied(live);
    assertThat(change.toString()).doesNotContain("second-secret", "first-secret", "his-own");
    assertThat(change.changed()).extracting(ConfigChange::key).contains("access.token");
    assertThat(Objects.requireNonNull(live.now().access().token()).value())
        .isEqualTo("the-second-secret");
  }

  @Test
  void aFileIsReadOnceItHasBeenTheSameForTwoLooks() throws Exception {
    LiveConfig live = begin("listed: no\n");
    for (int look = 0; look < 3; look++) {
      live.look();
    }
    assertThat(log).as("it is what was read").isEmpty();
    write("listed: y");
    live.look();
    write("listed: yes\n");
    live.look();
    assertThat(log).isEmpty();
    live.look();
    assertThat(log).containsExactly("file changed 1");
    live.look();
    live.look();
    write("listed: yes\n"); // its date alone is new
    live.look();
    live.look();
    assertThat(log).hasSize(1);
    write("listed: perhaps\n");
    for (int look = 0; look < 5; look++) {
      live.look();
    }
    assertThat(log).as("told once").containsExactly("file changed 1", "file refused 1");
    Files.delete(file()); // as by an editor that is about to write it
    live.look();
    live.look();
    write("listed: no\n");
    live.look();
    live.look();
    assertThat(log).endsWith("file refused 1", "file changed 1");
    assertThat(live.now().listed()).isFalse();
  }

  @Test
  void anotherFileInItsPlaceIsFoundThoughAllLooksTheSame() throws Exception {
    LiveConfig live = begin("listed: no \n");
    live.look();
    live.look();
    Path other = Files.writeString(folder.resolve("other"), "listed: yes\n");
    Files.setLastModifiedTime(other, FileTime.fromMillis(dateMs));
    Files.move(other, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    live.look();
    live.look();
    assertThat(live.now().listed()).isTrue();
  }

  @Test
  void aStreamHasWhatTheMostSpecificEntrySaysAndItsPatternsAndTheDefaults() throws Exception {
    LiveConfig live =
        begin(
            """
            defaults: {latency: 50ms}
            streams:
              live/a: {join: live}
              live/**: {latency: 0, atc: on, backup: pause.flv, onDemand: on}
              live/a*:
                latency: 10ms
                sources: [{input: publish, key: a-key-of-its-own}, "test:"]
              a.example!**: {latency: 20ms}
            """);
    Config config = live.now();
    assertThat(millis(config, "other/a")).isEqualTo(50);
    assertThat(millis(config, "live/b/c")).isZero();
    assertThat(millis(config, "live/abc")).isEqualTo(10);
    assertThat(millis(config, "live/a")).isEqualTo(10);
    assertThat(millis(config, "a.example!live/a")).isEqualTo(20);
    StreamSettings named = config.forStream(StreamName.parse("live/a"));
    assertThat(named.join()).isEqualTo(StreamSettings.Join.LIVE);
    assertThat(named.atc()).isTrue();
    assertThat(named.backup()).isEqualTo(Path.of("pause.flv"));
    assertThat(named.sources()).hasSize(2);
    assertThat(config.forStream(StreamName.parse("a.example!live/a")).atc()).isFalse();
    EffectiveConfig effective = live.state().loaded().effective();
    assertThat(layer(effective, "streams.live/a.join")).endsWith(":3:18");
    assertThat(layer(effective, "streams.live/a.latency")).endsWith(":6:14");
    assertThat(layer(effective, "streams.live/a.atc")).endsWith(":4:30");
    assertThat(layer(effective, "streams.live/a.sources[0].key")).endsWith(":7:37");
    assertThat(layer(effective, "streams.live/a.gopCache")).isEqualTo("default");
    assertThat(effective.setting("streams.live/a.sources[0].key"))
        .extracting(Setting::value)
        .isEqualTo("(hidden)");
  }

  private static long millis(Config config, String name) {
    return config.forStream(StreamName.parse(name)).latency().toMillis();
  }

  private static String layer(EffectiveConfig effective, String key) {
    return Objects.requireNonNull(effective.setting(key), key).layer().toString();
  }

  @Test
  void whatTheServerStartsForAPatternIsOnDemand() throws Exception {
    LiveConfig live = begin("");
    write("streams:\n  live/*:\n    sources: [\"test:\"]\n");
    assertThat(refused(live)).extracting(Problem::key).containsExactly("streams.live/*.onDemand");
    write("streams:\n  live/*:\n    sources: [\"test:\"]\n    onDemand: yes\n");
    assertThat(applied(live).changed()).isNotEmpty();
  }

  @Test
  void aTableHasABoundOfPatterns() throws Exception {
    LiveConfig live = begin("");
    var text = new StringBuilder("streams:\n");
    for (int i = 0; i < StreamTable.MAX_PATTERNS; i++) {
      text.append("  live/").append(i).append("-*:\n");
    }
    write(text + "  live/name:\n");
    assertThat(applied(live).changed()).isNotEmpty();
    write(text + "  live/more-*:\n");
    assertThat(refused(live)).extracting(Problem::found).containsExactly("257 patterns");
  }
}
