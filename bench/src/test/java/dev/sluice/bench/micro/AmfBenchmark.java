package dev.sluice.bench.micro;

import dev.sluice.bench.wire.RtmpWriter;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The metadata message of a stream, both ways. It carries no media, so there is no copy of a
 * payload to compare it with.
 */
@State(Scope.Thread)
public class AmfBenchmark {
  private static final int MESSAGE_HEADER_BYTES = 12;

  private final ByteBuf message =
      Unpooled.directBuffer()
          .writeBytes(RtmpWriter.metadata(1, 1 << 20))
          .skipBytes(MESSAGE_HEADER_BYTES);
  private final AmfValue[] values = Amf0.readAll(message.duplicate()).toArray(AmfValue[]::new);
  private final ByteBuf out = Unpooled.directBuffer(1024);

  @TearDown
  public void tearDown() {
    message.release();
    out.release();
  }

  /** From bytes to values. */
  @Benchmark
  public List<AmfValue> read(Volume volume) {
    volume.add(1, message.readableBytes());
    return Amf0.readAll(message.duplicate());
  }

  /** From values to bytes. */
  @Benchmark
  public ByteBuf write(Volume volume) {
    Amf0.writeAll(out.clear(), values);
    volume.add(1, out.readableBytes());
    return out;
  }
}
