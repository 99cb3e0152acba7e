package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * An encoder goes away and comes back: killed, stopped, or behind a black hole. Every viewer stays
 * on its connection and goes on, times never run back, sound stays with its picture.
 *
 * <p>A build does some of each. {@code -Daway=full} does ten kills, five stops and five black
 * holes; {@code -Dseed=N} chooses other lengths.
 */
@Needs({"ffmpeg", "chromium", "node"})
class EncoderAwayTest {
  private static final String TOKEN = "encoder-away-token";
  private static final boolean FULL = "full".equals(System.getProperty("away"));

  /** After an encoder was started or woken: its own start, and what a busy machine adds. */
  private static final Duration BACK = Duration.ofSeconds(5);

  /** What {@code reconnectGrace} is by default. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How long the page waits between two tries, at most: 15 s and a fifth. */
  private static final Duration PAGE_TRIES = Duration.ofSeconds(30);

  @RegisterExtension
  static final ServerUnderTest SERVER = new ServerUnderTest().with("SLUICE_ACCESS_TOKEN", TOKEN);

  @RegisterExtension final Children children = new Children();
  @RegisterExtension final FarHost far = new FarHost();
  @TempDir Path folder;

  private final RandomGenerator random = new SplittableRandom(Long.getLong("seed", 1));
  private Children.@Nullable Child encoder;

  @BeforeEach
  void saysWhichSeed() {
    System.out.println("seed " + Long.getLong("seed", 1) + ", -Daway=full: " + FULL);
  }

  @Test
  void viewersStayWhenTheEncoderIsKilledAndStartedAgain() {
    Path clip = clip(0);
    String stream = "live/killed";
    encoder = publish(clip, stream);
    try (Audience audience = new Audience(SERVER, stream, children)) {
      for (int i = 0; i < (FULL ? 10 : 2); i++) {
        long awayNs = System.nanoTime();
        current().kill();
        Duration away = between(1_000, 8_000);
        audience.watchFor(away);
        long fromNs = System.nanoTime();
        encoder = publish(clip, stream);
        audience.awaitReturn("killed for " + away.toMillis() + " ms", awayNs, fromNs, BACK);
      }
      audience.judge(new Continuity(Frames.of(clip)));
    }
  }

  @Test
  void viewersStayWhenTheEncoderIsStoppedAndGoesOnOrIsReplaced() {
    Path clip = clip(1);
    String stream = "live/stopped";
    encoder = publish(clip, stream);
    try (Audience audience = new Audience(SERVER, stream, children)) {
      for (int i = 0; i < (FULL ? 5 : 2); i++) {
        long awayNs = System.nanoTime();
        current().signal("STOP");
        if (i % 2 == 0) {
          goesOn(audience, awayNs);
        } else {
          isReplaced(audience, awayNs, clip, stream);
        }
      }
      audience.judge(new Continuity(Frames.of(clip)));
    }
  }

  private void goesOn(Audience audience, long awayNs) {
    Duration away = between(3_000, 12_000);
    audience.watchFor(away);
    long fromNs = System.nanoTime();
    current().signal("CONT");
    audience.awaitReturn("stopped for " + away.toMillis() + " ms", awayNs, fromNs, BACK);
  }

  private void isReplaced(Audience audience, long awayNs, Path clip, String stream) {
    Children.Child stopped = current();
    Duration away = between(3_000, 8_000);
    audience.watchFor(away);
    long fromNs = System.nanoTime();
    encoder = publish(clip, stream);
    String what = "stopped, and replaced after " + away.toMillis() + " ms";
    audience.awaitReturn(what, awayNs, fromNs, BACK);
    // The first one wakes up and has lost its place for good.
    stopped.signal("CONT");
    assertThat(stopped.waitFor(Await.DEFAULT)).isNotZero();
    assertThat(current().isAlive()).isTrue();
  }

  @Test
  @Needs("netns")
  void viewersStayWhenTheEncoderIsBehindABlackHole() {
    far.connect();
    Path clip = clip(2);
    String stream = "live/black-hole";
    encoder = publishFromAfar(clip, stream);
    try (Audience audience = new Audience(SERVER, stream, children)) {
      for (int i = 0; i < (FULL ? 5 : 2); i++) {
        FarHost.Cut cut = FarHost.Cut.values()[(i + 1) / 2 % 2];
        long awayNs = System.nanoTime();
        far.cut(cut);
        if (i % 2 == 0) {
          connectionRecovers(audience, awayNs, cut);
        } else {
          comesFromElsewhere(audience, awayNs, cut, clip, stream);
        }
      }
      audience.judge(new Continuity(Frames.of(clip)));
    }
  }

  /** TCP tries again in ever longer steps, each as long as all before: up to as long again. */
  private void connectionRecovers(Audience audience, long awayNs, FarHost.Cut cut) {
    Duration away = between(3_000, 8_000);
    audience.watchFor(away);
    long fromNs = System.nanoTime();
    far.mend(cut);
    String what = cut + " for " + away.toMillis() + " ms";
    audience.awaitReturn(what, awayNs, fromNs, away.plus(BACK));
  }

  private void comesFromElsewhere(
      Audience audience, long awayNs, FarHost.Cut cut, Path clip, String stream) {
    Children.Child lost = current();
    Duration away = between(3_000, 8_000);
    audience.watchFor(away);
    long fromNs = System.nanoTime();
    encoder = publish(clip, stream);
    String what = cut + ", and elsewhere after " + away.toMillis() + " ms";
    audience.awaitReturn(what, awayNs, fromNs, BACK);
    lost.kill();
    far.mend(cut);
    current().kill(); // and back to the far host
    audience.watchFor(Duration.ofSeconds(1));
    long againNs = System.nanoTime();
    encoder = publishFromAfar(clip, stream);
    audience.awaitReturn("back from elsewhere", againNs, againNs, BACK);
  }

  @Test
  void viewersEndCleanlyWhenNobodyComesBackAndThePageResumesByItself() {
    Path clip = clip(0);
    String stream = "live/ended";
    encoder = publish(clip, stream);
    try (Audience audience = new Audience(SERVER, stream, children)) {
      current().kill();
      long awayNs = System.nanoTime();
      audience.watchFor(GRACE.minusSeconds(1));
      for (FfmpegWitness ffmpeg : audience.ffmpegs()) {
        assertThat(ffmpeg.waitFor(Duration.ofSeconds(10))).as(ffmpeg.describe()).isZero();
      }
      long endedNs = System.nanoTime() - awayNs;
      assertThat(Duration.ofNanos(endedNs)).isBetween(GRACE, GRACE.plusSeconds(4));
      Await.until("our own client to be told", () -> audience.own().ended());
      assertThat(audience.own().describe()).contains("ended").contains("NetStream.Play.Stop");
      audience.page().awaitPhase("offline", 1, PAGE_TRIES);

      encoder = publish(clip, stream);
      audience.page().awaitPhase("playing", 2, PAGE_TRIES);
      try (RtmpWitness late = new RtmpWitness("newcomer", SERVER.rtmp(stream))) {
        Await.until("a picture for a newcomer", () -> late.lastPicture() != null);
        assertThat(late.packets().getFirst().dtsMs())
            .as("a new incarnation counts from its own beginning")
            .isLessThan((double) PAGE_TRIES.toMillis());
      }
    }
  }

  private Children.Child current() {
    Children.Child running = encoder;
    if (running == null) {
      throw new IllegalStateException("no encoder yet");
    }
    return running;
  }

  private Duration between(int fromMs, int toMs) {
    return Duration.ofMillis(random.nextInt(fromMs, toMs + 1));
  }

  private Path clip(int kind) {
    return Clip.kinds(7).get(kind).make(folder);
  }

  private Children.Child publish(Path clip, String stream) {
    return children.start(encoder(clip, SERVER.rtmp(stream)));
  }

  private Children.Child publishFromAfar(Path clip, String stream) {
    String url = SERVER.rtmp(stream).replace("127.0.0.1", far.nearAddress());
    return children.start(far.command(encoder(clip, url)));
  }

  private static String[] encoder(Path clip, String url) {
    return ("ffmpeg -v warning -re -stream_loop -1 -i "
            + clip
            + " -c copy -flvflags no_duration_filesize -f flv "
            + url
            + "?token="
            + TOKEN)
        .split(" ");
  }
}
