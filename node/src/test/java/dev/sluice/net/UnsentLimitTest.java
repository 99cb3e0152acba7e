package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import org.junit.jupiter.api.Test;

class UnsentLimitTest {
  @Test
  void theKernelKeepsWhatItWasToldLast() {
    assumeTrue(Epoll.isAvailable(), "needs epoll");
    var channel = new EpollSocketChannel();
    try {
      for (long bytes : new long[] {64 << 10, 5_000_000, 64 << 10}) {
        UnsentLimit.set(channel, bytes);
        assertThat(channel.config().getOption(EpollChannelOption.TCP_NOTSENT_LOWAT))
            .isEqualTo(bytes);
      }
    } finally {
      channel.unsafe().closeForcibly();
    }
    UnsentLimit.set(channel, 100_000); // too late, which is no fault
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aTransportThatDoesNotKnowTheOptionGoesWithout() {
    var channel = new EmbeddedChannel();
    UnsentLimit.set(channel, 100_000);
    assertThat(channel.isActive()).isTrue();
    channel.finishAndReleaseAll();
  }
}
