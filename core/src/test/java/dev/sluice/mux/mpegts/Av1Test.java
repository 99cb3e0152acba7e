package dev.sluice.mux.mpegts;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.RegistrationDescriptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AV1 there and back: with start codes, and as senders put it into a TS without them. */
class Av1Test {
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"av1-444.ivf", "av1-hdr.ivf"})
  void temporalUnitsComeBackAsTheyWere(String clip) throws IOException {
    List<AccessUnit> units = units(clip);
    var muxer = new TsMuxer();
    muxer.configure(List.of(units.getFirst().track()));
    assertThat(muxer.leftOut()).isEmpty();
    int size = muxer.size(units);
    ByteBuf stream = Unpooled.buffer(size, size);
    muxer.write(units, stream);
    assertThat(stream.isWritable()).isFalse();
    check(units, demuxed(stream));
  }

  @Test
  void theLowOverheadFormatIsUnderstoodToo() throws IOException {
    List<AccessUnit> units = units("av1-hdr.ivf");
    var ts = new TsBuilder();
    ts.pat(0, 1, 0x1000)
        .pmt(
            0x1000,
            1,
            0,
            0x100,
            TsBuilder.stream(6, 0x100, new RegistrationDescriptor("AV01").descriptor()));
    for (AccessUnit unit : units) {
      ByteBuf payload = Bytes.ofHex("1200").buffer(); // a temporal delimiter
      ByteBuf whole = Unpooled.wrappedBuffer(payload, unit.payload().duplicate());
      long pts = unit.pts() & PesHeader.TIME_RANGE - 1;
      ts.pes(0x100, PesHeader.PRIVATE_1, false, pts, PesHeader.NONE, whole);
    }
    check(units, demuxed(ts.bytes()));
  }

  private static void check(List<AccessUnit> units, TsDump dump) {
    assertThat(dump.tracks).containsExactly(units.getFirst().track());
    assertThat(dump.units).hasSameSizeAs(units);
    for (int i = 0; i < units.size(); i++) {
      AccessUnit unit = units.get(i);
      assertThat(dump.payloads.get(i)).isEqualTo(Bytes.copyOf(unit.payload()));
      assertThat(dump.units.get(i).randomAccess()).isEqualTo(unit.randomAccess());
      assertThat(dump.units.get(i).dts()).isEqualTo(unit.dts() % PesHeader.TIME_RANGE);
    }
  }

  private static TsDump demuxed(ByteBuf stream) {
    var allocator = new UnpooledByteBufAllocator(false, true);
    var dump = new TsDump();
    try (var demuxer = new TsDemuxer(dump, allocator)) {
      TsClips.feed(stream, 1_000, demuxer);
      demuxer.end();
      for (TsFault fault : TsFault.values()) {
        assertThat(demuxer.count(fault)).as(fault.label()).isZero();
      }
    }
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    return dump;
  }

  /** The frames of an IVF file in the inner form. */
  private static List<AccessUnit> units(String clip) throws IOException {
    Normaliser normaliser = VideoNormalisers.of(Codec.AV1, Normaliser.Framing.START_CODES, 0, "");
    List<AccessUnit> units = new ArrayList<>();
    try (var file = requireNonNull(Av1Test.class.getResourceAsStream("/video/" + clip), clip)) {
      ByteBuf in = Unpooled.wrappedBuffer(file.readAllBytes());
      in.skipBytes(in.getUnsignedShortLE(6)); // header
      while (in.isReadable()) {
        int size = in.readIntLE();
        in.skipBytes(8); // time stamp
        normaliser.unit(
            in.readSlice(size),
            true,
            (Track track, boolean randomAccess, ByteBuf payload) -> {
              long time = MuxUnits.BEGIN + 3_600L * units.size();
              units.add(new AccessUnit(track, time, time, randomAccess, payload));
            });
      }
    }
    assertThat(units).hasSizeGreaterThan(2);
    return units;
  }
}
