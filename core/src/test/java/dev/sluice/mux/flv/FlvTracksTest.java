package dev.sluice.mux.flv;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.flv.VideoMetadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Several tracks, modifiers, and what a source says of tracks beside their configurations. */
class FlvTracksTest {
  private static final String AVC1 = "61766331";
  private static final String MP4A = "6D703461";
  private static final String AVCC = "0142c00cffe100046742000001000268cb";
  private static final String FRAME = "000000 00000002 6588";

  private final SourceDump dump = new SourceDump();
  private final FlvDemuxer demuxer = new FlvDemuxer(dump);

  @ParameterizedTest(name = "{0} {1} has ID {2}")
  @CsvSource({
    "VIDEO, 0, 0",
    "VIDEO, 1, 3",
    "VIDEO, 2, 5",
    "VIDEO, 127, 255",
    "VIDEO, 128, -1",
    "VIDEO, 255, -1",
    "AUDIO, 0, 1",
    "AUDIO, 1, 4",
    "AUDIO, 126, 254",
    "AUDIO, 127, -1",
  })
  void numbersBecomeIds(Track.Kind kind, int number, int id) {
    assertThat(FlvTrackIds.id(kind, number)).isEqualTo(id);
    if (id >= 0) {
      assertThat(FlvTrackIds.number(kind, id)).isEqualTo(number);
      Track.Kind other = kind == Track.Kind.VIDEO ? Track.Kind.AUDIO : Track.Kind.VIDEO;
      assertThat(FlvTrackIds.number(other, id)).isEqualTo(FlvTrackIds.NONE);
    }
    assertThat(FlvTrackIds.number(kind, FlvDemuxer.DATA_ID)).isEqualTo(FlvTrackIds.NONE);
  }

  /** As OBS sends its additional pictures: each in a packet of its own. */
  @Test
  void oneTrackAtATime() {
    video("1700000000" + AVCC);
    video("96 00" + AVC1 + "02" + AVCC);
    video("96 00" + AVC1 + "01" + AVCC);
    video("1701" + FRAME);
    video("96 01" + AVC1 + "01" + FRAME);
    video("A6 01" + AVC1 + "02 000010 00000002 419A");
    assertThat(dump.text())
        .isEqualTo(
            """
            track 0 video h264 90000 Hz configuration 0142c00cffe100046742000001000268cb
            track 5 video h264 90000 Hz configuration 0142c00cffe100046742000001000268cb
            track 3 video h264 90000 Hz configuration 0142c00cffe100046742000001000268cb
            0 dts 7 offset 0 ra 6 B crc 49AFE13D
            3 dts 7 offset 0 ra 6 B crc 49AFE13D
            5 dts 7 offset 16 6 B crc 4BFE71D3
            """);
  }

  @Test
  void manyTracksInOnePacket() {
    audio("95 10" + MP4A + "00 000002 1190 01 000002 1210");
    audio("95 11" + MP4A + "00 000002 2110 01 000003 211020");
    audio("95 21" + MP4A + "01 000001 21" + AVC1 + "00 000001 FF");
    assertThat(dump.tracks).extracting(Track::id).containsExactly(1, 4, 1);
    assertThat(dump.tracks)
        .extracting(track -> track.timescale().ticksPerSecond())
        .startsWith(48_000, 44_100);
    assertThat(dump.units)
        .extracting(unit -> unit.track().id() + ": " + unit.payload().capacity())
        .containsExactly("1: 2", "4: 3", "4: 1", "1: 6"); // the last: sound of no known codec
  }

  @Test
  void theSingleFormAndNumberZeroAreOneTrack() {
    video("96 00" + AVC1 + "00" + AVCC);
    video("1701" + FRAME);
    video("A1" + AVC1 + FRAME);
    video("96 11" + AVC1 + "00 000009" + FRAME);
    assertThat(dump.tracks).hasSize(1);
    assertThat(dump.units).extracting(unit -> unit.track().id()).containsExactly(0, 0, 0);
  }

  @Test
  void modifiersAddNanoseconds() {
    video("1700000000" + AVCC);
    video("97 02 0F423F 01" + AVC1 + FRAME);
    video("97 00 AA 31" + AVC1 + FRAME); // a modifier that nobody knows
    video("97 02 000001 06 01" + AVC1 + "00" + FRAME);
    assertThat(dump.units).extracting(SourceUnit::offsetNs).containsExactly(999_999, 0, 1);
    audio("AF00 1190");
    audio("97 02 000007 01" + MP4A + "21");
    assertThat(dump.units.getLast().offsetNs()).isEqualTo(7);
    assertThat(dump.text()).contains("0 dts 7 offset 0 + 999999 ns ra 6 B");
  }

  @Test
  void opaqueTracksLoseModifiersAndNumbers() {
    List<String> payloads = new ArrayList<>();
    FlvDemuxer keeping = new FlvDemuxer(new KeepPayloads(payloads));
    keeping.tag(9, 0, hex("96 01 7A7A7A7A 00 AABB"));
    keeping.tag(9, 0, hex("A7 00 FF 11 7A7A7A7A CC"));
    keeping.tag(9, 0, hex("A1 7A7A7A7A DD"));
    assertThat(payloads).containsExactly("", "917a7a7a7aaabb", "a17a7a7a7acc", "a17a7a7a7add");
  }

  @Test
  void tracksAreLimited() {
    for (int number = 0; number < 40; number++) {
      video("96 00" + AVC1 + "%02X".formatted(number) + AVCC);
    }
    video("96 00" + AVC1 + "00" + AVCC);
    assertThat(dump.tracks).hasSize(FlvDemuxer.MAX_TRACKS_OF_A_KIND);
    assertThat(demuxer.dropped(FlvDrop.MULTITRACK)).isEqualTo(8);
    audio("95 00" + MP4A + "01 1190"); // sound has room of its own
    assertThat(dump.tracks).hasSize(FlvDemuxer.MAX_TRACKS_OF_A_KIND + 1);
  }

  /** The default track has its place, however many others came before it. */
  @Test
  void theDefaultTrackIsNeverTooMuch() {
    for (int number = 1; number < 40; number++) {
      video("96 00" + AVC1 + "%02X".formatted(number) + AVCC);
    }
    video("1700000000" + AVCC);
    assertThat(dump.tracks.getLast().id()).isEqualTo(FlvDemuxer.VIDEO_ID);
    assertThat(dump.tracks).hasSize(FlvDemuxer.MAX_TRACKS_OF_A_KIND);
  }

  @Test
  void descriptorsOfMpegTsConfigureAv1() {
    video("95 61763031 8004 81000C00");
    video("91 61763031 FF");
    boolean read = dump.tracks.getFirst().codec() == Codec.AV1;
    assertThat(dump.tracks).extracting(Track::label).containsExactly(read ? "av1" : "av01");
  }

  @ParameterizedTest
  @CsvSource({"664C6143 80000022", "80000022", "''"})
  void allFormsOfFlacsHeaderAreRead(String before) {
    String streamInfo = "1200 1200 000000 000000 0BB801F0 00000000" + "00".repeat(16);
    audio("90 664C6143" + before + streamInfo);
    assertThat(dump.tracks).hasSize(1);
    assertThat(dump.tracks.getFirst().timescale().ticksPerSecond()).isEqualTo(48_000);
    FlvMuxer muxer = new FlvMuxer(FlvDialect.FOURCC, MediaChoice.ALL);
    muxer.configure(dump.tracks);
    assertThat(bodies(muxer.openings(Bytes.EMPTY)).getLast())
        .isEqualToIgnoringCase(("90 664C6143" + streamInfo).replace(" ", ""));
  }

  // ---- what is said of tracks

  private static final AmfProperties SIZE =
      AmfProperties.builder().put("width", 160).put("height", 90).build();

  @Test
  void coloursGoIntoTheMetadataAndComeOutAgain() {
    video("1700000000" + AVCC);
    video("96 00" + AVC1 + "01" + AVCC);
    AmfValue hdr = AmfProperties.builder().put("bitDepth", 10).object();
    ByteBuf body = colours(hdr);
    video("94" + AVC1 + ByteBufUtil.hexDump(body));
    demuxer.tag(18, 0, onMetaData(SIZE));
    video("96 04" + AVC1 + "01" + ByteBufUtil.hexDump(body));
    video("94" + AVC1 + ByteBufUtil.hexDump(body)); // nothing new
    assertThat(dump.metadata).hasSize(3);
    AmfProperties said = TrackNotes.properties(dump.metadata.getLast());
    assertThat(said.number("width", 0)).isEqualTo(160);
    assertThat(said.get("colorInfo")).isEqualTo(hdr);
    assertThat(said.object("videoTrackIdInfoMap"))
        .hasToString(
            AmfProperties.builder()
                .put("1", AmfProperties.builder().put("colorInfo", hdr).object())
                .build()
                .toString());

    FlvMuxer muxer = new FlvMuxer(FlvDialect.MULTITRACK, MediaChoice.ALL);
    muxer.configure(dump.tracks);
    assertThat(bodies(muxer.openings(dump.metadata.getLast())))
        .contains("96046176633101" + ByteBufUtil.hexDump(body))
        .noneMatch(other -> other.startsWith("9461766331")); // H.264 in its old form has no place

    FlvMuxer silent = new FlvMuxer(FlvDialect.MULTITRACK, MediaChoice.ALL, false);
    silent.configure(dump.tracks);
    assertThat(bodies(silent.openings(dump.metadata.getLast())))
        .hasSize(3)
        .noneMatch(other -> other.startsWith("9604"));

    video("94" + AVC1 + ByteBufUtil.hexDump(colours(AmfValue.UNDEFINED)));
    video("96 04" + AVC1 + "01" + ByteBufUtil.hexDump(colours(AmfValue.Obj.EMPTY)));
    assertThat(TrackNotes.properties(dump.metadata.getLast())).isEqualTo(SIZE);
  }

  @Test
  void coloursOfOddFormsAreDropped() {
    AmfValue deep = AmfValue.of(1);
    for (int i = 0; i < 5; i++) {
      deep = AmfProperties.builder().put("x", deep).object();
    }
    AmfValue pointing = AmfProperties.builder().put("x", new AmfValue.Reference(0, false)).object();
    video("94" + AVC1 + ByteBufUtil.hexDump(colours(deep)));
    video("94" + AVC1 + ByteBufUtil.hexDump(colours(pointing)));
    assertThat(demuxer.dropped(FlvDrop.MALFORMED)).isEqualTo(2);
    assertThat(dump.metadata).isEmpty();
  }

  @Test
  void channelsGoIntoTheMetadataAndComeOutAgain() {
    audio("95 00" + MP4A + "00 1190");
    audio("95 00" + MP4A + "02 1210");
    audio("94" + MP4A + "0106 0000003F");
    audio("95 04" + MP4A + "02 0202 0100");
    FlvMuxer muxer = new FlvMuxer(FlvDialect.MULTITRACK, MediaChoice.ALL);
    muxer.configure(dump.tracks);
    assertThat(bodies(muxer.metadata(dump.metadata.getLast())))
        .hasSize(2)
        .last()
        .isEqualTo("95046d7034610202020100");
    AmfProperties said = TrackNotes.properties(dump.metadata.getLast());
    assertThat(said.string("channelConfig")).isEqualTo("01060000003f");
  }

  private static ByteBuf colours(AmfValue value) {
    ByteBuf out = Unpooled.buffer();
    new VideoMetadata(AmfProperties.builder().put(VideoMetadata.COLOR_INFO, value).build())
        .write(out);
    return out;
  }

  private static ByteBuf onMetaData(AmfProperties properties) {
    ByteBuf out = Unpooled.buffer();
    Amf0.writeAll(out, AmfValue.of("onMetaData"), new AmfValue.EcmaArray(properties));
    return out;
  }

  private static List<String> bodies(List<FlvMuxer.Opening> openings) {
    return openings.stream().map(opening -> opening.body().toString()).toList();
  }

  // ---- whatever comes

  /** A type and a length before each body, as in a file without headers. */
  @FuzzTest
  void anyTagsAreReadOrDropped(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    FlvMuxer muxer = new FlvMuxer(FlvDialect.MULTITRACK, MediaChoice.ALL);
    try {
      while (in.readableBytes() > 1) {
        int type = (in.readByte() & 1) == 0 ? 9 : 8;
        demuxer.tag(type, 0, in.readSlice(Math.min(in.readUnsignedByte(), in.readableBytes())));
      }
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    in.release();
    assertThat(dump.units).allSatisfy(unit -> assertThat(unit.payload().refCnt()).isZero());
    muxer.configure(List.copyOf(dump.tracks.stream().distinct().toList()));
    Bytes metadata = dump.metadata.isEmpty() ? Bytes.EMPTY : dump.metadata.getLast();
    muxer.openings(metadata).forEach(opening -> assertThat(opening.body().size()).isPositive());
  }

  @ParameterizedTest
  @EnumSource(FlvDialect.class)
  void randomTagsNeverFail(FlvDialect dialect) {
    Random random = new Random(dialect.ordinal());
    for (int run = 0; run < 300; run++) {
      FlvDemuxer fresh = new FlvDemuxer(new SourceDump());
      for (int i = 0; i < 20; i++) {
        byte[] body = new byte[1 + random.nextInt(40)];
        random.nextBytes(body);
        if (random.nextBoolean()) { // mostly what begins well
          byte[] start = hex("9611617663310000").array();
          System.arraycopy(start, 0, body, 0, Math.min(start.length, body.length));
        }
        try {
          fresh.tag(8 + random.nextInt(2), i, Unpooled.wrappedBuffer(body));
        } catch (MalformedException | UnsupportedException refused) {
          assertThat(refused.getMessage()).isNotEmpty();
        }
      }
    }
  }

  private void video(String body) {
    demuxer.tag(9, 7, hex(body));
  }

  private void audio(String body) {
    demuxer.tag(8, 7, hex(body));
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
