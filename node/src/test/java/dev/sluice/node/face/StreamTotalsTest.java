package dev.sluice.node.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.LiveStream;
import dev.sluice.media.StreamName;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamTotalsTest {
  private final StreamTotals totals = new StreamTotals();

  private static StreamWithViewers stream(String name, long in, long out) {
    return new StreamWithViewers(
        new LiveStream.Report(
            StreamName.parse(name),
            LiveStream.State.LIVE,
            true,
            null,
            0,
            List.of(),
            0,
            Configuration.NONE,
            0,
            List.of(),
            0,
            in,
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            out),
        List.of());
  }

  private void assertTotals(long in, long out, StreamWithViewers... streams) {
    assertThat(totals.of(List.of(streams), 7)).isEqualTo(new StreamTotals.Totals(7, in, out));
  }

  @Test
  void whatHasGoneStaysInTheSum() {
    assertTotals(0, 0);
    assertTotals(10, 100, stream("a", 10, 100));
    assertTotals(25, 150, stream("a", 20, 100), stream("b", 5, 50));
    assertTotals(25, 150, stream("b", 5, 50));
    assertTotals(25, 150);
    assertTotals(26, 150, stream("b", 1, 0));
  }

  @Test
  void aStreamThatBeganAnewIsAnother() {
    assertTotals(10, 100, stream("a", 10, 100));
    assertTotals(13, 100, stream("a", 3, 0));
    assertTotals(15, 102, stream("a", 5, 2));
  }
}
