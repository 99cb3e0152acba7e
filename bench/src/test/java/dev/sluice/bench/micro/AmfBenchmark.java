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

/** The metadata message of a stream, both ways. */
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

  @Benchmark
  public List<AmfValue> read(Volume volume) {
    volume.bytes += message.readableBytes();
    return Amf0.readAll(message.duplicate());
  }

  @Benchmark
  public ByteBuf write(Volume volume) {
    Amf0.writeAll(out.clear(), values);
    volume.bytes += out.readableBytes();
    return out;
  }
}
