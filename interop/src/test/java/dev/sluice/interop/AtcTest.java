package dev.sluice.interop;

import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two servers that know nothing of one another, and encoders whose time stamps are UTC: where the
 * period is a whole number of GOPs, or a GOP is longer, both have the same segments, whoever is
 * started anew. {@code -Drestarts=20 -Dseed=N} for more.
 */
@Needs("ffmpeg")
class AtcTest {
  private static final int RESTARTS = Integer.getInteger("restarts", 2);
  private static final long SEED = Long.getLong("seed", 1);
  private static final Duration BOUND = Duration.ofSeconds(90);

  /**
   * Where key frames come as they like, numbers are only to be had from whoever knows them. Long
   * GOPs take long.
   */
  private static final List<Cadence> CADENCES =
      RESTARTS > 2
          ? List.of(Cadence.ALIGNED, Cadence.NTSC, Cadence.OBS)
          : List.of(Cadence.ALIGNED, Cadence.NTSC);

  /** Up to so long after all went on the next one is started anew: more than a long segment. */
  private static final int MOST_MS = RESTARTS > 2 ? 10_000 : 1_000;

  @RegisterExtension static final ServerUnderTest ONE = origin();
  @RegisterExtension static final ServerUnderTest OTHER = origin();

  @RegisterExtension final Children children = new Children();

  private final RandomGenerator random = new SplittableRandom(SEED);

  private static ServerUnderTest origin() {
    return new ServerUnderTest()
        .with("SLUICE_DEFAULTS_TIME", "source")
        .withConfig(() ->
            """
            streams:
              live/ntsc:
                segmentPeriod: 2002ms
            """);
  }

  @Test
  void theyHaveTheSameSegmentsWhoeverStartsAnew() throws IOException, InterruptedException {
    System.out.println("seed " + SEED + ", restarts " + RESTARTS);
    for (Cadence each : CADENCES) {
      children.start(Map.of(), encoder(each));
    }
    for (Cadence each : CADENCES) {
      ONE.awaitLive(each.stream());
      OTHER.awaitLive(each.stream());
    }
    var twins = new Twins(CADENCES, ONE, OTHER, false);
    twins.awaitNew("the first segments at both", BOUND);
    for (int i = 0; i < RESTARTS; i++) {
      twins.lookFor(Duration.ofMillis(random.nextInt(MOST_MS)));
      boolean one = RESTARTS > 2 ? random.nextBoolean() : i % 2 == 0;
      twins.mark();
      (one ? ONE : OTHER).restart();
      String which = one ? "the one" : "the other";
      twins.awaitNew("segments after restart " + i + " of " + which, BOUND);
      System.out.println("restart " + i + " of " + which);
    }
    System.out.print(twins.sum());
    children.close();
  }

  /** One encoder for both, which counts from the millisecond of its beginning, in 31 bits. */
  private static List<String> encoder(Cadence cadence) {
    long nowMs = Instant.now().toEpochMilli() & 0x7FFFFFFFL;
    String fifo =
        "[f=fifo:fifo_format=flv:attempt_recovery=1:recover_any_error=1:recovery_wait_time=0.5"
            + ":max_recovery_attempts=1000:drop_pkts_on_overflow=1:restart_with_keyframe=1]";
    List<String> command = cadence.encoder();
    command.addAll(List.of("-flags", "+global_header"));
    command.addAll(List.of("-output_ts_offset", "%d.%03d".formatted(nowMs / 1_000, nowMs % 1_000)));
    command.addAll(List.of("-f", "tee"));
    command.add(
        fifo + ONE.publish(cadence.stream()) + "|" + fifo + OTHER.publish(cadence.stream()));
    return command;
  }
}
