package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two servers with a link, of which either is started anew at any moment: segments, headers and
 * playlist entries are the same, whatever the cadence. {@code -Drestarts=20 -Dseed=N} for more.
 */
@Needs("ffmpeg")
class LinkRestartTest {
  private static final String KEY = "0123456789abcdefghijklmnop";
  private static final int RESTARTS = Integer.getInteger("restarts", 2);
  private static final long SEED = Long.getLong("seed", 1);
  private static final Duration BOUND = Duration.ofSeconds(60);

  /** Long GOPs take long. */
  private static final List<Cadence> CADENCES =
      RESTARTS > 2
          ? List.of(Cadence.values())
          : List.of(Cadence.ALIGNED, Cadence.NTSC, Cadence.SCENES);

  /** Up to so long after all went on the next one is started anew: more than a long segment. */
  private static final int MOST_MS = RESTARTS > 2 ? 10_000 : 1_000;

  @RegisterExtension
  static final ServerUnderTest SOURCE = new ServerUnderTest().with("SLUICE_CLUSTER_KEY", KEY);

  @RegisterExtension
  static final ServerUnderTest EDGE = new ServerUnderTest().following(KEY, SOURCE::httpPort);

  @RegisterExtension final Children children = new Children();

  private final RandomGenerator random = new SplittableRandom(SEED);
  private final Map<Cadence, Children.Child> encoders = new EnumMap<>(Cadence.class);

  @Test
  void bothHaveTheSameSegmentsWhoeverStartsAnew() throws IOException, InterruptedException {
    System.out.println("seed " + SEED + ", restarts " + RESTARTS);
    publish();
    var twins = new Twins(CADENCES, SOURCE, EDGE, true);
    twins.awaitNew("the first segments at both", BOUND);
    for (int i = 0; i < RESTARTS; i++) {
      twins.lookFor(Duration.ofMillis(random.nextInt(MOST_MS)));
      boolean edge = RESTARTS > 2 ? random.nextBoolean() : i % 2 == 0;
      twins.mark();
      if (edge) {
        assertThat(EDGE.log()).doesNotContain("segment-replaced"); // what it has said goes with it
        EDGE.restart();
      } else {
        SOURCE.restart();
        publish();
      }
      twins.awaitNew(
          "segments after restart %d, of the %s".formatted(i, edge ? "edge" : "source"), BOUND);
      System.out.println("restart " + i + " of the " + (edge ? "edge" : "source"));
    }
    System.out.print(twins.sum());
    assertThat(EDGE.log()).doesNotContain("segment-replaced");
    encoders.values().forEach(Children.Child::kill);
  }

  private void publish() {
    for (Cadence each : CADENCES) {
      Children.Child before = encoders.remove(each);
      if (before != null) {
        before.kill();
      }
      List<String> command = each.encoder();
      command.addAll(List.of("-f", "flv", SOURCE.publish(each.stream())));
      encoders.put(each, children.start(Map.of(), command));
    }
    for (Cadence each : CADENCES) {
      SOURCE.awaitLive(each.stream());
    }
  }
}
