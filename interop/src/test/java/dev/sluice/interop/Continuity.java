package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges what a viewer got of a stream whose encoders sent one clip, again and again, each time
 * from its beginning.
 */
final class Continuity {
  /** Rounding to milliseconds. */
  private static final double TOLERANCE_MS = 1.0;

  /** A step of time against the clip that is more than rounding: a new round, or a new encoder. */
  private static final double STEP_MS = 3.0;

  /**
   * What is shorter is not judged: where ffmpeg begins the clip anew, sound overlaps by a frame,
   * and the server takes a third of a second to be sure of that.
   */
  private static final double LEAST_MS = 1_000;

  private final Map<String, Double> clipDtsMs = new HashMap<>();

  /** Knows the clip; access units whose bytes come twice in it cannot be told apart. */
  Continuity(Frames clip) {
    Map<String, Integer> times = new HashMap<>();
    for (List<Frames.Frame> track : List.of(clip.video(), clip.audio())) {
      for (Frames.Frame frame : track) {
        times.merge(frame.hash(), 1, Integer::sum);
        clipDtsMs.put(frame.hash(), frame.dtsMs());
      }
    }
    times.forEach((hash, count) -> {
      if (count > 1) {
        clipDtsMs.remove(hash);
      }
    });
    assertThat(clipDtsMs.size()).as("access units that are unique").isGreaterThan(300);
  }

  /** A run of one track that keeps its distance in time to the clip. */
  private static final class Stretch {
    final List<Packet> packets = new ArrayList<>();
    final List<Double> shiftsMs = new ArrayList<>();

    double fromMs() {
      return packets.getFirst().dtsMs();
    }

    double toMs() {
      return packets.getLast().dtsMs();
    }

    double overlapMs(Stretch other) {
      return Math.min(toMs(), other.toMs()) - Math.max(fromMs(), other.fromMs());
    }

    double shiftMs() {
      List<Double> sorted = shiftsMs.stream().sorted().toList();
      return sorted.get(sorted.size() / 2);
    }
  }

  /** Arrivals of the sound of a stretch that was found to be in step with the picture. */
  record InStep(long fromNs, long toNs) {}

  /** Checks that the decoding times of both tracks grow with each access unit. */
  static void assertTimesGrow(String who, List<Packet> packets) {
    for (boolean video : Set.of(true, false)) {
      List<Packet> track = track(packets, video);
      for (int i = 1; i < track.size(); i++) {
        assertThat(track.get(i).dtsMs())
            .as("%s: DTS of %s %d", who, video ? "picture" : "sound", i)
            .isGreaterThan(track.get(i - 1).dtsMs());
      }
    }
  }

  /**
   * Checks that sound and picture are as far from one another as in the clip, to 1 ms, wherever
   * both keep their distance to it for a second.
   *
   * @return where that was checked
   */
  List<InStep> assertInStep(String who, List<Packet> packets) {
    List<Stretch> pictures = stretches(track(packets, true));
    List<InStep> checked = new ArrayList<>();
    for (Stretch sound : stretches(track(packets, false))) {
      Stretch picture =
          pictures.stream().max(Comparator.comparingDouble(sound::overlapMs)).orElseThrow();
      if (sound.overlapMs(picture) >= LEAST_MS) {
        assertThat(sound.shiftMs() - picture.shiftMs())
            .as("%s: sound against picture from %.0f ms on", who, sound.fromMs())
            .isBetween(-TOLERANCE_MS, TOLERANCE_MS);
        checked.add(
            new InStep(sound.packets.getFirst().arrivedNs(), sound.packets.getLast().arrivedNs()));
      }
    }
    return checked;
  }

  private List<Stretch> stretches(List<Packet> track) {
    List<Stretch> stretches = new ArrayList<>();
    double lastShiftMs = Double.NaN;
    for (Packet packet : track) {
      Double atMs = clipDtsMs.get(packet.hash());
      if (atMs == null) {
        continue;
      }
      double shiftMs = packet.dtsMs() - atMs;
      if (stretches.isEmpty() || Math.abs(shiftMs - lastShiftMs) > STEP_MS) {
        stretches.add(new Stretch());
      }
      lastShiftMs = shiftMs;
      stretches.getLast().packets.add(packet);
      stretches.getLast().shiftsMs.add(shiftMs);
    }
    return stretches;
  }

  private static List<Packet> track(List<Packet> packets, boolean video) {
    return packets.stream().filter(packet -> packet.video() == video).toList();
  }
}
