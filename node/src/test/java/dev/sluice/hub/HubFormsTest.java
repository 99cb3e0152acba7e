package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Forms that put the units of a block together. */
class HubFormsTest {
  private static final long MS = HubFixture.MS;

  /** Writes {@code [3]} for a block of three pictures; nothing for one of a single picture. */
  private static final class Counting implements Form {
    @Override
    public String key() {
      return "counting";
    }

    @Override
    public Muxer muxer(long zeroMs) {
      return new Muxer() {
        @Override
        public int size(AccessUnit unit) {
          return unit.track().kind() == Track.Kind.AUDIO ? 0 : 1;
        }

        @Override
        public void write(AccessUnit unit, ByteBuf out) {
          throw new AssertionError("blocks are written whole");
        }

        @Override
        public int blockSize(List<AccessUnit> block) {
          return text(block).length();
        }

        @Override
        public void writeBlock(List<AccessUnit> block, ByteBuf out) {
          out.writeCharSequence(text(block), StandardCharsets.US_ASCII);
        }

        private String text(List<AccessUnit> block) {
          return block.size() == 1 ? "" : "[" + block.size() + "]";
        }

        @Override
        public void headers(Configuration configuration, long atMs, ByteBuf out) {}
      };
    }
  }

  @Test
  void soundThatIsLeftOutBeforeTheFirstPictureKeepsNobodyFromIt() {
    var at =
        new HubFixture(policy -> {
          policy.latencyNs = 100 * MS;
          return policy;
        });
    Watching viewer = at.watch(0, new Counting());
    Publishing source = at.publish(0, null).announce();
    source.audio(0).audio(20).key(40).frame(80).audio(90).frame(120);
    at.sim.runFor(100 * MS);
    assertThat(viewer.text()).isEqualTo("[3]");
    source.audio(130).frame(160).frame(200);
    at.sim.runFor(100 * MS);
    assertThat(viewer.text()).isEqualTo("[3][2]");
    Watching late = at.watch(0, new Counting()); // with all of it from the cache
    at.sim.runFor(100 * MS);
    assertThat(late.text()).isEqualTo("[3][2]");

    at.hub.close();
    at.sim.runFor(5_000 * MS);
    assertThat(at.payloadsReleased()).isTrue();
    assertThat(at.memory.usedBytes()).isZero();
  }

  @Test
  void aBlockIsAsLongAsTheFormSaysOfAllItsUnitsTogether() {
    var at =
        new HubFixture(policy -> {
          policy.latencyNs = 100 * MS;
          return policy;
        });
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(0, new Counting());
    source.key(0).audio(10).frame(40).frame(80);
    at.sim.runFor(100 * MS);
    source.frame(120);
    at.sim.runFor(100 * MS);
    source.frame(240).frame(280);
    at.sim.runFor(100 * MS);
    assertThat(viewer.text()).isEqualTo("[3][2]");

    at.hub.close();
    at.sim.runFor(5_000 * MS);
    assertThat(at.payloadsReleased()).isTrue();
    assertThat(at.memory.usedBytes()).isZero();
    assertThat(at.allocator.metric().usedDirectMemory()).isZero();
    assertThat(at.events).noneMatch(event -> event.startsWith("failed"));
  }
}
