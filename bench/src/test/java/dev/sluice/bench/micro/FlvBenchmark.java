package dev.sluice.bench.micro;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.mux.flv.FlvDialect;
import dev.sluice.mux.flv.FlvMuxer;
import dev.sluice.mux.flv.FlvReader;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Eight seconds of a stream through the FLV reader, demuxer and muxer. */
@State(Scope.Thread)
public class FlvBenchmark {
  private final MediaSample sample = MediaSample.make();
  private final long payloadBytes = MediaSample.payloadBytes(sample.units());
  private final ByteBuf file = sample.flv();
  private final ByteBuf out = Unpooled.directBuffer(1 << 20);
  private final FlvMuxer muxer = new FlvMuxer(FlvDialect.LEGACY, MediaChoice.ALL);

  @Setup
  public void setUp() {
    muxer.configure(sample.units().stream().map(AccessUnit::track).distinct().toList());
  }

  @TearDown
  public void tearDown() {
    file.release();
    out.release();
  }

  /** What everything is compared with: each tag body copied once. */
  @Benchmark
  public ByteBuf plainCopy(Volume volume) {
    return sample.copyTo(out.clear(), volume);
  }

  /** From tag bodies, as RTMP hands them over, to units. */
  @Benchmark
  public void demux(Volume volume, Blackhole hole) {
    var demuxer = new FlvDemuxer(new Consumed(hole));
    for (MediaSample.Message message : sample.messages()) {
      demuxer.tag(message.type(), message.timestampMs(), message.body());
    }
    volume.add(sample.units().size(), payloadBytes);
  }

  /** From the bytes of a file to units. */
  @Benchmark
  public void read(Volume volume, Blackhole hole) {
    try (var reader =
        new FlvReader(new FlvDemuxer(new Consumed(hole)), PooledByteBufAllocator.DEFAULT)) {
      reader.feed(file.duplicate());
    }
    volume.add(sample.units().size(), payloadBytes);
  }

  /** From units to tags. */
  @Benchmark
  public ByteBuf mux(Volume volume) {
    out.clear();
    for (AccessUnit unit : sample.units()) {
      muxer.writeTag(unit, FlvMuxer.dtsMs(unit), out);
    }
    volume.add(sample.units().size(), payloadBytes);
    return out;
  }

  private record Consumed(Blackhole hole) implements SourceOutput {
    @Override
    public void track(Track track) {
      hole.consume(track);
    }

    @Override
    public void unit(SourceUnit unit) {
      hole.consume(unit.dts());
      unit.payload().release();
    }

    @Override
    public void metadata(Bytes message) {
      hole.consume(message);
    }
  }
}
