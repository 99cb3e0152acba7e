package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.SimulatedEncoder.Sent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps what an encoder sends and holds what comes out against the truth. */
final class TimelineWatch {
  /** A/V offset error that is allowed, with the rounding to ticks and samples. */
  static final double OFFSET_MS = 1.05;

  /** Of how many pictures the error is remembered, for sound that comes later. */
  private static final int REMEMBERED = 64;

  final Timeline timeline;
  final List<String> told = new ArrayList<>();
  private final long[] lastMs = {Long.MIN_VALUE, Long.MIN_VALUE};
  private final long[] lastDts = {Long.MIN_VALUE, Long.MIN_VALUE};
  private final double[] pictureTrueMs = new double[REMEMBERED];
  private final double[] pictureErrorMs = new double[REMEMBERED];
  private int pictures;
  private boolean anchored;

  /** Audio frames that were not exactly one frame after the one before them. */
  int uneven;

  long frames;

  /** The worst of what {@link #take} has seen since {@link #forget}. */
  double worstOffsetMs;

  double leastUtcErrorMs;
  double mostUtcErrorMs;

  @Nullable AccessUnit last;

  TimelineWatch(Timeline timeline) {
    this.timeline = timeline;
    forget();
  }

  /** What was seen up to here was allowed to be worse. */
  void forget() {
    worstOffsetMs = 0;
    leastUtcErrorMs = Double.MAX_VALUE;
    mostUtcErrorMs = -Double.MAX_VALUE;
    pictures = 0;
  }

  double worstUtcErrorMs() {
    return Math.max(Math.abs(leastUtcErrorMs), Math.abs(mostUtcErrorMs));
  }

  AccessUnit take(Sent sent) {
    if (!anchored) {
      timeline.anchor(List.of(sent.unit()), sent.arrivalNs());
      anchored = true;
    }
    AccessUnit placed = timeline.map(sent.unit(), sent.arrivalNs());
    for (Repair repair : timeline.repairs()) {
      told.add(repair.toString());
    }
    Track track = placed.track();
    long ms = track.timescale().convertRounded(placed.dts(), Timescale.MILLIS);
    if (lastMs[track.id()] >= ms) {
      assertThat(ms).as("DTS of %s in ms", track.label()).isGreaterThan(lastMs[track.id()]);
    }
    lastMs[track.id()] = ms;
    double atMs =
        placed.dts() * 1_000.0 / track.timescale().ticksPerSecond() - SimulatedEncoder.EPOCH_MS;
    double errorMs = atMs - sent.trueMs();
    double utcErrorMs = atMs - sent.utcMs() - SimulatedEncoder.NETWORK_MS;
    leastUtcErrorMs = Math.min(leastUtcErrorMs, utcErrorMs);
    mostUtcErrorMs = Math.max(mostUtcErrorMs, utcErrorMs);
    if (track.kind() == Track.Kind.VIDEO) {
      pictureTrueMs[pictures % REMEMBERED] = sent.trueMs();
      pictureErrorMs[pictures % REMEMBERED] = errorMs;
      pictures++;
    } else {
      sound(placed, sent.trueMs(), errorMs);
    }
    last = placed;
    return placed;
  }

  private void sound(AccessUnit placed, double trueMs, double errorMs) {
    frames++;
    long before = lastDts[placed.track().id()];
    lastDts[placed.track().id()] = placed.dts();
    if (before != Long.MIN_VALUE && placed.dts() - before != frameSamples(placed)) {
      uneven++;
    }
    for (int i = pictures - 1; i >= Math.max(0, pictures - REMEMBERED); i--) {
      if (pictureTrueMs[i % REMEMBERED] <= trueMs + 1e-6) {
        double offsetMs = Math.abs(errorMs - pictureErrorMs[i % REMEMBERED]);
        worstOffsetMs = Math.max(worstOffsetMs, offsetMs);
        return;
      }
    }
  }

  private static int frameSamples(AccessUnit placed) {
    return placed.track().codec() == Codec.AAC ? 1_024 : placed.sizeBytes();
  }

  /** Nothing worse than allowed was seen. */
  void assertTogether() {
    assertThat(worstOffsetMs).as("sound against picture, ms").isLessThanOrEqualTo(OFFSET_MS);
  }
}
