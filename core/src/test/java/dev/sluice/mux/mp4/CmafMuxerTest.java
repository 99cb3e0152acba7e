package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.testkit.Golden;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.MovieFragment;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import dev.sluice.wire.isobmff.SampleFlags;
import dev.sluice.wire.isobmff.TrackFragmentHeaderBox;
import dev.sluice.wire.isobmff.TrackRunBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CmafMuxerTest {
  private static final Track AUDIO =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "deu");

  private static final long START = 1_700_000_000L * 48_000;

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "h264_open_gop_aac_44100.mp4, VIDEO",
    "h264_open_gop_aac_44100.mp4, AUDIO",
    "aac_44100.m4a, AUDIO",
  })
  void makesInitAndChunks(String clip, Track.Kind kind) throws IOException {
    List<AccessUnit> units = ClipUnits.of(clip, kind);
    ByteBuf out = Unpooled.buffer();
    CmafMuxer.init(units.getFirst().track()).writeTo(out);
    int half = units.size() / 2;
    var event =
        new EventMessageBox(
            1, "urn:x", "", 1_000, ClipUnits.START_S * 1_000, 0, 1, Bytes.ofHex("AA"));
    var extras =
        new ChunkExtras(
            ChunkExtras.SEGMENT,
            new ProducerReferenceTimeBox(
                ProducerReferenceTimeBox.FRAGMENT_FINISHED,
                CmafMuxer.TRACK_ID,
                ProducerReferenceTimeBox.ntp(ClipUnits.START_S * 1_000_000_000),
                units.getFirst().pts()),
            List.of(event));
    CmafMuxer.chunk(units.subList(0, half), units.get(half).dts(), extras).write(out);
    CmafMuxer.chunk(units.subList(half, units.size()), ClipUnits.end(units), ChunkExtras.NONE)
        .write(out);
    Golden.check("cmaf/" + clip + "." + kind + ".boxes", BoxTree.of(out));
  }

  @Test
  void knowsItsSizeAndCopiesNothingWhenItGathers() {
    List<AccessUnit> units = audio(5, 5, 5);
    for (ChunkExtras extras :
        List.of(
            ChunkExtras.NONE,
            ChunkExtras.ofType(ChunkExtras.CHUNK),
            ChunkExtras.ofType(ChunkExtras.LAST_SEGMENT))) {
      CmafChunk chunk = CmafMuxer.chunk(units, START + 3 * 1_024, extras);
      ByteBuf written = Unpooled.buffer();
      chunk.write(written);
      assertThat(written.readableBytes()).isEqualTo(chunk.sizeBytes());
      assertThat(chunk.headBytes()).isEqualTo(chunk.sizeBytes() - 15);
      ByteBuf gathered = chunk.gather(UnpooledByteBufAllocator.DEFAULT);
      assertThat(gathered).isEqualTo(written);
      assertThat(gathered.nioBufferCount()).isEqualTo(4);
      units.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(2));
      gathered.release();
      units.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
      units.forEach(unit -> assertThat(unit.payload().readerIndex()).isZero());
    }
  }

  @Test
  void isAPureFunction() {
    List<AccessUnit> units = audio(5, 6, 7);
    ByteBuf one = Unpooled.buffer();
    ByteBuf other = Unpooled.buffer();
    CmafMuxer.chunk(units, START + 3 * 1_024, ChunkExtras.NONE).write(one);
    CmafMuxer.chunk(audio(9), START + 1_024, ChunkExtras.NONE).write(Unpooled.buffer());
    CmafMuxer.chunk(audio(5, 6, 7), START + 3 * 1_024, ChunkExtras.NONE).write(other);
    assertThat(one).isEqualTo(other);
    assertThat(CmafMuxer.init(AUDIO)).isEqualTo(CmafMuxer.init(AUDIO));
    // 1,700,000,000,000 ms modulo 2^32
    assertThat(fragment(one).header().sequenceNumber()).isEqualTo(1_700_000_000_000L % (1L << 32));
    assertThat(requireNonNull(fragment(one).tracks().getFirst().decodeTime()).baseMediaDecodeTime())
        .isEqualTo(START);
  }

  @ParameterizedTest(name = "random access {0}, sizes {1}, durations {2}, offsets {3}")
  @CsvSource({
    "1,     7,     10,       0,      38, 1",
    "0,     7,     10,       0,      38, 1",
    "1,     7,     10,       5,      38, 801",
    "1 1 1, 7 7 7, 10 10 10, 0 0 0,  38, 1",
    "1 1 1, 7 8 7, 10 10 10, 0 0 0,  28, 201",
    "1 1 1, 7 7 7, 10 11 10, 0 0 0,  30, 101",
    "1 0 0, 7 8 9, 10 10 10, 5 0 -5, 28, A05",
    "0 1 1, 7 8 9, 10 10 10, 0 0 0,  28, 205",
    "1 0 1, 7 8 9, 10 11 12, 0 1 2,  0,  F01",
  })
  void statesOnceWhatAllSamplesHaveInCommon(
      String randomAccess,
      String sizes,
      String durations,
      String offsets,
      String headerFlags,
      String runFlags) {
    List<AccessUnit> units = new ArrayList<>();
    long dts = START;
    int[] accesses = numbers(randomAccess);
    for (int i = 0; i < accesses.length; i++) {
      units.add(
          new AccessUnit(
              AUDIO,
              dts,
              dts + numbers(offsets)[i],
              accesses[i] == 1,
              Unpooled.wrappedBuffer(new byte[numbers(sizes)[i]])));
      dts += numbers(durations)[i];
    }
    ByteBuf out = Unpooled.buffer();
    CmafMuxer.chunk(units, dts, ChunkExtras.NONE).write(out);
    MovieFragment.TrackFragment track = fragment(out).tracks().getFirst();
    assertThat(track.header().flags())
        .isEqualTo(TrackFragmentHeaderBox.DEFAULT_BASE_IS_MOOF | Integer.parseInt(headerFlags, 16));
    TrackRunBox run = track.runs().getFirst();
    assertThat(track.runs()).hasSize(1);
    assertThat(run.version()).isEqualTo(1);
    assertThat(run.flags()).isEqualTo(Integer.parseInt(runFlags, 16));
    for (int i = 0; i < units.size(); i++) {
      assertThat(run.size(i, track.header().defaultSize())).isEqualTo(units.get(i).sizeBytes());
      assertThat(run.duration(i, track.header().defaultDuration()))
          .isEqualTo(numbers(durations)[i]);
      assertThat(run.compositionOffset(i)).isEqualTo(numbers(offsets)[i]);
      assertThat(run.flags(i, track.header().defaultFlags()))
          .isEqualTo(accesses[i] == 1 ? SampleFlags.RANDOM_ACCESS : SampleFlags.DEPENDENT);
    }
  }

  @Test
  void refusesWhatIsNoChunk() {
    List<AccessUnit> units = audio(5, 5);
    assertThatThrownBy(() -> CmafMuxer.chunk(List.of(), 0, ChunkExtras.NONE))
        .hasMessageContaining("number of units is 0");
    assertThatThrownBy(() -> CmafMuxer.chunk(units, START + 1_023, ChunkExtras.NONE))
        .hasMessageContaining("duration is -1");
    assertThatThrownBy(() -> CmafMuxer.chunk(units.reversed(), START + 9_999, ChunkExtras.NONE))
        .hasMessageContaining("duration is -1024");
    assertThatThrownBy(() -> CmafMuxer.chunk(units, START + (1L << 33), ChunkExtras.NONE))
        .hasMessageContaining("duration is");
    var early = new AccessUnit(AUDIO, -1, 0, true, units.getFirst().payload());
    assertThatThrownBy(() -> CmafMuxer.chunk(List.of(early), 5, ChunkExtras.NONE))
        .hasMessageContaining("first DTS is -1");
    var late = new AccessUnit(AUDIO, 0, 1L << 31, true, units.getFirst().payload());
    assertThatThrownBy(() -> CmafMuxer.chunk(List.of(late), 5, ChunkExtras.NONE))
        .hasMessageContaining("composition offset");
    Track changed =
        Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1188"), "deu");
    var other =
        new AccessUnit(changed, START + 2_048, START + 2_048, true, units.getFirst().payload());
    assertThatThrownBy(() ->
            CmafMuxer.chunk(
                List.of(units.get(0), units.get(1), other), START + 9_999, ChunkExtras.NONE))
        .hasMessageContaining("several tracks");
  }

  @ParameterizedTest
  @EnumSource(
      value = Codec.class,
      names = {
        "G711A",
        "G711U",
        "AMF_DATA",
        "ID3",
        "SCTE35",
        "KLV",
        "TELETEXT",
        "DVB_SUBTITLE",
        "OPAQUE"
      })
  void saysWhichCodecItDoesNotCarry(Codec codec) {
    assertThat(CmafMuxer.carries(codec)).isFalse();
    Track track =
        Track.of(0, Track.Kind.AUDIO, codec, new Timescale(1_000), Bytes.of((byte) 1), "");
    assertThatThrownBy(() -> CmafMuxer.init(track))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("CMAF does not carry " + codec.label());
  }

  @Test
  void refusesConfigurationsThatSayNothing() {
    Track track =
        Track.of(0, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, Bytes.of((byte) 9), "");
    assertThatThrownBy(() -> CmafMuxer.init(track))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("configuration of the h264 track");
  }

  @ParameterizedTest(name = "{0} is written as {1} and {2}")
  @CsvSource({"'', und, ''", "fra, fra, ''", "de-CH, und, de-CH", "en, und, en"})
  void writesLanguages(String language, String mdhd, String elng) {
    Track track =
        Track.of(
            1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), language);
    Bytes init = CmafMuxer.init(track);
    String tree = BoxTree.of(init.buffer());
    assertThat(tree).contains("language=" + mdhd + "]");
    assertThat(tree.contains("elng")).isEqualTo(!elng.isEmpty());
    List<Track> tracks = new ArrayList<>();
    try (var demuxer =
        new CmafDemuxer(new CmafDump(tracks::add), UnpooledByteBufAllocator.DEFAULT)) {
      demuxer.feed(init.buffer());
    }
    assertThat(tracks).containsExactly(track);
  }

  private static List<AccessUnit> audio(int... sizes) {
    List<AccessUnit> units = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      byte[] payload = new byte[sizes[i]];
      java.util.Arrays.fill(payload, (byte) (0x21 + i));
      long dts = START + 1_024L * i;
      units.add(new AccessUnit(AUDIO, dts, dts, true, Unpooled.wrappedBuffer(payload)));
    }
    return units;
  }

  private static int[] numbers(String text) {
    return java.util.Arrays.stream(text.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static MovieFragment fragment(ByteBuf chunk) {
    ByteBuf moof = Boxes.find(BoxType.MOOF, chunk, 0);
    assertThat(moof).isNotNull();
    return MovieFragment.read(moof);
  }
}
