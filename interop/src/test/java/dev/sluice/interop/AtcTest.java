package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two servers that know nothing of one another, and one encoder whose time stamps are UTC. */
@Needs("ffmpeg")
class AtcTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @RegisterExtension static final ServerUnderTest ONE = origin();
  @RegisterExtension static final ServerUnderTest OTHER = origin();

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  private static ServerUnderTest origin() {
    return new ServerUnderTest()
        .with("SLUICE_DEFAULTS_TIME", "source")
        .with("SLUICE_DEFAULTS_RECONNECT_GRACE", "2s");
  }

  @Test
  void theyHaveTheSameSegmentsWhoeverStartsAnew() throws IOException, InterruptedException {
    Path clip = new Clip("atc", "25", 48_000, 2, 20).make(folder);
    children.start(encoder(clip));
    ONE.awaitLive("live/atc");
    OTHER.awaitLive("live/atc");
    var one = new HlsRecord(ONE, "live/atc", false);
    var other = new HlsRecord(OTHER, "live/atc", false);
    int first = until("segments at both", 10, one, other);
    OTHER.restart();
    int second = until("segments after a restart", first + 10, one, other);
    ONE.restart();
    until("segments after another", second + 10, one, other);
    children.close();
  }

  /** One after the other, with the millisecond of the beginning, in the 31 bits that FLV has. */
  private String[] encoder(Path clip) {
    long nowMs = Instant.now().toEpochMilli() & 0x7FFFFFFFL;
    String fifo =
        "[f=fifo:fifo_format=flv:attempt_recovery=1:recover_any_error=1:recovery_wait_time=0.5"
            + ":max_recovery_attempts=1000:drop_pkts_on_overflow=1:restart_with_keyframe=1]";
    return new String[] {
      "ffmpeg",
      "-v",
      "error",
      "-re",
      "-stream_loop",
      "-1",
      "-i",
      clip.toString(),
      "-c",
      "copy",
      "-map",
      "0:v",
      "-map",
      "0:a",
      "-output_ts_offset",
      "%d.%03d".formatted(nowMs / 1_000, nowMs % 1_000),
      "-f",
      "tee",
      fifo + ONE.publish("live/atc") + "|" + fifo + OTHER.publish("live/atc")
    };
  }

  private static int until(String what, int count, HlsRecord one, HlsRecord other) {
    int[] common = new int[1];
    Await.until(
        what,
        BOUND,
        () -> {
          one.look("v0", "a1");
          other.look("v0", "a1");
          common[0] = other.assertSame(one);
          return common[0] >= count;
        });
    assertThat(common[0]).isPositive();
    return common[0];
  }
}
