package dev.sluice.bench.server;

import dev.sluice.bench.stream.Frame;
import dev.sluice.bench.stream.SyntheticStream;
import dev.sluice.bench.wire.RtmpWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks in which a server with a given latency sends the synthetic stream: a block gathers for
 * at most that time, and a key frame always opens one. At latency 0 every video frame closes a
 * block and audio waits for the next of them; what waits when that is a key frame goes before it.
 *
 * @param blocks of one cycle of {@link SyntheticStream#CYCLE_NS}, in order
 */
public record FloorBlocks(List<Block> blocks) {
  /**
   * One send to each viewer.
   *
   * @param atNs within the cycle
   * @param bytes RTMP with chunk headers
   */
  public record Block(long atNs, int bytes) {}

  private static final int CHUNK_SIZE = 4096;

  public FloorBlocks {
    blocks = List.copyOf(blocks);
  }

  /** The blocks of the stream with {@code seed} at {@code latencyMs}. */
  public static FloorBlocks of(long seed, int latencyMs) {
    var stream = new SyntheticStream(seed);
    long latencyNs = latencyMs * 1_000_000L;
    List<Block> blocks = new ArrayList<>();
    long openNs = 0;
    int bytes = 0;
    for (Frame frame = stream.next();
        frame.atNs() < SyntheticStream.CYCLE_NS;
        frame = stream.next()) {
      boolean late = latencyNs > 0 && frame.atNs() - openNs >= latencyNs;
      if (bytes > 0 && (frame.key() || late)) {
        blocks.add(new Block(late ? openNs + latencyNs : frame.atNs(), bytes));
        bytes = 0;
      }
      openNs = bytes == 0 ? frame.atNs() : openNs;
      bytes += RtmpWriter.size(frame.bodyBytes(), CHUNK_SIZE);
      if (latencyNs == 0 && frame.video()) {
        blocks.add(new Block(frame.atNs(), bytes));
        bytes = 0;
      }
    }
    if (bytes > 0) {
      long lastNs = SyntheticStream.CYCLE_NS - 1; // before the next key frame
      blocks.add(new Block(latencyNs == 0 ? lastNs : Math.min(openNs + latencyNs, lastNs), bytes));
    }
    return new FloorBlocks(blocks);
  }

  /** As the floor's command line takes them: microseconds and bytes. */
  String argument() {
    var text = new StringBuilder();
    for (Block block : blocks) {
      text.append(text.isEmpty() ? "" : ",")
          .append(block.atNs / 1000)
          .append(':')
          .append(block.bytes);
    }
    return text.toString();
  }
}
