package dev.sluice.bench.micro;

import dev.sluice.wire.rtmp.ChunkLimits;
import dev.sluice.wire.rtmp.ChunkReader;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.RawMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Eight seconds of a stream through the chunk layer, both ways. */
@State(Scope.Thread)
public class RtmpBenchmark {
  private static final ChunkLimits LIMITS = new ChunkLimits(16, 8 << 20, 64 << 10, 16 << 20);

  @Param({"4096", "60000"})
  public int chunkSize;

  private final MediaSample sample = MediaSample.make();
  private final long bodyBytes = sample.bodyBytes();
  private final ByteBuf chunks = Unpooled.directBuffer(1 << 20);
  private final ByteBuf out = Unpooled.directBuffer(1 << 20);

  /** Writes what {@link #read} reads. */
  @Setup
  public void setUp() {
    ByteBuf size = Unpooled.buffer(4).writeInt(chunkSize);
    ChunkWriter.write(chunks, 2, 0, 1, 0, ChunkWriter.INITIAL_CHUNK_SIZE, size);
    writeAll(chunks);
  }

  @TearDown
  public void tearDown() {
    chunks.release();
    out.release();
  }

  /** What everything is compared with: each message body copied once. */
  @Benchmark
  public ByteBuf plainCopy(Volume volume) {
    return sample.copyTo(out.clear(), volume);
  }

  @Benchmark
  public void read(Volume volume, Blackhole hole) {
    var reader = new ChunkReader(LIMITS, PooledByteBufAllocator.DEFAULT);
    ByteBuf in = chunks.duplicate();
    for (RawMessage message = reader.read(in); message != null; message = reader.read(in)) {
      hole.consume(message.timestampMs());
      message.body().release();
    }
    reader.release();
    volume.add(sample.messages().size(), bodyBytes);
  }

  @Benchmark
  public ByteBuf write(Volume volume) {
    writeAll(out.clear());
    volume.add(sample.messages().size(), bodyBytes);
    return out;
  }

  private void writeAll(ByteBuf into) {
    for (MediaSample.Message message : sample.messages()) {
      ChunkWriter.write(
          into, 6, message.timestampMs(), message.type(), 1, chunkSize, message.body());
    }
  }
}
