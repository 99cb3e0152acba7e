package dev.sluice.mux.flv;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlvMuxerTest {
  static final List<String> CLIPS = List.of(Clips.NAMES);

  private static final Track H264 =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.ofHex("0142"));
  private static final Track AAC =
      new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(44_100), Bytes.ofHex("1210"));
  private static final Track OPAQUE =
      new Track(0, Track.Kind.VIDEO, Codec.OPAQUE, "hvc1", Timescale.VIDEO, Bytes.ofHex("90AA"));
  private static final Track DATA =
      new Track(2, Track.Kind.DATA, Codec.AMF_DATA, "amf", Timescale.MILLIS, Bytes.EMPTY);

  private static FlvMuxer muxer(Track... tracks) {
    return muxer(FlvDialect.LEGACY, tracks);
  }

  private static FlvMuxer muxer(FlvDialect dialect, Track... tracks) {
    FlvMuxer muxer = new FlvMuxer(dialect, MediaChoice.ALL);
    muxer.configure(List.of(tracks));
    return muxer;
  }

  @Test
  void writesTags() {
    assertThat(tag(unit(H264, 90_000, 93_600, true), 0x89_ABCD_EF01L))
        .isEqualTo("09000007 CDEF01 AB 000000 1701000028 AABB 00000012");
    assertThat(tag(unit(H264, 90_000, 86_400, false), 0))
        .isEqualTo("09000007 000000 00 000000 2701FFFFD8 AABB 00000012");
    assertThat(tag(unit(AAC, 44_100, 44_100, true), 1_000))
        .isEqualTo("08000004 0003E8 00 000000 AF01 AABB 0000000F");
    assertThat(tag(unit(OPAQUE, 0, 3_600, true), 1))
        .isEqualTo("09000002 000001 00 000000 AABB 0000000D");
    assertThat(tag(unit(DATA, 0, 0, true), 1)).isEqualTo("12000002 000001 00 000000 AABB 0000000D");
  }

  private static String tag(AccessUnit unit, long timestampMs) {
    ByteBuf out = Unpooled.buffer();
    FlvMuxer muxer = muxer(FlvDialect.MULTITRACK, unit.track());
    muxer.writeTag(unit, timestampMs, out);
    assertThat(out.readableBytes()).isEqualTo(muxer.tagSize(unit));
    assertThat(unit.payload().readerIndex()).isZero();
    ByteBuf head = Unpooled.buffer();
    muxer.writeBodyHead(unit, head);
    assertThat(head.readableBytes() + unit.sizeBytes()).isEqualTo(muxer.bodySize(unit));
    String body = hex(out.slice(11, out.readableBytes() - 15));
    assertThat(body).startsWith(hex(head));
    String spaced = body.length() <= 4 ? body : body.substring(0, body.length() - 4) + " " + "AABB";
    return hex(out.slice(0, 4))
        + " "
        + hex(out.slice(4, 3))
        + " "
        + hex(out.slice(7, 1))
        + " "
        + hex(out.slice(8, 3))
        + " "
        + spaced
        + " "
        + hex(out.slice(out.readableBytes() - 4, 4));
  }

  @ParameterizedTest(name = "DTS {0}, PTS {1}: {2} ms")
  @CsvSource({
    "0, 0, 0",
    "0, 90, 1",
    "0, 44, 0",
    "44, 45, 1",
    "30, 3030, 34",
    "3600, 0, -40",
    "0, 900000000000, 8388607",
    "900000000000, 0, -8388608"
  })
  void compositionTimeLeadsToThePresentationTime(long dts, long pts, int composition) {
    ByteBuf out = Unpooled.buffer();
    muxer(H264).writeBodyHead(unit(H264, dts, pts, true), out);
    assertThat(out.getMedium(2)).isEqualTo(composition);
  }

  @Test
  void writesSequenceHeaders() {
    assertThat(muxer(AAC, H264, DATA).openings(Bytes.EMPTY))
        .extracting(FlvMuxer.Opening::type, opening -> hex(opening.body().buffer()))
        .endsWith(Tuple.tuple(9, "17000000000142"), Tuple.tuple(8, "AF001210"))
        .hasSize(3);
    assertThat(muxer(FlvDialect.FOURCC, OPAQUE).openings(Bytes.EMPTY).getLast().body())
        .isEqualTo(Bytes.ofHex("90AA"));
    assertThat(muxer().openings(Bytes.EMPTY)).isEmpty();
    ByteBuf out = Unpooled.buffer();
    FlvMuxer.writeTag(new FlvMuxer.Opening(8, Bytes.ofHex("AF001210")), 5, out);
    assertThat(hex(out)).isEqualTo("0800000400000500000000AF0012100000000F");
  }

  /** As ffmpeg writes them; its own clips are the witnesses. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "h265_aac, 9, 9068766331",
    "av1_opus, 9, 9061763031",
    "vp9_opus, 9, 9076703039",
    "av1_opus, 8, 904F707573",
    "h264_flac, 8, 90664C6143",
  })
  void sequenceHeadersAreThoseOfTheEncoder(String clip, int type, String head) {
    String wanted = sequenceHeader(Clips.open(clip), type, head);
    assertThat(wanted).isNotEmpty();
    assertThat(sequenceHeader(new Remux(Clips.open(clip)).bytes(), type, head)).isEqualTo(wanted);
  }

  /** The first tag body that begins with {@code head}. */
  private static String sequenceHeader(ByteBuf file, int type, String head) {
    file.skipBytes(FlvMuxer.FILE_HEADER_SIZE);
    for (FlvTagHeader tag; (tag = FlvTagHeader.read(file)) != null; file.skipBytes(4)) {
      String body = hex(file.readSlice(tag.bodySize()));
      if (tag.type() == type && body.startsWith(head)) {
        return body;
      }
    }
    return "";
  }

  @ParameterizedTest
  @CsvSource({"true,true,05", "true,false,04", "false,true,01", "false,false,00"})
  void writesFileHeaders(boolean audio, boolean video, String flags) {
    ByteBuf out = Unpooled.buffer();
    FlvMuxer muxer = new FlvMuxer(FlvDialect.LEGACY, MediaChoice.ALL);
    muxer.configure(
        Stream.of(H264, AAC).filter(track -> track.equals(H264) ? video : audio).toList());
    muxer.writeFileHeader(out);
    assertThat(hex(out)).isEqualTo("464C5601" + flags + "0000000900000000");
    assertThat(out.readableBytes()).isEqualTo(FlvMuxer.FILE_HEADER_SIZE);
  }

  /** Tracks, units and what the source says are the same again; metadata are put right once. */
  @ParameterizedTest
  @FieldSource("CLIPS")
  void whatIsDemuxedIsMuxedTheSame(String clip) {
    Remux first = new Remux(Clips.open(clip));
    Remux second = new Remux(first.bytes());
    assertThat(second.dump.tracks).isEqualTo(first.dump.tracks);
    assertThat(second.dump.unitLines()).isEqualTo(first.dump.unitLines()).hasSizeGreaterThan(9);
    Remux third = new Remux(second.bytes());
    assertThat(third.dump.text()).isEqualTo(second.dump.text());
    assertThat(third.bytes()).isEqualTo(second.bytes());
  }

  /** A clip, demuxed and muxed again as a feed does it. */
  private static final class Remux implements SourceOutput {
    final SourceDump dump = new SourceDump();
    private final FlvMuxer muxer = new FlvMuxer(FlvDialect.MULTITRACK, MediaChoice.ALL);
    private final ByteBuf tags = Unpooled.buffer();
    private final List<Track> tracks = new ArrayList<>();
    private Bytes metadata = Bytes.EMPTY;
    private boolean configured;

    Remux(ByteBuf content) {
      try (var reader = new FlvReader(new FlvDemuxer(this), UnpooledByteBufAllocator.DEFAULT)) {
        reader.feed(content);
      }
      writeOpenings();
      assertThat(dump.units).allSatisfy(unit -> assertThat(unit.payload().refCnt()).isZero());
    }

    @Override
    public void track(Track track) {
      dump.track(track);
      tracks.removeIf(known -> known.id() == track.id());
      tracks.add(track);
      muxer.configure(tracks);
      configured = true;
    }

    @Override
    public void unit(SourceUnit unit) {
      if (!tags.isReadable()) {
        muxer.writeFileHeader(tags);
      }
      writeOpenings();
      muxer.writeTag(onZero(unit), unit.dts(), tags);
      dump.unit(unit);
    }

    @Override
    public void metadata(Bytes message) {
      dump.metadata(message);
      metadata = message;
    }

    private void writeOpenings() {
      if (configured) {
        muxer.openings(metadata).forEach(opening -> FlvMuxer.writeTag(opening, 0, tags));
        configured = false;
      }
    }

    ByteBuf bytes() {
      return tags.duplicate();
    }
  }

  private static AccessUnit onZero(SourceUnit unit) {
    Timescale timescale = unit.track().timescale();
    long dts = Timescale.MILLIS.convert(unit.dts(), timescale);
    long offset = Timescale.MILLIS.convert(unit.compositionOffset(), timescale);
    return new AccessUnit(unit.track(), dts, dts + offset, unit.randomAccess(), unit.payload());
  }

  @Test
  void metadataLosesWhatHoldsForFiles() {
    ByteBuf message = Unpooled.buffer();
    Amf0.writeAll(
        message,
        AmfValue.of("onMetaData"),
        AmfProperties.builder()
            .put("duration", 60)
            .put("width", 160)
            .put("filesize", 1e6)
            .put("keyframes", AmfProperties.builder().put("times", 1).object())
            .put("self", new AmfValue.Reference(0, false))
            .put("server", "another")
            .put("encoder", "x")
            .ecmaArray());
    Bytes cleaned = FlvMetadata.cleaned(Bytes.copyOf(message), "Sluice/1");
    assertThat(Amf0.readAll(cleaned.buffer()))
        .containsExactly(
            AmfValue.of("onMetaData"),
            AmfProperties.builder()
                .put("width", 160)
                .put("server", "Sluice/1")
                .put("encoder", "x")
                .ecmaArray());
    assertThat(FlvMetadata.cleaned(cleaned, "Sluice/1")).isEqualTo(cleaned);
    assertThat(Amf0.readAll(FlvMetadata.cleaned(Bytes.EMPTY, "s").buffer()))
        .containsExactly(
            AmfValue.of("onMetaData"), AmfProperties.builder().put("server", "s").ecmaArray());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("saysOfUtc")
  void metadataMaySayThatTimeStampsAreUtc(AmfValue atc, boolean utc) {
    ByteBuf message = Unpooled.buffer();
    AmfProperties.Builder properties = AmfProperties.builder().put("width", 160);
    Amf0.writeAll(message, AmfValue.of("onMetaData"), properties.put("bravo_atc", atc).ecmaArray());
    Bytes said = Bytes.copyOf(message);
    assertThat(FlvMetadata.saysUtc(said)).isEqualTo(utc);
    Bytes without = FlvMetadata.withoutUtc(said);
    assertThat(FlvMetadata.saysUtc(without)).isFalse();
    assertThat(Amf0.readAll(without.buffer()))
        .containsExactly(
            AmfValue.of("onMetaData"), AmfProperties.builder().put("width", 160).ecmaArray());
    assertThat(FlvMetadata.withoutUtc(without)).isSameAs(without);
  }

  static Stream<Arguments> saysOfUtc() {
    return Stream.of(
        arguments(AmfValue.of("true"), true),
        arguments(AmfValue.of("TRUE"), true),
        arguments(AmfValue.of(true), true),
        arguments(AmfValue.of("false"), false),
        arguments(AmfValue.of(false), false),
        arguments(AmfValue.of(1), false));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"", "05", "02000162", "02000a6f6e4d65746144617461"})
  void metadataThatCannotBeReadSayNothingOfUtc(String hex) {
    Bytes said = Bytes.ofHex(hex);
    assertThat(FlvMetadata.saysUtc(said)).isFalse();
    assertThat(FlvMetadata.withoutUtc(said)).isSameAs(said);
  }

  @ParameterizedTest(name = "{0} {1}, {2} {3}: {4}")
  @CsvSource({
    "videocodecid, 7, width, 0, true",
    "videocodecid, 0, width, 0, false",
    "videocodecid, avc1, x, 0, true",
    "videocodecid, '', x, 0, false",
    "width, 640, height, 360, true",
    "width, 640, x, 0, false",
    "width, 0, height, 0, false",
  })
  void metadataTellWhetherThereIsAPicture(
      String name, String value, String other, double number, boolean picture) {
    ByteBuf message = Unpooled.buffer();
    AmfValue first =
        value.matches("[0-9]+") ? AmfValue.of(Double.parseDouble(value)) : AmfValue.of(value);
    Amf0.writeAll(
        message,
        AmfValue.of("onMetaData"),
        AmfProperties.builder().put(name, first).put(other, AmfValue.of(number)).ecmaArray());
    assertThat(FlvMetadata.saysVideo(Bytes.copyOf(message))).isEqualTo(picture);
    assertThat(FlvMetadata.saysVideo(Bytes.EMPTY)).isFalse();
  }

  /** 16 384 bytes of text that AMF3 repeats for two bytes each, and AMF0 cannot. */
  @ParameterizedTest(name = "{0} times")
  @CsvSource({"15, false", "16, true"})
  void metadataThatGrowsTooLargeIsLeftOut(int times, boolean leftOut) {
    ByteBuf message = Unpooled.buffer();
    Amf0.writeAll(message, AmfValue.of("onMetaData"));
    message.writeBytes(ByteBufUtil.decodeHexDump("0300016111")); // object, "a", AVM+
    message.writeByte(9).writeByte(times << 1 | 1).writeByte(1); // array
    message.writeByte(6).writeMedium(0x82_8001).writeBytes("x".repeat(16_384).getBytes(US_ASCII));
    for (int i = 1; i < times; i++) {
      message.writeByte(6).writeByte(0); // a reference to the string
    }
    message.writeMedium(9);
    Bytes cleaned = FlvMetadata.cleaned(Bytes.copyOf(message), "s");
    if (leftOut) {
      assertThat(cleaned).isEqualTo(FlvMetadata.cleaned(Bytes.EMPTY, "s"));
    } else {
      assertThat(cleaned.size()).isBetween(245_000, 262_144);
    }
  }

  private static AccessUnit unit(Track track, long dts, long pts, boolean randomAccess) {
    return new AccessUnit(
        track,
        dts,
        pts,
        randomAccess,
        Unpooled.wrappedBuffer(new byte[] {(byte) 0xAA, (byte) 0xBB}));
  }

  private static String hex(ByteBuf bytes) {
    return ByteBufUtil.hexDump(bytes).toUpperCase(Locale.ROOT);
  }
}
