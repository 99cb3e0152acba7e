package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes is killed at a moment that it does not know: every change that it has
 * acknowledged is there, whole. {@code -Dkills=200} for long.
 */
@Timeout(600)
class StoreCrashTest {
  private static final int KILLS = Integer.getInteger("kills", 2);

  /** Changes before a kill: at most so many. */
  private static final int MOST = 40;

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    Path file = folder.resolve("store.db");
    RandomGenerator random = new SplittableRandom(Long.getLong("seed", 11));
    long before = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long acknowledged = writeAndKill(file, random.nextInt(1, MOST));
      try (Store store = SqliteStore.open(file)) {
        long last = store.revision();
        assertThat(last).as("after kill %d", kill).isGreaterThanOrEqualTo(acknowledged);
        for (long at = before + 1; at <= last; at++) {
          List<StoreChange> changes = store.changesAt(at);
          assertThat(changes).as("revision %d", at).hasSize(1);
          assertThat(changes.getFirst().after()).isEqualTo(new Content(1, "number " + at));
        }
        for (StoredObject object : store.list("stream")) {
          assertThat(object.content().body()).isEqualTo("number " + object.revision());
        }
        assertThat(store.list("stream")).hasSize((int) Math.min(last, 7));
        before = last;
      }
    }
    assertThat(before).isGreaterThan(KILLS);
  }

  /** Lets a writer acknowledge some changes, and kills it; returns the last one that it said. */
  private long writeAndKill(Path file, int changes) throws Exception {
    Path errors = folder.resolve("errors");
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreWriter.class.getName(),
                file.toString())
            .redirectError(Redirect.to(errors.toFile()))
            .start();
    long last = 0;
    try (var out =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      int heard = 0;
      for (String line; (line = out.readLine()) != null; ) {
        assertThat(line).as("of the writer").startsWith("acknowledged ");
        last = Long.parseLong(line.substring("acknowledged ".length()));
        if (++heard == changes) {
          writer.toHandle().destroyForcibly(); // SIGKILL; what it has said is acknowledged, too
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    writer.waitFor();
    assertThat(last).as("what it said: %s", Files.readString(errors)).isPositive();
    return last;
  }
}
