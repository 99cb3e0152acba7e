package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The judge has to be able to say no. */
class ContinuityTest {
  private static final int FRAMES = 160;
  private static final double FRAME_MS = 40;

  private final Continuity judge = new Continuity(new Frames(clip("v"), clip("a")));

  private static List<Frames.Frame> clip(String prefix) {
    return IntStream.range(0, FRAMES)
        .mapToObj(i -> new Frames.Frame(i * FRAME_MS, i * FRAME_MS, prefix + i))
        .toList();
  }

  /** The first {@code count} frames of the clip, sent at {@code startMs}. */
  private static List<Packet> sent(double startMs, double audioShiftMs, int count) {
    List<Packet> packets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double atMs = startMs + i * FRAME_MS;
      packets.add(new Packet(true, atMs, atMs, "v" + i, (long) (atMs * 1e6)));
      double soundMs = atMs + audioShiftMs;
      packets.add(new Packet(false, soundMs, soundMs, "a" + i, (long) (atMs * 1e6)));
    }
    return packets;
  }

  private static List<Packet> both(List<Packet> one, List<Packet> other) {
    List<Packet> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  @Test
  void twoLivesInStepArePraised() {
    List<Packet> seen = both(sent(100, 0, 100), sent(9_000, 1, 60));
    Continuity.assertTimesGrow("viewer", seen);
    assertThat(judge.assertInStep("viewer", seen)).hasSize(2);
  }

  @Test
  void aLifeTooShortToBeSureOfIsNotCounted() {
    assertThat(judge.assertInStep("viewer", both(sent(100, 0, 100), sent(9_000, 30, 20))))
        .hasSize(1);
  }

  @Test
  void soundOutOfStepAfterAReturnIsFound() {
    List<Packet> seen = both(sent(100, 0, 100), sent(9_000, 2, 60));
    assertThatThrownBy(() -> judge.assertInStep("viewer", seen)).isInstanceOf(AssertionError.class);
  }

  @Test
  void aTimeThatStandsIsFound() {
    List<Packet> seen = both(sent(0, 0, 100), sent(99 * FRAME_MS, 0, 60));
    assertThatThrownBy(() -> Continuity.assertTimesGrow("viewer", seen))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aTimeThatRunsBackIsFound() {
    List<Packet> seen = both(sent(0, 0, 100), sent(98 * FRAME_MS, 0, 60));
    assertThatThrownBy(() -> Continuity.assertTimesGrow("viewer", seen))
        .isInstanceOf(AssertionError.class);
  }
}
