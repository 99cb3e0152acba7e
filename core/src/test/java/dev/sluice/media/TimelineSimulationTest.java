package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole encoders on virtual time: B-frames, sound, millisecond stamps, wraps, interleaving. */
class TimelineSimulationTest {
  private static final long EPOCH_MS = 1_800_000_000_000L;

  /**
   * An encoder that stamps milliseconds.
   *
   * @param frameNumerator with {@code frameDenominator}: frames a second
   * @param floors whether it rounds down, else to the nearest
   * @param soundLagMs how much later than its picture a sound is sent
   * @param firstMs its first time stamp
   * @param wrap where its time stamps start again at 0
   */
  private record Encoder(
      int frameNumerator,
      int frameDenominator,
      int sampleRate,
      boolean floors,
      double soundLagMs,
      long firstMs,
      long wrap) {

    static Encoder random(RandomGenerator random, long wrap, long beforeWrapMs) {
      boolean ntsc = random.nextBoolean();
      return new Encoder(
          ntsc ? 30_000 : 25,
          ntsc ? 1_001 : 1,
          random.nextBoolean() ? 44_100 : 48_000,
          random.nextBoolean(),
          random.nextDouble(0, 200),
          wrap - beforeWrapMs - random.nextInt(1_000),
          wrap);
    }

    Track sound() {
      return new Track(
          1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(sampleRate), Bytes.EMPTY);
    }

    double pictureMs(long number) {
      return number * 1_000.0 * frameDenominator / frameNumerator;
    }

    double soundMs(long number) {
      return number * 1_024_000.0 / sampleRate;
    }

    long stamp(double ms) {
      double exact = firstMs + ms;
      return (long) (floors ? Math.floor(exact) : Math.rint(exact)) % wrap;
    }

    /** I b B b P: composition offsets in frames, in decoding order. */
    static int reordering(long number) {
      return switch ((int) (number % 4)) {
        case 0 -> 3;
        case 1 -> 2;
        case 2 -> 0;
        default -> 1;
      };
    }
  }

  private static final Track PICTURE =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.EMPTY);

  @ParameterizedTest(name = "{1} minutes near 2^{0} ms")
  @CsvSource({"24, 90", "31, 240", "32, 240", "40, 60"})
  void nothingIsLostThroughHoursAndWraps(int bits, int minutes) {
    Seeds.run(
        4,
        random -> {
          long wrap = 1L << bits;
          SourceClock clock =
              bits == 24 && random.nextBoolean()
                  ? new SourceClock(Timescale.MILLIS, 24)
                  : bits == 40 ? new SourceClock(Timescale.MILLIS, 63) : SourceClock.RTMP;
          long beforeWrapMs = minutes * (bits == 40 ? 120_000L : 30_000L); // 40: it never comes
          run(clock, Encoder.random(random, wrap, beforeWrapMs), minutes, random);
        });
  }

  private static void run(SourceClock clock, Encoder encoder, int minutes, RandomGenerator random) {
    Track sound = encoder.sound();
    Timeline timeline = new Timeline(clock, Long.MIN_VALUE);
    long endMs = minutes * 60_000L;
    long pictures = 0;
    long sounds = 0;
    long firstSound = 0;
    double picture90k = 0;
    while (encoder.pictureMs(pictures) < endMs) {
      double nextPictureMs = encoder.pictureMs(pictures);
      double nextSoundMs = encoder.soundMs(sounds);
      if (pictures > 0 && nextSoundMs + encoder.soundLagMs() < nextPictureMs) {
        SourceUnit unit = unit(sound, encoder.stamp(nextSoundMs), 0);
        AccessUnit placed = timeline.map(unit, arrival(nextSoundMs + 200, random));
        firstSound = sounds == 0 ? placed.dts() : firstSound;
        assertThat(placed.dts()).isEqualTo(firstSound + sounds * 1_024);
        double offMs = placed.dts() * 1_000.0 / encoder.sampleRate() - nextSoundMs - picture90k;
        assertThat(Math.abs(offMs)).as("sound against picture, ms").isLessThanOrEqualTo(1.01);
        sounds++;
      } else {
        int offset =
            (int)
                (encoder.stamp(nextPictureMs + 100) // one of many frames: rounded like DTS
                    - encoder.stamp(nextPictureMs));
        offset = Encoder.reordering(pictures) * Math.floorMod(offset, 1_000);
        SourceUnit unit = unit(PICTURE, encoder.stamp(nextPictureMs), offset);
        if (pictures == 0) {
          timeline.anchor(List.of(unit), arrival(0, random));
        }
        AccessUnit placed = timeline.map(unit, arrival(nextPictureMs + 50, random));
        if (pictures == 0) {
          // the picture's exact time, as the stamp's fraction of a millisecond is not sent
          picture90k = placed.dts() / 90.0 - (encoder.stamp(0) - encoder.firstMs());
        }
        double offMs = placed.dts() / 90.0 - nextPictureMs - picture90k;
        assertThat(Math.abs(offMs)).isLessThanOrEqualTo(1.01);
        assertThat(placed.pts() - placed.dts()).isEqualTo(offset * 90L);
        pictures++;
      }
      assertThat(timeline.repairs()).isEmpty();
    }
    assertThat(sounds).isGreaterThan(minutes * 60L * 40);
  }

  /**
   * One source after another on one stream: each begins in the middle of whatever, at once or after
   * a pause, ahead of its sound or behind it.
   */
  @Test
  void sourcesFollowOneAnotherWithoutRunningBack() {
    Seeds.run(
        150,
        random -> {
          long[] last = {Long.MIN_VALUE, Long.MIN_VALUE};
          long end90k = Long.MIN_VALUE;
          double nowMs = 0;
          for (int round = 0; round < 6; round++) {
            Encoder encoder = Encoder.random(random, 1L << 32, 1L << random.nextInt(20, 32));
            encoder =
                new Encoder(
                    encoder.frameNumerator,
                    encoder.frameDenominator,
                    48_000,
                    encoder.floors,
                    encoder.soundLagMs,
                    encoder.firstMs,
                    encoder.wrap);
            Timeline timeline = new Timeline(SourceClock.RTMP, end90k);
            double skewMs = random.nextDouble(-300, 300); // sound against picture
            long pictures = 0;
            long sounds = 0;
            double lengthMs = random.nextDouble(100, 3_000);
            double leadMs = random.nextInt(3) == 0 ? 2_500 : 0; // it comes faster than it plays
            double beganMs = nowMs;
            while (encoder.pictureMs(pictures) < lengthMs) {
              boolean picture =
                  pictures == 0
                      || encoder.pictureMs(pictures)
                          < encoder.soundMs(sounds) + encoder.soundLagMs();
              double ms = picture ? encoder.pictureMs(pictures) : encoder.soundMs(sounds) + skewMs;
              Track track = picture ? PICTURE : encoder.sound();
              SourceUnit unit = unit(track, Math.floorMod(encoder.stamp(ms), encoder.wrap), 0);
              nowMs = Math.max(nowMs, beganMs + ms - leadMs);
              long arrivalNs = arrival(nowMs, random);
              if (pictures == 0) {
                assertThat(timeline.anchor(List.of(unit), arrivalNs))
                    .isGreaterThanOrEqualTo(end90k);
              }
              AccessUnit placed = timeline.map(unit, arrivalNs);
              assertThat(placed.dts())
                  .as("round %d, %s", round, track.label())
                  .isGreaterThan(last[track.id()]);
              assertThat(timeline.count(Timeline.Kind.ORDER)).isZero();
              last[track.id()] = placed.dts();
              if (picture) {
                pictures++;
              } else {
                sounds++;
              }
            }
            end90k = Math.max(end90k, timeline.end90k());
            nowMs += random.nextInt(3) == 0 ? random.nextInt(20_000) : 0;
          }
        });
  }

  /** A source that stamps sound by its wall clock, 15 ms to and fro, on a clock 200 ppm off. */
  @Test
  void jitterDoesNotLeaveAndDriftIsFollowed() {
    Seeds.run(
        20,
        random -> {
          Track sound =
              new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.EMPTY);
          Timeline timeline = new Timeline(SourceClock.RTMP, Long.MIN_VALUE);
          double rate = random.nextBoolean() ? 1.0002 : 0.9998;
          long last = 0;
          long first = 0;
          int steps = 0;
          for (int frame = 0; frame < 30 * 60 * 47; frame++) {
            double exactMs = frame * rate * 1_024 / 48;
            double jitterMs = frame == 0 ? 0 : random.nextDouble(-15, 15);
            SourceUnit unit = unit(sound, (long) (100_000 + exactMs + jitterMs), 0);
            if (frame == 0) {
              timeline.anchor(List.of(unit), arrival(0, random));
            }
            AccessUnit placed = timeline.map(unit, arrival(exactMs, random));
            if (frame == 0) {
              first = placed.dts();
            } else if (placed.dts() - last != 1_024) {
              steps++;
              assertThat(placed.dts() - last).isBetween(300L, 1_750L);
            }
            last = placed.dts();
            assertThat(Math.abs((last - first) / 48.0 - exactMs)).isLessThan(25);
          }
          assertThat(steps).isBetween(1, 400); // 360 ms of drift in half an hour
          assertThat(timeline.count(Timeline.Kind.DRIFT)).isEqualTo(steps);
        });
  }

  private static long arrival(double ms, RandomGenerator random) {
    return (long) ((EPOCH_MS + ms + random.nextDouble(0, 40)) * 1_000_000);
  }

  private static SourceUnit unit(Track track, long stamp, int offset) {
    return new SourceUnit(track, stamp, offset, true, Unpooled.EMPTY_BUFFER);
  }
}
