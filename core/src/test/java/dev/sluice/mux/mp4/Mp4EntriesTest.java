package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.mux.mp4.UnitDump.Unit;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.MovieFragment;
import dev.sluice.wire.isobmff.RawBox;
import dev.sluice.wire.isobmff.SampleDescriptionBox;
import dev.sluice.wire.isobmff.SampleEntry;
import dev.sluice.wire.isobmff.TrackFragmentHeaderBox;
import dev.sluice.wire.isobmff.TrackRunBox;
import dev.sluice.wire.isobmff.VisualSampleEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A track whose resolution changes: two sample entries, and fragments of either. */
class Mp4EntriesTest {
  private static final List<AccessUnit> SMALL = ClipUnits.of("h264_2_aac_2.mp4", Track.Kind.VIDEO);
  private static final List<AccessUnit> OTHER =
      ClipUnits.of("h264_open_gop_aac_44100.mp4", Track.Kind.VIDEO);

  @Test
  void fragmentsOfEitherEntryAreRead() {
    byte[] stream = stream(OTHER.getFirst().track().configuration());
    CmafDump demuxed = new CmafDump();
    List<Track> tracks = new java.util.ArrayList<>();
    CmafDump withTracks = new CmafDump(tracks::add);
    for (CmafDump dump : List.of(demuxed, withTracks)) {
      try (var demuxer = new CmafDemuxer(dump, UnpooledByteBufAllocator.DEFAULT)) {
        demuxer.feed(Unpooled.wrappedBuffer(stream));
        assertThat(demuxer.dropped(CmafDrop.MALFORMED)).isZero();
      }
    }
    Mp4File file = Mp4File.open(new MemorySource(stream), UnpooledByteBufAllocator.DEFAULT);
    UnitDump read = new UnitDump(file.clock());
    while (file.next(read)) {}
    assertThat(demuxed.all).isEqualTo(read.units);
    assertThat(read.tracks).isEqualTo(tracks);
    assertThat(read.tracks)
        .extracting(Track::configuration)
        .containsExactly(
            SMALL.getFirst().track().configuration(),
            OTHER.getFirst().track().configuration(),
            SMALL.getFirst().track().configuration());
    assertThat(read.units).hasSize(15);
    assertThat(VideoFormat.of(file.tracks().getFirst())).isNotNull();

    // back to where the other entry holds
    file.seek(0);
    UnitDump again = new UnitDump(file.clock());
    while (file.next(again)) {}
    assertThat(again.units).isEqualTo(read.units);
  }

  @Test
  void anEntryThatCannotBeReadCostsItsSamplesOnly() {
    byte[] stream = stream(Bytes.ofHex("07"));
    Mp4File file = Mp4File.open(new MemorySource(stream), UnpooledByteBufAllocator.DEFAULT);
    UnitDump read = new UnitDump(file.clock());
    while (file.next(read)) {}
    assertThat(read.units).extracting(Unit::size).hasSize(10);
    assertThat(file.dropped()).isEqualTo(5);
    CmafDump demuxed = new CmafDump();
    try (var demuxer = new CmafDemuxer(demuxed, UnpooledByteBufAllocator.DEFAULT)) {
      demuxer.feed(Unpooled.wrappedBuffer(stream));
      assertThat(demuxer.dropped(CmafDrop.MALFORMED)).isEqualTo(5);
    }
    assertThat(demuxed.all).isEqualTo(read.units);
  }

  /** Five units of the first entry, five of the second, five of the first. */
  private static byte[] stream(Bytes secondConfiguration) {
    ByteBuf out = Unpooled.buffer();
    withSecondEntry(CmafMuxer.init(SMALL.getFirst().track()).buffer(), secondConfiguration, out);
    chunk(SMALL.subList(0, 5), SMALL.get(5).dts(), 1, out);
    chunk(OTHER.subList(0, 5), OTHER.get(5).dts(), 2, out);
    chunk(SMALL.subList(5, 10), SMALL.get(10).dts(), 1, out);
    return Bytes.copyOf(out).toArray();
  }

  private static void withSecondEntry(ByteBuf in, Bytes configuration, ByteBuf out) {
    while (in.isReadable()) {
      BoxHeader header = requireNonNull(BoxHeader.read(in));
      ByteBuf body = in.readSlice((int) header.bodySize());
      int start = Boxes.begin(header.type(), out);
      switch (header.type()) {
        case BoxType.MOOV, BoxType.TRAK, BoxType.MDIA, BoxType.MINF, BoxType.STBL ->
            withSecondEntry(body, configuration, out);
        case BoxType.STSD -> {
          SampleEntry first = SampleDescriptionBox.read(BoxType.VIDE, body).entries().getFirst();
          SampleEntry second =
              new VisualSampleEntry(
                  BoxType.AVC1, 1, 96, 64, List.of(new RawBox(BoxType.AVCC, configuration)));
          new SampleDescriptionBox(List.of(first, second)).writeBody(out);
        }
        default -> out.writeBytes(body);
      }
      Boxes.end(start, out);
    }
  }

  /** A chunk whose fragment says which entry it needs. */
  private static void chunk(List<AccessUnit> units, long end, int entry, ByteBuf out) {
    ByteBuf plain = Unpooled.buffer();
    CmafMuxer.chunk(units, end, ChunkExtras.NONE).write(plain);
    BoxHeader header = requireNonNull(BoxHeader.read(plain));
    MovieFragment moof = MovieFragment.read(plain.readSlice((int) header.bodySize()));
    MovieFragment.TrackFragment track = moof.tracks().getFirst();
    TrackFragmentHeaderBox said = track.header();
    TrackRunBox run = track.runs().getFirst();
    new MovieFragment(
            moof.header(),
            List.of(
                new MovieFragment.TrackFragment(
                    new TrackFragmentHeaderBox(
                        said.flags() | TrackFragmentHeaderBox.SAMPLE_DESCRIPTION_INDEX,
                        said.trackId(),
                        0,
                        entry,
                        said.defaultDuration(),
                        said.defaultSize(),
                        said.defaultFlags()),
                    track.decodeTime(),
                    List.of(
                        new TrackRunBox(
                            run.version(),
                            run.flags(),
                            run.sampleCount(),
                            run.dataOffset() + 4,
                            run.firstSampleFlags(),
                            run.samples())))))
        .write(out);
    out.writeBytes(plain);
  }
}
