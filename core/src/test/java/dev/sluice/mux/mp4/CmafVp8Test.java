package dev.sluice.mux.mp4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.mux.mp4.UnitDump.Unit;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** VP8, which ffmpeg writes into no MP4: its pictures come back as they were. */
class CmafVp8Test {
  private static final int IVF_HEADER = 32;

  @Test
  void isMuxedDemuxedAndRead() {
    List<AccessUnit> units = pictures();
    assertThat(units).hasSize(10);
    Track track = units.getFirst().track();
    ByteBuf stream = Unpooled.buffer();
    CmafMuxer.init(track).writeTo(stream);
    CmafMuxer.chunk(units, 36_000, ChunkExtras.NONE).write(stream);
    byte[] bytes = Bytes.copyOf(stream).toArray();

    List<Track> tracks = new ArrayList<>();
    CmafDump dump = new CmafDump(tracks::add);
    try (var demuxer = new CmafDemuxer(dump, UnpooledByteBufAllocator.DEFAULT)) {
      demuxer.feed(stream);
    }
    Mp4File file = Mp4File.open(new MemorySource(bytes), UnpooledByteBufAllocator.DEFAULT);
    assertThat(file.tracks()).isEqualTo(tracks).containsExactly(track);
    UnitDump read = new UnitDump(file.clock());
    while (file.next(read)) {}
    assertThat(read.units).isEqualTo(dump.all);
    assertThat(dump.all).extracting(Unit::size).isEqualTo(sizes(units));
    assertThat(dump.all).extracting(Unit::randomAccess).contains(true, false);
  }

  private static List<Integer> sizes(List<AccessUnit> units) {
    return units.stream().map(AccessUnit::sizeBytes).toList();
  }

  /** IVF: a header, then pictures behind size and time in 12 bytes, little-endian. */
  private static List<AccessUnit> pictures() {
    ByteBuf in = Unpooled.wrappedBuffer(Mp4Clips.bytes("vp8.ivf")).skipBytes(IVF_HEADER);
    Normaliser normaliser =
        VideoNormalisers.of(Codec.VP8, Normaliser.Framing.LENGTH_PREFIXED, 0, "");
    List<AccessUnit> units = new ArrayList<>();
    while (in.isReadable()) {
      int size = in.readIntLE();
      long dts = in.readLongLE() * 3_600;
      normaliser.unit(
          in.readSlice(size),
          true,
          (track, randomAccess, payload) ->
              units.add(new AccessUnit(track, dts, dts, randomAccess, payload)));
    }
    return units;
  }
}
