package dev.sluice.wire.dash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.dash.SegmentTimeline.S;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentTimelineTest {
  private static S run(long t, long d, long r) {
    return new S(t, Mpd.UNSET, d, r, 1);
  }

  @Test
  void putsEqualSegmentsTogether() {
    var builder = new SegmentTimeline.Builder();
    assertThat(builder.build().runs()).isEmpty();
    builder.add(100, 10);
    assertThat(builder.build().runs()).containsExactly(run(100, 10, 0));
    builder.add(110, 10).add(120, 10).add(130, 7);
    assertThat(builder.build().runs()).containsExactly(run(100, 10, 2), run(Mpd.UNSET, 7, 0));
    builder.add(138, 7); // a gap of one tick
    builder.add(145, 7);
    assertThat(builder.build().runs())
        .containsExactly(run(100, 10, 2), run(Mpd.UNSET, 7, 0), run(138, 7, 1));
  }

  @Test
  void neverGoesBack() {
    var builder = new SegmentTimeline.Builder().add(100, 10);
    assertThatThrownBy(() -> builder.add(109, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start is 109");
    assertThatThrownBy(() -> builder.add(110, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SegmentTimeline.Builder().add(-1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SegmentTimeline.Builder().add(Long.MAX_VALUE - 1, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysEverySegmentWithItsTime() {
    Seeds.run(
        200,
        random -> {
          var builder = new SegmentTimeline.Builder();
          List<Long> starts = new ArrayList<>();
          long at = random.nextLong(1L << 50);
          for (int i = random.nextInt(50); i > 0; i--) {
            at += random.nextInt(5) == 0 ? random.nextLong(3) : 0;
            long duration = random.nextLong(1, 3);
            builder.add(at, duration);
            starts.add(at);
            at += duration;
          }
          assertThat(starts(builder.build())).isEqualTo(starts);
        });
  }

  private static List<Long> starts(SegmentTimeline timeline) {
    List<Long> starts = new ArrayList<>();
    long at = 0;
    for (S run : timeline.runs()) {
      at = run.t() == Mpd.UNSET ? at : run.t();
      for (long i = 0; i <= run.r(); i++) {
        starts.add(at);
        at += run.d();
      }
    }
    return starts;
  }
}
