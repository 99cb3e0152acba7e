package dev.sluice.bench.micro;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.mp4.ChunkExtras;
import dev.sluice.mux.mp4.CmafChunk;
import dev.sluice.mux.mp4.CmafDemuxer;
import dev.sluice.mux.mp4.CmafMuxer;
import dev.sluice.mux.mp4.Mp4File;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** The video of the sample, eight seconds, through the MP4 reader, CMAF muxer and demuxer. */
@State(Scope.Thread)
public class Mp4Benchmark {
  /** Units of a chunk: 400 ms. */
  private static final int CHUNK_UNITS = 10;

  private final List<AccessUnit> units = MediaSample.makeUnits(Track.Kind.VIDEO);
  private final Track track = units.getFirst().track();
  private final long payloadBytes = MediaSample.payloadBytes(units);
  private final ByteBuf stream = stream();
  private final Memory progressive = new Memory(Mp4Sample.progressive(units));
  private final Memory fragmented = new Memory(stream);
  private final ByteBuf out = Unpooled.directBuffer(1 << 20);

  @TearDown
  public void tearDown() {
    stream.release();
    progressive.bytes.release();
    out.release();
  }

  /** What everything is compared with: each payload copied once. */
  @Benchmark
  public ByteBuf plainCopy(Volume volume) {
    return MediaSample.copyPayloads(units, out.clear(), volume);
  }

  /** From units to chunks, payloads copied. */
  @Benchmark
  public ByteBuf muxWrite(Volume volume) {
    out.clear();
    for (int from = 0; from < units.size(); from += CHUNK_UNITS) {
      chunk(from).write(out);
    }
    volume.add(units.size(), payloadBytes);
    return out;
  }

  /** From units to chunks that share their payloads. */
  @Benchmark
  public void muxGather(Volume volume, Blackhole hole) {
    for (int from = 0; from < units.size(); from += CHUNK_UNITS) {
      ByteBuf whole = chunk(from).gather(PooledByteBufAllocator.DEFAULT);
      hole.consume(whole);
      whole.release();
    }
    volume.add(units.size(), payloadBytes);
  }

  /** From a stream of chunks to units. */
  @Benchmark
  public void demux(Volume volume, Blackhole hole) {
    try (var demuxer = new CmafDemuxer(new Consumed(hole), PooledByteBufAllocator.DEFAULT)) {
      demuxer.feed(stream.duplicate());
    }
    volume.add(units.size(), payloadBytes);
  }

  /** Opens a file with tables and reads it. */
  @Benchmark
  public void readProgressive(Volume volume, Blackhole hole) {
    read(progressive, volume, hole);
  }

  /** Opens a file of fragments and reads it. */
  @Benchmark
  public void readFragmented(Volume volume, Blackhole hole) {
    read(fragmented, volume, hole);
  }

  private void read(Memory source, Volume volume, Blackhole hole) {
    Mp4File file = Mp4File.open(source, PooledByteBufAllocator.DEFAULT);
    Consumed output = new Consumed(hole);
    while (file.next(output)) {}
    volume.add(units.size(), payloadBytes);
  }

  private CmafChunk chunk(int from) {
    int to = Math.min(units.size(), from + CHUNK_UNITS);
    long end = to < units.size() ? units.get(to).dts() : units.getLast().dts() + 3_600;
    return CmafMuxer.chunk(units.subList(from, to), end, ChunkExtras.NONE);
  }

  private ByteBuf stream() {
    ByteBuf bytes = Unpooled.directBuffer(1 << 20);
    CmafMuxer.init(track).writeTo(bytes);
    for (int from = 0; from < units.size(); from += CHUNK_UNITS) {
      chunk(from).write(bytes);
    }
    return bytes;
  }

  private record Memory(ByteBuf bytes) implements ByteSource {
    @Override
    public long sizeBytes() {
      return bytes.readableBytes();
    }

    @Override
    public int read(long position, int length, ByteBuf to) {
      int there = (int) Math.min(length, sizeBytes() - position);
      to.writeBytes(bytes, (int) position, there);
      return there;
    }
  }

  private record Consumed(Blackhole hole) implements CmafDemuxer.Output {
    @Override
    public void clock(SourceClock clock) {
      hole.consume(clock);
    }

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

    @Override
    public void referenceTime(int trackId, ProducerReferenceTimeBox box, long mediaTime) {
      hole.consume(box);
    }

    @Override
    public void event(EventMessageBox box) {
      hole.consume(box);
    }

    @Override
    public void gap(int trackId, long expected, long found) {
      throw new IllegalStateException("gap in a stream without one");
    }
  }
}
