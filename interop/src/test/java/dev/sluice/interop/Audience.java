package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Everybody who watches one stream while its encoders come and go: ffmpeg over RTMP and over
 * HTTP-FLV, our own RTMP client, and the player page in Chromium.
 */
final class Audience implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  /** How much media everybody has to get, and how long, before the next thing happens. */
  private static final Duration STEADY = Duration.ofSeconds(3);

  /** A pause that the page has to notice: its own buffer hides shorter ones. */
  private static final Duration NOTICED = Duration.ofSeconds(4);

  /** For the page's picture to move, after the last viewer of bytes had its first: decoding. */
  private static final Duration PAGE = Duration.ofSeconds(10);

  private final ServerUnderTest server;
  private final String stream;
  private final RtmpWitness own;
  private final FfmpegWitness ffmpegRtmp;
  private final FfmpegWitness ffmpegFlv;
  private final List<Witness> witnesses;
  private final PlayedPage page;
  private final List<Return> returns = new ArrayList<>();

  /**
   * A return of the picture.
   *
   * @param what happened before it
   * @param fromNs when it could come at the earliest
   * @param slowestMs how long after that the last viewer had a picture
   */
  record Return(String what, long fromNs, long slowestMs) {
    @Override
    public String toString() {
      return "%s: a picture after %d ms at the latest".formatted(what, slowestMs);
    }
  }

  /** Comes to {@code stream}; returns when everybody sees it move. */
  Audience(ServerUnderTest server, String stream, Children children) {
    this.server = server;
    this.stream = stream;
    own = new RtmpWitness("own RTMP", server.rtmp(stream));
    ffmpegRtmp = new FfmpegWitness("ffmpeg RTMP", children, server.rtmp(stream));
    ffmpegFlv = new FfmpegWitness("ffmpeg HTTP-FLV", children, server.http("/" + stream + ".flv"));
    witnesses = List.of(own, ffmpegRtmp, ffmpegFlv);
    page = new PlayedPage(children, server.http("/player/" + stream));
    for (Witness witness : witnesses) {
      until("the first picture of " + witness, START, () -> witness.lastPicture() != null);
    }
    page.awaitPlaying();
  }

  /** Lets {@code time} pass, which is what the test is about; nobody may leave meanwhile. */
  void watchFor(Duration time) {
    long sinceNs = System.nanoTime();
    until(
        time + " to pass",
        time.plus(START),
        () -> {
          assertAllThere();
          return System.nanoTime() - sinceNs >= time.toNanos();
        });
  }

  /**
   * Checks that the picture was away and waits until everybody has it again.
   *
   * @param what happened
   * @param awayNs since when nothing can have been sent
   * @param fromNs from when on something could be sent again
   * @param bound within which after that everybody has to have a picture
   */
  void awaitReturn(String what, long awayNs, long fromNs, Duration bound) {
    boolean noticed = fromNs - awayNs >= NOTICED.toNanos();
    assertThat(page.stands() || !noticed).as("%s: the page saw the pause", what).isTrue();
    for (Witness witness : witnesses) {
      long underWayNs = (fromNs - awayNs) / 2; // what was sent before has come by then
      assertThat(pictureBetween(witness, awayNs + underWayNs, fromNs))
          .as("%s: a picture that %s got while there was no encoder", what, witness)
          .isNull();
    }
    long slowestNs = fromNs;
    for (Witness witness : witnesses) {
      until(
          what + ": a picture for " + witness,
          bound.plus(START),
          () -> {
            assertAllThere();
            return witness.firstPictureFrom(fromNs) != null;
          });
      Packet first = Objects.requireNonNull(witness.firstPictureFrom(fromNs));
      slowestNs = Math.max(slowestNs, first.arrivedNs());
    }
    Return seen = new Return(what, fromNs, (slowestNs - fromNs) / 1_000_000);
    returns.add(seen);
    System.out.println(seen);
    assertThat(seen.slowestMs).as("%s", seen).isLessThanOrEqualTo(bound.toMillis());
    until(what + ": the page's picture moving", PAGE, () -> !page.stands());
    for (Witness witness : witnesses) {
      Packet first = Objects.requireNonNull(witness.firstPictureFrom(fromNs));
      until(
          what + ": some seconds more for " + witness,
          STEADY.plus(START),
          () -> Objects.requireNonNull(witness.lastPicture()).isAfter(first, STEADY));
    }
    assertAllThere();
  }

  private static @Nullable Packet pictureBetween(Witness witness, long fromNs, long toNs) {
    Packet found = witness.firstPictureFrom(fromNs);
    return found != null && found.arrivedNs() - toNs < 0 ? found : null;
  }

  private void assertAllThere() {
    for (Witness witness : witnesses) {
      assertThat(witness.ended()).as(witness.describe()).isFalse();
    }
    assertThat(page.ended()).as(page.describe()).isFalse();
  }

  private void until(String what, Duration bound, java.util.concurrent.Callable<Boolean> holds) {
    try {
      Await.until(what, bound, holds);
    } catch (RuntimeException late) {
      StringBuilder all = new StringBuilder(what).append(" did not come about");
      witnesses.forEach(witness -> all.append('\n').append(witness.describe()));
      all.append('\n').append(page.describe()).append("\nserver:\n").append(server.log());
      throw new AssertionError(all.toString(), late);
    }
  }

  /** Sends everybody home and judges what they got. */
  void judge(Continuity judge) {
    assertAllThere();
    assertThat(connections("event=play ")).as("viewers that came\n%s", server.log()).isEqualTo(4);
    assertThat(connections("event=stop ")).as("viewers that went\n%s", server.log()).isZero();
    assertThat(own.headers()).as("sequence headers: nothing was configured anew").isEqualTo(2);
    JsonNode verdict = page.verdict();
    assertThat(verdict.path("ok").asBoolean()).as("%s", verdict).isTrue();
    assertThat(page.phases("offline")).as("times the page was offline; %s", verdict).isZero();
    assertThat(page.phases("connecting")).as("times the page connected; %s", verdict).isOne();
    for (Witness witness : witnesses) {
      List<Packet> packets = witness.packets();
      Continuity.assertTimesGrow(witness.toString(), packets);
      assertThat(witness.complaints()).as("%s", witness).doesNotContainIgnoringCase("monoton");
      List<Continuity.InStep> checked = judge.assertInStep(witness.toString(), packets);
      for (Return seen : returns) {
        assertThat(checked)
            .as("%s: %s, and sound in step with the picture afterwards", witness, seen)
            .anyMatch(step -> step.toNs() - seen.fromNs > 1_000_000_000);
      }
    }
  }

  /** Lines of the server's log about viewers of the stream. */
  private long connections(String event) {
    return server
        .log()
        .lines()
        .filter(line -> line.contains(event) && line.contains("stream=" + stream + " "))
        .count();
  }

  /** Our own client over RTMP. */
  RtmpWitness own() {
    return own;
  }

  /** The two ffmpegs. */
  List<FfmpegWitness> ffmpegs() {
    return List.of(ffmpegRtmp, ffmpegFlv);
  }

  /** The player page. */
  PlayedPage page() {
    return page;
  }

  @Override
  public void close() {
    page.close();
    witnesses.forEach(Witness::close);
  }
}
