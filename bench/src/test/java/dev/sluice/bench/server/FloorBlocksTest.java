package dev.sluice.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.stream.Frame;
import dev.sluice.bench.stream.SyntheticStream;
import dev.sluice.bench.wire.RtmpWriter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloorBlocksTest {
  private static final long MS = 1_000_000;

  @ParameterizedTest(name = "latency {0} ms")
  @ValueSource(ints = {0, 33, 100, 350})
  void allBytesAreSentInOrder(int latencyMs) {
    List<FloorBlocks.Block> blocks = FloorBlocks.of(1, latencyMs).blocks();
    var stream = new SyntheticStream(1);
    long bytes = 0;
    for (Frame f = stream.next(); f.atNs() < SyntheticStream.CYCLE_NS; f = stream.next()) {
      bytes += RtmpWriter.size(f.bodyBytes(), 4096);
    }
    assertThat(blocks.stream().mapToLong(FloorBlocks.Block::bytes).sum()).isEqualTo(bytes);
    assertThat(blocks).isSortedAccordingTo((a, b) -> Long.compare(a.atNs(), b.atNs()));
    assertThat(blocks.getLast().atNs()).isLessThan(SyntheticStream.CYCLE_NS);
  }

  @ParameterizedTest(name = "latency {0} ms makes {1} blocks of a cycle")
  @CsvSource({"0, 204", "100, 76", "350, 24"})
  void blocksGatherForTheLatency(int latencyMs, int count) {
    List<FloorBlocks.Block> blocks = FloorBlocks.of(1, latencyMs).blocks();
    assertThat(blocks).hasSize(count);
    for (int i = 1; i < blocks.size(); i++) {
      long gapMs = (blocks.get(i).atNs() - blocks.get(i - 1).atNs()) / MS;
      assertThat(gapMs).isLessThanOrEqualTo(latencyMs + 41);
    }
  }

  @Test
  void aKeyFrameOpensABlock() {
    assertThat(FloorBlocks.of(1, 350).blocks()).anyMatch(block -> block.atNs() == 2000 * MS);
    assertThat(FloorBlocks.of(1, 350).blocks()).noneMatch(block -> block.atNs() == 1900 * MS);
  }

  @Test
  void theArgumentIsMicrosecondsAndBytes() {
    var blocks =
        new FloorBlocks(
            List.of(new FloorBlocks.Block(5000, 7), new FloorBlocks.Block(9_000_999, 8)));
    assertThat(blocks.argument()).isEqualTo("5:7,9000:8");
  }

  @Test
  void opensslSpeedIsRead() throws IOException {
    String output =
        "+DT:aes-128-gcm:2:16384\n+R:1:aes-128-gcm:2.0\n+H:16384\n+F:25:AES-128-GCM:4000000000.00\n";
    assertThat(CipherCost.parse(output)).isEqualTo(0.25);
    assertThatThrownBy(() -> CipherCost.parse("nothing")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> CipherCost.parse("+F:25:x:0.00")).isInstanceOf(IOException.class);
  }
}
