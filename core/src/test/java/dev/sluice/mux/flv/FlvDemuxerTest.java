package dev.sluice.mux.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlvDemuxerTest {
  private static final String AVC_HEADER = "1700000000 0142c00cffe1000467420000 01000268cb";
  private static final String AAC_HEADER = "AF00 1190";
  private static final AmfValue.EcmaArray SIZE =
      AmfProperties.builder().put("width", 160).put("height", 90).ecmaArray();

  private final SourceDump dump = new SourceDump();
  private final FlvDemuxer demuxer = new FlvDemuxer(dump);
  private final List<ByteBuf> bodies = new ArrayList<>();

  @Test
  void h264PayloadIsASliceWithoutFlvBytes() {
    video(AVC_HEADER);
    ByteBuf body = hex("2701 FFFFF0 00000002 419A");
    demuxer.tag(9, 1_000, body);
    assertThat(dump.tracks).extracting(Track::codec).containsExactly(Codec.H264);
    assertThat(dump.tracks.getFirst().configuration())
        .isEqualTo(Bytes.ofHex("0142c00cffe100046742000001000268cb"));
    assertThat(dump.text()).endsWith("0 dts 1000 offset -16 6 B crc 4BFE71D3\n");
    assertThat(dump.units.getFirst().payload().hasArray()).isTrue();
    assertThat(dump.units.getFirst().payload().array()).isSameAs(body.array());
    assertThat(body.refCnt()).isEqualTo(1);
    assertThat(body.readerIndex()).isZero();
  }

  @ParameterizedTest(name = "{1} bytes of length, {0}")
  @CsvSource({
    "fd, 2701000000 0002 6588 0001 41, 0000000265880000000141",
    "fc, 2701000000 02 6588 01 41, 0000000265880000000141",
    "ff, 2701000000 00000002 6588 00000001 41, 0000000265880000000141",
  })
  void nalUnitLengthsBecomeFourBytes(String lengthSize, String body, String payload) {
    List<String> payloads = new ArrayList<>();
    FlvDemuxer keeping = new FlvDemuxer(new KeepPayloads(payloads));
    keeping.tag(9, 0, hex("1700000000 0142c00c" + lengthSize + "e1000467420000 01000268cb"));
    keeping.tag(9, 0, hex(body));
    assertThat(payloads).containsExactly("0142c00cffe100046742000001000268cb", payload);
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "1701000000 00000002 6588, true, IDR in a key frame",
    "2701000000 00000002 6588, true, IDR in an inter frame",
    "1701000000 00000005 0606018480 00000002 419A, true, recovery point",
    "2701000000 00000005 0606018480 00000002 419A, false, recovery point in an inter frame",
    "1701000000 00000002 4188, true, I slice in a key frame",
    "1701000000 00000002 419A, false, P slice in a key frame",
    "2701000000 00000002 4188, false, I slice in an inter frame",
  })
  void randomAccessNeedsMoreThanTheTagsWord(String body, boolean randomAccess, String what) {
    video(AVC_HEADER);
    video(body);
    assertThat(dump.units.getLast().randomAccess()).as(what).isEqualTo(randomAccess);
  }

  @ParameterizedTest(name = "{1}: type {0}")
  @CsvSource({
    "9, 17, TRUNCATED",
    "9, 1701, TRUNCATED",
    "9, 90 61766331 , EMPTY",
    "9, 57 01, COMMAND",
    "9, D1 00, COMMAND",
    "9, 1700000000, EMPTY",
    "9, 1702000000, SEQUENCE_END",
    "9, 1703000000 00, BEFORE_SEQUENCE_HEADER",
    "9, 1704000000 00, UNKNOWN_TYPE",
    "9, 1701000000 00000002 6588, BEFORE_SEQUENCE_HEADER",
    "9, A1 68766331 000000 00, BEFORE_SEQUENCE_HEADER",
    "9, A2 68766331, SEQUENCE_END",
    "9, A3 76703039, EMPTY",
    "9, 2C01000000 00, BEFORE_SEQUENCE_HEADER",
    "8, AF, TRUNCATED",
    "8, AF01, EMPTY",
    "8, AF00, EMPTY",
    "8, AF02 00, SEQUENCE_END",
    "8, AF01 21, BEFORE_SEQUENCE_HEADER",
    "8, AF07 21, UNKNOWN_TYPE",
    "8, 2F, EMPTY",
    "8, 91 4F707573 00, BEFORE_SEQUENCE_HEADER",
    "8, 93 4F707573 00, UNKNOWN_TYPE",
    "8, 94 4F707573 00, TRUNCATED",
    "9, 97, TRUNCATED",
    "9, 91 7A7A7A7A, EMPTY",
    "9, 95 61763031 8004810000, TRUNCATED",
    "9, 94 61763031 020003616263, MALFORMED", // a name without a value
    "9, 96 01 61763031, TRUNCATED",
    "9, 96 11 61763031 01 000002 AA, TRUNCATED",
    "9, 96 11 61766331 FF 000001 AA, MULTITRACK", // there is no room for video 255
    "8, 95 11 4F707573 7F 000001 AA, MULTITRACK", // nor for audio 127
    "18, 00000000, MALFORMED",
    "18, 05, UNKNOWN_TYPE",
    "18, 0200, MALFORMED",
    "15, 00, UNKNOWN_TYPE",
    "20, 00, UNKNOWN_TYPE",
  })
  void dropsAndCounts(int type, String body, FlvDrop reason) {
    tag(type, 0, body);
    assertThat(dump.text()).isEmpty();
    assertThat(demuxer.dropped(reason)).isEqualTo(1);
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "2701000000, EMPTY",
    "2701000000 00000003 6588, MALFORMED",
    "1701000000 00000002 4100, MALFORMED", // no slice header
    "1701000000 00000002 0680 00000004 67420000 00000002 0910, WITHOUT_PICTURE",
    "96 01 61766331 00 00, TRUNCATED",
    "96 31 61766331 00 00, MALFORMED",
    "A7 00, TRUNCATED",
    "A1 61766331 0000, TRUNCATED",
  })
  void dropsFramesOfH264AndCounts(String body, FlvDrop reason) {
    video(AVC_HEADER);
    video(body);
    assertThat(dump.units).isEmpty();
    assertThat(demuxer.dropped(reason)).isEqualTo(1);
  }

  @Test
  void emptyBodiesAreDropped() {
    for (int type : new int[] {8, 9, 15, 18}) {
      tag(type, 0, "");
    }
    assertThat(demuxer.dropped(FlvDrop.EMPTY)).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1700000000 00", "1700000000 0142c00cffe1", "90 61766331 0242"})
  void brokenVideoConfigurationThrows(String body) {
    assertThatThrownBy(() -> video(body)).isInstanceOf(MalformedException.class);
  }

  @Test
  void brokenAudioConfigurationThrows() {
    assertThatThrownBy(() -> audio("AF00 1690")).isInstanceOf(MalformedException.class);
  }

  @Test
  void configurationIsLimited() {
    for (String head : new String[] {"90 76766331", "1700000000", "1C00000000"}) {
      ByteBuf most = hex(head);
      most.writeZero(TrackTags.MAX_CONFIGURATION_BYTES + 1);
      assertThatThrownBy(() -> demuxer.tag(9, 0, most))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("allowed are 65536");
    }
    ByteBuf most = hex("90 76766331");
    most.writeZero(TrackTags.MAX_CONFIGURATION_BYTES);
    demuxer.tag(9, 0, most);
    assertThat(dump.tracks).hasSize(1);
  }

  @Test
  void equalSequenceHeadersAreAnnouncedOnce() {
    video(AVC_HEADER);
    audio(AAC_HEADER);
    video(AVC_HEADER);
    audio(AAC_HEADER);
    assertThat(dump.tracks).hasSize(2);
    audio("AF00 1210");
    assertThat(dump.tracks).extracting(Track::id).containsExactly(0, 1, 1);
    assertThat(dump.tracks.getLast().timescale().ticksPerSecond()).isEqualTo(44_100);
  }

  @Test
  void fourCcFormsOfH264AndAacAreTheSameTracks() {
    video("90 61766331 0142c00cffe100046742000001000268cb");
    audio("90 6D703461 1190");
    video("91 61766331 000028 00000002 6588");
    video("A3 61766331 00000002 419A");
    audio("91 6D703461 2110");
    assertThat(dump.text())
        .isEqualTo(
            """
            track 0 video h264 90000 Hz configuration 0142c00cffe100046742000001000268cb
            track 1 audio aac 48000 Hz configuration 1190
            0 dts 0 offset 40 ra 6 B crc 49AFE13D
            0 dts 0 offset 0 6 B crc 4BFE71D3
            1 dts 0 offset 0 ra 2 B crc D0F11778
            """);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "9, vvc1, 90 76766331 AA, B1 76766331 000010 BB, 16, false",
    "9, vvc1, 90 76766331 AA, 91 76766331 FFFFF0 BB, -16, true",
    "9, vvc1, 90 76766331 AA, A3 76766331 BB, 0, false",
    "9, zzzz, 90 7A7A7A7A AA, 91 7A7A7A7A BB, 0, true",
    "8, zzzz, 90 7A7A7A7A AA, 91 7A7A7A7A BB, 0, true",
    "8, aac, AF00 F948000000, AF01 BB, 0, true", // xHE-AAC
  })
  void otherCodecsAreOpaque(
      int type, String label, String header, String frame, int offset, boolean randomAccess) {
    tag(type, 0, header);
    tag(type, 40, frame);
    assertThat(dump.tracks).hasSize(1);
    assertThat(dump.tracks.getFirst().codec()).isEqualTo(Codec.OPAQUE);
    assertThat(dump.tracks.getFirst().label()).isEqualTo(label);
    assertThat(dump.tracks.getFirst().configuration())
        .isEqualTo(Bytes.ofHex(header.replace(" ", "")));
    assertThat(dump.units).hasSize(1);
    assertThat(dump.units.getFirst().compositionOffset()).isEqualTo(offset);
    assertThat(dump.units.getFirst().randomAccess()).isEqualTo(randomAccess);
    assertThat(dump.units.getFirst().payload().capacity())
        .isEqualTo(frame.replace(" ", "").length() / 2);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "9, h263, 12 00, true",
    "9, vp6, 24 00, false",
    "9, video-8, 28 00, false",
    "9, zzzz, A1 7A7A7A7A 00, false",
    "9, 00010203, 91 00010203 00, true",
    "8, speex, B2 00, true",
    "8, audio-15, F0 00, true",
  })
  void codecsWithoutSequenceHeaderBeginWithAFrame(
      int type, String label, String frame, boolean randomAccess) {
    tag(type, 0, frame);
    tag(type, 40, frame);
    assertThat(dump.tracks).extracting(Track::label).containsExactly(label);
    assertThat(dump.tracks.getFirst().configuration()).isEqualTo(Bytes.EMPTY);
    assertThat(dump.units).hasSize(2);
    assertThat(dump.units.getFirst().randomAccess()).isEqualTo(randomAccess);
  }

  @Test
  void codecsMayChange() {
    video(AVC_HEADER);
    video("90 76766331 AA");
    video("2701000000 00000002 419A");
    video("A3 76766331 BB");
    video(AVC_HEADER);
    video("2701000000 00000002 419A");
    assertThat(dump.tracks).extracting(Track::label).containsExactly("h264", "vvc1", "h264");
    assertThat(dump.units).hasSize(2);
    assertThat(demuxer.dropped(FlvDrop.BEFORE_SEQUENCE_HEADER)).isEqualTo(1);
  }

  @Test
  void metadataComesWithoutItsWrapper() {
    ByteBuf wrapped = amf(AmfValue.of("@setDataFrame"), AmfValue.of("onMetaData"), SIZE);
    ByteBuf plain = amf(AmfValue.of("onMetaData"), SIZE);
    demuxer.tag(18, 0, wrapped);
    demuxer.tag(18, 0, plain);
    demuxer.tag(15, 0, Unpooled.wrappedBuffer(Unpooled.buffer().writeByte(0), plain.duplicate()));
    assertThat(dump.metadata).containsExactly(Bytes.copyOf(plain));
    demuxer.tag(18, 0, amf(AmfValue.of("@clearDataFrame"), AmfValue.of("onMetaData")));
    assertThat(dump.metadata).containsExactly(Bytes.copyOf(plain), Bytes.EMPTY);
    assertThat(dump.units).isEmpty();
  }

  @Test
  void otherDataIsATrack() {
    ByteBuf text =
        amf(AmfValue.of("onTextData"), AmfProperties.builder().put("text", "é").object());
    demuxer.tag(18, 7, text);
    demuxer.tag(18, 8, amf(AmfValue.of("@setDataFrame"), AmfValue.of("onCuePoint"), SIZE));
    demuxer.tag(18, 9, amf(AmfValue.of("|RtmpSampleAccess"), AmfValue.of(true)));
    demuxer.tag(18, 9, amf(AmfValue.of("onStatus"), SIZE));
    assertThat(dump.tracks).extracting(Track::codec).containsExactly(Codec.AMF_DATA);
    assertThat(dump.units).hasSize(2);
    assertThat(dump.units.getFirst().payload()).isNotSameAs(text);
    assertThat(dump.text())
        .contains("2 dts 7 offset 0 ra " + text.readableBytes() + " B")
        .contains("2 dts 8 offset 0 ra " + amf(AmfValue.of("onCuePoint"), SIZE).readableBytes());
    assertThat(demuxer.dropped(FlvDrop.SESSION_DATA)).isEqualTo(2);
    assertThat(text.refCnt()).isEqualTo(1);
  }

  @Test
  void metadataThatCannotBeReadIsDropped() {
    ByteBuf cut = amf(AmfValue.of("onMetaData"), SIZE);
    demuxer.tag(18, 0, cut.slice(0, cut.readableBytes() - 9));
    assertThat(demuxer.dropped(FlvDrop.MALFORMED)).isEqualTo(1);
    demuxer.tag(18, 0, amf(AmfValue.of("onMetaData"), AmfValue.NULL));
    demuxer.tag(18, 0, amf(AmfValue.of("onMetaData")));
    demuxer.tag(18, 0, amf(AmfValue.of("@setDataFrame")));
    assertThat(demuxer.dropped(FlvDrop.UNKNOWN_TYPE)).isEqualTo(3);
    var large = AmfProperties.builder();
    large.put("a", "x".repeat(200_000)).put("b", "x".repeat(62_200));
    demuxer.tag(18, 0, amf(AmfValue.of("onMetaData"), large.ecmaArray()));
    assertThat(demuxer.dropped(FlvDrop.TOO_LARGE)).isEqualTo(1);
    assertThat(dump.metadata).isEmpty();
  }

  private void video(String body) {
    tag(9, 0, body);
  }

  private void audio(String body) {
    tag(8, 0, body);
  }

  private void tag(int type, long timestampMs, String body) {
    ByteBuf bytes = hex(body);
    bodies.add(bytes);
    demuxer.tag(type, timestampMs, bytes);
    assertThat(bodies).allSatisfy(each -> assertThat(each.refCnt()).isEqualTo(1));
  }

  private static ByteBuf amf(AmfValue... values) {
    ByteBuf out = Unpooled.buffer();
    Amf0.writeAll(out, values);
    return out;
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
