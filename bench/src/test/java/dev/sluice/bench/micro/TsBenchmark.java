package dev.sluice.bench.micro;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.mpegts.TsDemuxer;
import dev.sluice.mux.mpegts.TsMuxer;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Eight seconds of a stream through the MPEG-TS muxer and demuxer. */
@State(Scope.Thread)
public class TsBenchmark {
  /** Units of a block: 100 ms. */
  private static final int BLOCK_UNITS = 7;

  /** Bytes that come at once, as a socket or a file gives them. */
  private static final int PIECE_BYTES = 65_536;

  /** Times that pictures are larger than those of the sample, which has 500 kbit/s. */
  @Param({"1", "16"})
  public int times;

  private List<AccessUnit> units = List.of();
  private long payloadBytes;
  private List<Track> tracks = List.of();
  private ByteBuf stream = Unpooled.EMPTY_BUFFER;
  private final ByteBuf out = Unpooled.directBuffer(1 << 24);

  @Setup
  public void setUp() {
    units = larger(MediaSample.makeUnits(), times);
    payloadBytes = MediaSample.payloadBytes(units);
    tracks = units.stream().map(AccessUnit::track).distinct().toList();
    stream = Unpooled.directBuffer(1 << 24);
    blocks(new TsMuxer(), stream);
  }

  @TearDown
  public void tearDown() {
    stream.release();
    out.release();
  }

  /** The same units, each picture with more bytes in its last slice, as an encoder fills them. */
  private static List<AccessUnit> larger(List<AccessUnit> units, int times) {
    var random = new SplittableRandom(1);
    List<AccessUnit> larger = new ArrayList<>();
    for (AccessUnit unit : units) {
      ByteBuf payload = unit.payload();
      if (unit.track().kind() == Track.Kind.VIDEO && times > 1) {
        byte[] more = new byte[(times - 1) * payload.readableBytes()];
        for (int i = 0; i < more.length; i++) {
          more[i] = (byte) random.nextInt(1, 256);
        }
        payload = Unpooled.directBuffer(payload.readableBytes() + more.length);
        payload.writeBytes(unit.payload(), unit.payload().readerIndex(), unit.sizeBytes());
        int last = 0;
        for (int at = 0; at < payload.writerIndex(); at += 4 + payload.getInt(at)) {
          last = at;
        }
        payload.writeBytes(more).setInt(last, payload.getInt(last) + more.length);
      }
      larger.add(
          new AccessUnit(unit.track(), unit.dts(), unit.pts(), unit.randomAccess(), payload));
    }
    return larger;
  }

  private void blocks(TsMuxer muxer, ByteBuf into) {
    muxer.configure(tracks);
    for (int at = 0; at < units.size(); at += BLOCK_UNITS) {
      List<AccessUnit> block = units.subList(at, Math.min(units.size(), at + BLOCK_UNITS));
      if (muxer.size(block) > into.maxWritableBytes()) {
        throw new IllegalStateException("the sample is too large");
      }
      muxer.write(block, into);
    }
  }

  /** What everything is compared with: each payload copied once. */
  @Benchmark
  public ByteBuf plainCopy(Volume volume) {
    return MediaSample.copyPayloads(units, out.clear(), volume);
  }

  /** From units to a live stream, measured and written in blocks. */
  @Benchmark
  public ByteBuf muxLive(Volume volume) {
    out.clear();
    blocks(new TsMuxer(), out);
    volume.add(units.size(), payloadBytes);
    return out;
  }

  /** From units to one segment. */
  @Benchmark
  public ByteBuf muxSegment(Volume volume) {
    out.clear();
    var muxer = new TsMuxer();
    muxer.configure(tracks);
    muxer.write(units, out);
    volume.add(units.size(), payloadBytes);
    return out;
  }

  /** From packets to units. */
  @Benchmark
  public void demux(Volume volume, Blackhole hole) {
    try (var demuxer = new TsDemuxer(new Consumed(hole), PooledByteBufAllocator.DEFAULT)) {
      ByteBuf in = stream.duplicate();
      while (in.isReadable()) {
        demuxer.feed(in.readSlice(Math.min(PIECE_BYTES, in.readableBytes())));
      }
      demuxer.end();
    }
    volume.add(units.size(), payloadBytes);
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
