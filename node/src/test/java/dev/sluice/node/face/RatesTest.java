package dev.sluice.node.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.face.Rates.Rate;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final long SECOND = 1_000_000_000;
  private static final long WINDOW = 30 * SECOND;

  private long nowNs = 5 * SECOND;
  private final Rates rates = new Rates(WINDOW, () -> nowNs);

  private Rate after(long seconds, long in, long out) {
    nowNs += seconds * SECOND;
    return rates.of("a", in, out, 100 * SECOND);
  }

  @Test
  void whoIsNewHasTheMeanOfHisTime() {
    assertThat(after(0, 1_000, 100)).isEqualTo(new Rate(80, 8));
    assertThat(rates.of("b", 1_000, 100, 0)).isEqualTo(Rate.ZERO);
    assertThat(rates.of("c", 1_000, 100, SECOND - 1)).isEqualTo(Rate.ZERO);
    assertThat(rates.of("d", 1_000, 100, SECOND)).isEqualTo(new Rate(8_000, 800));
  }

  @Test
  void ratesAreFromOneWindowAgoOrUpToTwo() {
    after(0, 0, 0);
    assertThat(after(1, 1_000, 0)).as("1 s").isEqualTo(new Rate(8_000, 0));
    assertThat(after(28, 29_000, 0)).as("29 s").isEqualTo(new Rate(8_000, 0));
    assertThat(after(1, 30_000, 3_000)).as("a whole window").isEqualTo(new Rate(8_000, 800));
    assertThat(after(10, 110_000, 3_000)).as("40 s").isEqualTo(new Rate(22_000, 600));
    assertThat(after(20, 270_000, 3_000)).as("30 s again").isEqualTo(new Rate(64_000, 0));
  }

  @Test
  void twoLooksAtOnceAreNoRate() {
    after(0, 0, 0);
    nowNs += SECOND - 1;
    assertThat(rates.of("a", 1_000, 0, 100 * SECOND)).isEqualTo(new Rate(80, 0));
  }

  @Test
  void aCounterThatGoesBackIsAnother() {
    after(0, 5_000, 5_000);
    assertThat(after(10, 1_000, 6_000)).isEqualTo(new Rate(80, 480));
    assertThat(after(1, 2_000, 6_000)).isEqualTo(new Rate(8_000, 0));
  }

  @Test
  void whatNobodyAsksAboutIsForgotten() {
    after(0, 0, 0);
    nowNs += 4 * WINDOW;
    rates.of("b", 0, 0, 0);
    assertThat(rates.size()).isEqualTo(2);
    nowNs += WINDOW;
    rates.of("b", 0, 0, 0);
    assertThat(rates.size()).isEqualTo(1);
  }

  @Test
  void noMoreThanSoManyAreRemembered() {
    for (int i = 0; i < Rates.MAX_KEYS; i++) {
      rates.of("n" + i, 0, 0, 0);
    }
    assertThat(rates.size()).isEqualTo(Rates.MAX_KEYS);
    assertThat(after(0, 1_000, 100)).isEqualTo(new Rate(80, 8));
    assertThat(after(10, 2_000, 100)).as("its mean").isEqualTo(new Rate(160, 8));
    assertThat(rates.size()).isEqualTo(Rates.MAX_KEYS);
    nowNs += WINDOW;
    assertThat(rates.of("n1", 30_000, 0, 0).inBps()).as("who was known is").isPositive();
  }

  @Test
  void ratesAddUp() {
    assertThat(new Rate(1, 2).plus(new Rate(3, 4))).isEqualTo(new Rate(4, 6));
  }
}
