package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakDetectorTest {
  private static int lose() {
    return PooledByteBufAllocator.DEFAULT.buffer(10).capacity();
  }

  @Test
  void findsWhatIsLostAndNothingElse() throws Exception {
    ByteBuf held = PooledByteBufAllocator.DEFAULT.buffer(10);
    PooledByteBufAllocator.DEFAULT.buffer(10).release();
    assertThat(LeakDetector.found()).isEmpty();
    assertThat(lose()).isEqualTo(10);
    assertThat(LeakDetector.found()).singleElement().asString().contains("lose(");
    assertThat(held.release()).isTrue();
    assertThat(LeakDetector.found()).isEmpty();
  }
}
