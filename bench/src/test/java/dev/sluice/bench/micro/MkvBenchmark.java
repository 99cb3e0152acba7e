package dev.sluice.bench.micro;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.mkv.MatroskaFile;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.matroska.ElementHeader;
import dev.sluice.wire.matroska.ElementId;
import dev.sluice.wire.matroska.TrackEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Eight seconds of a stream in a Matroska file of a cluster a second, read without cues. */
@State(Scope.Thread)
public class MkvBenchmark {
  private static final int CLUSTER_MS = 1_000;

  private final List<AccessUnit> units = MediaSample.makeUnits();
  private final long payloadBytes = MediaSample.payloadBytes(units);
  private final Memory file = new Memory(file(units));
  private final ByteBuf out = Unpooled.directBuffer(1 << 20);

  @TearDown
  public void tearDown() {
    file.bytes.release();
    out.release();
  }

  /** What it is compared with: each payload copied once. */
  @Benchmark
  public ByteBuf plainCopy(Volume volume) {
    return MediaSample.copyPayloads(units, out.clear(), volume);
  }

  /** Opens the file and reads it. */
  @Benchmark
  public void read(Volume volume, Blackhole hole) {
    var output = new Consumed(hole);
    int read = 0;
    try (var matroska = new MatroskaFile(file, PooledByteBufAllocator.DEFAULT)) {
      while (matroska.next(output)) {
        read++;
      }
    }
    if (read != units.size()) {
      throw new IllegalStateException(read + " units, " + units.size() + " are there");
    }
    volume.add(units.size(), payloadBytes);
  }

  private static ByteBuf file(List<AccessUnit> units) {
    ByteBuf segment = Unpooled.buffer();
    ByteBuf tracks = Unpooled.buffer();
    units.stream().map(AccessUnit::track).distinct().forEach(track -> entry(track, tracks));
    element(ElementId.TRACKS, tracks, segment);
    long firstMs = ms(units.getFirst());
    ByteBuf cluster = Unpooled.buffer();
    long clusterMs = -1;
    for (AccessUnit unit : units) {
      long atMs = ms(unit) - firstMs;
      if (clusterMs < 0 || atMs - clusterMs >= CLUSTER_MS) {
        if (clusterMs >= 0) {
          element(ElementId.CLUSTER, cluster, segment);
        }
        clusterMs = atMs;
        cluster = Unpooled.buffer();
        element(ElementId.TIMESTAMP, Unpooled.buffer().writeInt((int) atMs), cluster);
      }
      ByteBuf block = Unpooled.buffer();
      block.writeByte(0x80 | unit.track().id() + 1).writeShort((int) (atMs - clusterMs));
      block.writeByte(unit.randomAccess() ? 0x80 : 0); // keyframe, no lacing
      block.writeBytes(unit.payload().duplicate());
      element(ElementId.SIMPLE_BLOCK, block, cluster);
    }
    element(ElementId.CLUSTER, cluster, segment);
    ByteBuf head = Unpooled.buffer();
    element(ElementId.DOC_TYPE, text("matroska"), head);
    ByteBuf file = Unpooled.directBuffer(1 << 20);
    element(ElementId.EBML, head, file);
    element(ElementId.SEGMENT, segment, file);
    return file;
  }

  private static void entry(Track track, ByteBuf out) {
    boolean video = track.kind() == Track.Kind.VIDEO;
    ByteBuf entry = Unpooled.buffer();
    element(ElementId.TRACK_NUMBER, Unpooled.buffer().writeByte(track.id() + 1), entry);
    int type = video ? TrackEntry.VIDEO : TrackEntry.AUDIO;
    element(ElementId.TRACK_TYPE, Unpooled.buffer().writeByte(type), entry);
    element(ElementId.CODEC_ID, text(video ? "V_MPEG4/ISO/AVC" : "A_AAC"), entry);
    element(ElementId.CODEC_PRIVATE, track.configuration().buffer(), entry);
    element(ElementId.TRACK_ENTRY, entry, out);
  }

  private static void element(int id, ByteBuf body, ByteBuf out) {
    new ElementHeader(id, body.readableBytes()).write(out);
    out.writeBytes(body);
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static long ms(AccessUnit unit) {
    return unit.track().timescale().convertRounded(unit.dts(), Timescale.MILLIS);
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
