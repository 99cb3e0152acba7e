package dev.sluice.endpoint.flv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.mux.flv.FlvDialect;
import dev.sluice.mux.flv.FlvReader;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.Amf0;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Access units as FLV: sizes are exact, what is written reads back. */
class FlvFormTest {
  static final long ZERO_MS = 1_800_000_000_000L;

  /** SPS and PPS of a small picture, baseline profile. */
  static final Track VIDEO =
      new Track(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          "h264",
          Timescale.VIDEO,
          Bytes.ofHex("0142C01EFFE1000A6742C01EDA02D0F6840601000468CE3C80"));

  /** AAC-LC, 48 kHz, stereo. */
  static final Track AUDIO =
      new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.ofHex("1190"));

  static final Track DATA =
      new Track(2, Track.Kind.DATA, Codec.AMF_DATA, "amf", Timescale.MILLIS, Bytes.EMPTY);

  /** {@code onMetaData} with an object that holds nothing. */
  static final Bytes METADATA = Bytes.ofHex("02000A6F6E4D65746144617461" + "03000009");

  /** {@code onCuePoint} with the number 1. */
  private static final Bytes CUE = Bytes.ofHex("02000A6F6E437565506F696E74" + "003FF0000000000000");

  private static final Configuration BOTH = new Configuration(1, List.of(VIDEO, AUDIO), METADATA);

  /** What an FLV reader makes of it. */
  private static final class Found implements SourceOutput {
    final List<Track> tracks = new ArrayList<>();
    final List<SourceUnit> units = new ArrayList<>();
    final List<Bytes> payloads = new ArrayList<>();
    final List<Bytes> metadata = new ArrayList<>();

    @Override
    public void track(Track track) {
      tracks.add(track);
    }

    @Override
    public void unit(SourceUnit unit) {
      units.add(unit);
      payloads.add(Bytes.copyOf(unit.payload()));
      unit.payload().release();
    }

    @Override
    public void metadata(Bytes message) {
      metadata.add(message);
    }
  }

  private static Found read(ByteBuf flv) {
    var found = new Found();
    try (var reader = new FlvReader(new FlvDemuxer(found), UnpooledByteBufAllocator.DEFAULT)) {
      reader.feed(flv);
    }
    return found;
  }

  private static long ticks(Track track, long ms) {
    return Timescale.MILLIS.convert(ms, track.timescale());
  }

  private static AccessUnit unit(Track track, long ms, Bytes payload) {
    long dts = ticks(track, ZERO_MS + ms);
    return new AccessUnit(track, dts, dts, true, payload.buffer());
  }

  @ParameterizedTest(name = "{0}: {1} tags, flags {2}")
  @CsvSource({"ALL, 2, 5", "AUDIO, 1, 4", "VIDEO, 1, 1"})
  void aFileBeginsWithHeaderMetadataAndConfiguration(MediaChoice media, int tracks, int flags) {
    var form = form(media);
    ByteBuf out = Unpooled.buffer();
    form.preamble(BOTH, out);
    assertThat(out.getUnsignedByte(4)).isEqualTo((short) flags);
    muxer(form).headers(BOTH, ZERO_MS + 40, out);
    Found found = read(out);
    assertThat(found.metadata).hasSize(1);
    assertThat(Amf0.readAll(found.metadata.getFirst().buffer()).getLast())
        .asString()
        .contains(media == MediaChoice.AUDIO ? "audiocodecid" : "videocodecid");
    assertThat(found.tracks)
        .hasSize(tracks)
        .allSatisfy(track -> assertThat(media.includes(track.kind())).isTrue());
    assertThat(found.tracks.getFirst().configuration())
        .isEqualTo(media == MediaChoice.AUDIO ? AUDIO.configuration() : VIDEO.configuration());
  }

  @Test
  void withoutMetadataAndTracksThereIsNoTagForThem() {
    ByteBuf out = Unpooled.buffer();
    form(MediaChoice.ALL).muxer(0).headers(new Configuration(1, List.of(), Bytes.EMPTY), 0, out);
    assertThat(out.isReadable()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(FlvDialect.class)
  void whatTheDialectHasNoPlaceForIsNamed(FlvDialect dialect) {
    Track other =
        new Track(0, Track.Kind.VIDEO, Codec.OPAQUE, "vvc1", Timescale.VIDEO, Bytes.EMPTY);
    Track none = Track.of(1, Track.Kind.AUDIO, Codec.MP2, new Timescale(48_000), Bytes.EMPTY, "");
    var form = new FlvForm(dialect, MediaChoice.ALL);
    assertThat(form.objection(BOTH)).isNull();
    assertThat(form.objection(Configuration.NONE)).isNull();
    assertThat(form.objection(new Configuration(1, List.of(VIDEO, none), Bytes.EMPTY)))
        .isEqualTo("mp2 has no place in FLV and RTMP");
    assertThat(
            new FlvForm(dialect, MediaChoice.VIDEO)
                .objection(new Configuration(1, List.of(VIDEO, none), Bytes.EMPTY)))
        .isNull();
    assertThat(form.objection(new Configuration(1, List.of(other), Bytes.EMPTY)))
        .isEqualTo(
            dialect == FlvDialect.LEGACY
                ? "vvc1 needs the FourCC form of Enhanced RTMP, which was not asked for"
                : null);
  }

  private static FlvForm form(MediaChoice media) {
    return new FlvForm(FlvDialect.FOURCC, media);
  }

  private static Form.Muxer muxer(FlvForm form) {
    Form.Muxer muxer = form.muxer(ZERO_MS);
    muxer.configure(BOTH);
    return muxer;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"ALL, true, true", "AUDIO, false, true", "VIDEO, true, false"})
  void onlyTheTracksThatAreWantedAreWritten(MediaChoice media, boolean video, boolean audio) {
    Form.Muxer muxer = muxer(form(media));
    assertThat(written(muxer, unit(VIDEO, 0, Bytes.ofHex("0000000165")))).isEqualTo(video);
    assertThat(written(muxer, unit(AUDIO, 0, Bytes.ofHex("2110")))).isEqualTo(audio);
    assertThat(written(muxer, unit(DATA, 0, CUE))).isTrue();
  }

  private static boolean written(Form.Muxer muxer, AccessUnit unit) {
    ByteBuf out = Unpooled.buffer();
    muxer.write(unit, out);
    assertThat(out.readableBytes()).isEqualTo(muxer.size(unit));
    assertThat(unit.payload().readerIndex()).isZero();
    return out.isReadable();
  }

  @ParameterizedTest(name = "{0} ticks of 48 kHz past zero are {1} ms")
  @CsvSource({
    "0, 0",
    "23, 0",
    "24, 1",
    "47, 1",
    "48, 1",
    "72, 2",
    "-24, 0",
    "-25, 0", // sound from before the first picture
    "206158430208, 0", // 2^32 ms
    "206158430160, 4294967295"
  })
  void timeStampsAreRoundedWrapAndNeverLieBeforeZero(long ticks, long ms) {
    long zeroTicks = ticks(AUDIO, ZERO_MS);
    var unit =
        new AccessUnit(
            AUDIO, zeroTicks + ticks, zeroTicks + ticks, true, Bytes.ofHex("2110").buffer());
    ByteBuf out = Unpooled.buffer();
    muxer(form(MediaChoice.ALL)).write(unit, out);
    long low = out.getUnsignedMedium(4);
    assertThat((long) out.getUnsignedByte(7) << 24 | low).isEqualTo(ms);
  }

  @RepeatedTest(100)
  void whatIsWrittenReadsBack(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    var form = form(MediaChoice.ALL);
    Form.Muxer muxer = muxer(form);
    List<AccessUnit> units = new ArrayList<>();
    int size = 0;
    for (long ms = 0; units.size() < 20; ms += random.nextInt(1, 50)) {
      AccessUnit unit = random.nextInt(8) == 0 ? unit(DATA, ms, CUE) : frame(random, ms);
      units.add(unit);
      size += muxer.size(unit);
    }
    ByteBuf out = Unpooled.buffer();
    form.preamble(BOTH, out);
    muxer.headers(BOTH, ZERO_MS, out);
    int before = out.readableBytes();
    units.forEach(unit -> muxer.write(unit, out));
    assertThat(out.readableBytes() - before).isEqualTo(size);
    Found found = read(out);
    assertThat(found.payloads)
        .isEqualTo(units.stream().map(unit -> Bytes.copyOf(unit.payload())).toList());
    for (int i = 0; i < units.size(); i++) {
      AccessUnit unit = units.get(i);
      SourceUnit back = found.units.get(i);
      Timescale scale = unit.track().timescale();
      assertThat(back.dts())
          .isEqualTo(scale.convertRounded(unit.dts(), Timescale.MILLIS) - ZERO_MS);
      long ptsMs = scale.convert(unit.pts(), Timescale.MILLIS) - ZERO_MS;
      assertThat(back.dts() + back.compositionOffset()).isBetween(ptsMs - 1, ptsMs + 1);
      assertThat(back.track().kind()).isEqualTo(unit.track().kind());
    }
  }

  private static AccessUnit frame(RandomGenerator random, long ms) {
    if (random.nextBoolean()) {
      var bytes = new byte[random.nextInt(1, 300)];
      random.nextBytes(bytes);
      return unit(AUDIO, ms, Bytes.of(bytes));
    }
    var nal = new byte[random.nextInt(5, 3_000)];
    random.nextBytes(nal);
    int length = nal.length - 4;
    nal[0] = 0;
    nal[1] = 0;
    nal[2] = (byte) (length >> 8);
    nal[3] = (byte) length;
    nal[4] = 0x65; // IDR
    long dts = ticks(VIDEO, ZERO_MS + ms) + random.nextInt(90);
    return new AccessUnit(VIDEO, dts, dts + random.nextInt(0, 9_000), true, Bytes.of(nal).buffer());
  }
}
