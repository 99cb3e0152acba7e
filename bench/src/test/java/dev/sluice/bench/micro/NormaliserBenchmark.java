package dev.sluice.bench.micro;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.AccessUnitSplitter;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.Normaliser.Framing;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Two seconds of each video codec, 100 frames, through its normaliser. */
@State(Scope.Thread)
public class NormaliserBenchmark implements Normaliser.Output, AccessUnitSplitter.Output {
  private static final int PIECE_BYTES = 16_384;

  private final VideoSample h264Prefixed = pooled(VideoSample.h264Prefixed());
  private final VideoSample h264Stream = pooled(VideoSample.h264Stream());
  private final VideoSample h265Stream = pooled(VideoSample.h265Stream());
  private final VideoSample av1 = pooled(VideoSample.av1());
  private final VideoSample av1Stream = pooled(VideoSample.av1Stream());
  private final VideoSample mpeg2 = pooled(VideoSample.mpeg2());
  private final ByteBuf h264Joined = h264Stream.joined();
  private long taken;

  /** Copies come from the allocator of what they are copied from. */
  private static VideoSample pooled(VideoSample sample) {
    return new VideoSample(
        sample.configuration(),
        sample.units().stream()
            .map(unit ->
                PooledByteBufAllocator.DEFAULT.directBuffer(unit.readableBytes()).writeBytes(unit))
            .toList(),
        sample.bytes());
  }

  /** What any copy costs, to compare with. */
  @Benchmark
  public void plainCopy(Volume volume, Blackhole hole) {
    for (ByteBuf unit : h264Stream.units()) {
      ByteBuf copy = unit.alloc().buffer(unit.readableBytes());
      copy.writeBytes(unit, unit.readerIndex(), unit.readableBytes());
      hole.consume(copy.getByte(0));
      copy.release();
    }
    volume.add(h264Stream.units().size(), h264Stream.bytes());
  }

  /** Nothing to be changed: slices. */
  @Benchmark
  public void h264Prefixed(Volume volume, Blackhole hole) {
    normalise(Codec.H264, Framing.LENGTH_PREFIXED, h264Prefixed, volume, hole);
  }

  /** Start codes are looked for, and become lengths. */
  @Benchmark
  public void h264Stream(Volume volume, Blackhole hole) {
    normalise(Codec.H264, Framing.START_CODES, h264Stream, volume, hole);
  }

  /** As H.264. */
  @Benchmark
  public void h265Stream(Volume volume, Blackhole hole) {
    normalise(Codec.H265, Framing.START_CODES, h265Stream, volume, hole);
  }

  /** A delimiter is cut off: slices. */
  @Benchmark
  public void av1(Volume volume, Blackhole hole) {
    normalise(Codec.AV1, Framing.LENGTH_PREFIXED, av1, volume, hole);
  }

  /** Emulation prevention is taken out, sizes are put in. */
  @Benchmark
  public void av1Stream(Volume volume, Blackhole hole) {
    normalise(Codec.AV1, Framing.START_CODES, av1Stream, volume, hole);
  }

  /** Headers are looked at: slices. */
  @Benchmark
  public void mpeg2(Volume volume, Blackhole hole) {
    normalise(Codec.MPEG2_VIDEO, Framing.START_CODES, mpeg2, volume, hole);
  }

  /** A byte stream in pieces that do not coincide with pictures. */
  @Benchmark
  public void h264Split(Volume volume, Blackhole hole) {
    try (var splitter = AccessUnitSplitter.of(Codec.H264)) {
      int end = h264Joined.writerIndex();
      for (int at = 0; at < end; at += PIECE_BYTES) {
        splitter.feed(h264Joined.slice(at, Math.min(PIECE_BYTES, end - at)), at, this);
      }
      splitter.flush(this);
    }
    volume.add(h264Stream.units().size(), h264Stream.bytes());
    hole.consume(taken);
  }

  private void normalise(
      Codec codec, Framing framing, VideoSample sample, Volume volume, Blackhole hole) {
    var normaliser = VideoNormalisers.of(codec, framing, 0, "");
    normaliser.configuration(sample.configuration().buffer());
    for (ByteBuf unit : sample.units()) {
      normaliser.unit(unit, true, this);
    }
    if (normaliser.malformed() > 0) {
      throw new IllegalStateException(normaliser.malformed() + " units of the sample are faulty");
    }
    volume.add(sample.units().size(), sample.bytes());
    hole.consume(taken);
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    taken += payload.getByte(payload.readerIndex());
    payload.release();
  }

  @Override
  public void accessUnit(long label, boolean firstOfLabel, ByteBuf bytes, NalIndex units) {
    taken += bytes.readableBytes();
  }
}
