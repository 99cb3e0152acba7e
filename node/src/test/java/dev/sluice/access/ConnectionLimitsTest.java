package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Reason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits on their edges. */
class ConnectionLimitsTest {

  @Test
  void soManyAndNoMore() {
    var limits = new ConnectionLimits(2, 0);
    assertThat(limits.opened("10.0.0.1")).isNull();
    assertThat(limits.opened("10.0.0.1")).isNull();
    assertThat(limits.opened("10.0.0.2")).isEqualTo(Reason.CONNECTION_LIMIT);
    assertThat(limits.open()).isEqualTo(2);
    limits.closed("10.0.0.1");
    assertThat(limits.opened("10.0.0.2")).isNull();
    assertThat(limits.open()).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0} and {1} count as one: {2}")
  @CsvSource({
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "2001:db8:0:1::1, 2001:db8:0:1:ffff::2, true",
    "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    "::ffff:10.0.0.1, 10.0.0.1, false", // Java gives the short form of mapped addresses anyhow
    "not-an-address, not-an-address, true"
  })
  void oneAddressHasItsOwnLimit(String one, String other, boolean same) {
    var limits = new ConnectionLimits(100, 1);
    assertThat(limits.opened(one)).isNull();
    assertThat(limits.opened(other)).isEqualTo(same ? Reason.ADDRESS_LIMIT : null);
    assertThat(limits.open()).isEqualTo(same ? 1 : 2);
    limits.closed(one);
    assertThat(limits.opened(one)).isNull();
  }

  @Test
  void aProxyCountsForThoseForWhomItSpeaks() {
    var limits = new ConnectionLimits(3, 1);
    assertThat(limits.opened("")).isNull();
    assertThat(limits.opened("")).isNull(); // it has no limit of its own
    assertThat(limits.joined("10.0.0.1")).isNull();
    assertThat(limits.joined("10.0.0.1")).isEqualTo(Reason.ADDRESS_LIMIT);
    assertThat(limits.opened("10.0.0.1")).isEqualTo(Reason.ADDRESS_LIMIT); // with or without it
    assertThat(limits.open()).isEqualTo(2);
    limits.left("10.0.0.1");
    assertThat(limits.opened("10.0.0.1")).isNull();
    assertThat(limits.opened("")).isEqualTo(Reason.CONNECTION_LIMIT);
    limits.closed("10.0.0.1");
    limits.closed("");
    limits.closed("");
    assertThat(limits.open()).isZero();
    assertThat(limits.joined("10.0.0.1")).isNull();
  }

  @Test
  void countsHoldAmongThreads() throws InterruptedException {
    var limits = new ConnectionLimits(50, 20);
    var most = new AtomicInteger();
    int threads = 8;
    var done = new CountDownLatch(threads);
    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        String address = "10.0.0." + i % 4;
        pool.execute(() -> {
          for (int round = 0; round < 20_000; round++) {
            if (limits.opened(address) == null) {
              most.accumulateAndGet(limits.open(), Math::max);
              limits.closed(address);
            }
          }
          done.countDown();
        });
      }
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(limits.open()).isZero();
    assertThat(most.get()).isBetween(1, 50);
    for (int i = 0; i < 20; i++) {
      assertThat(limits.opened("10.0.0.0")).isNull(); // nothing was left behind
    }
    assertThat(limits.opened("10.0.0.0")).isEqualTo(Reason.ADDRESS_LIMIT);
  }
}
