package dev.sluice.wire.h264;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NalUnitsTest {
  @ParameterizedTest(name = "{0}: first {1}, intra {2}, whole picture {3}")
  @CsvSource({
    "41 88, true, true, true", // first_mb 0, slice_type 7
    "41 B0, true, true, false", // slice_type 2
    "41 9A, true, false, false", // slice_type 5
    "41 C0, true, false, false", // slice_type 0
    "41 4C, false, true, false", // first_mb 1, slice_type 2
    "65 94, true, true, false", // slice_type 4: SI
    "41 00000302 FFFFFB, false, true, false", // emulation prevention in first_mb
  })
  void readsTheBeginningOfSlices(String hex, boolean first, boolean intra, boolean whole) {
    ByteBuf in = hex(hex);
    assertThat(NalUnits.sliceStart(in, 0, in.readableBytes()))
        .isEqualTo(new NalUnits.SliceStart(first, intra, whole));
  }

  @ParameterizedTest
  @ValueSource(strings = {"41", "41 00", "41 80", "41 00000000 00000000 00", "41 86"})
  void refusesSlicesThatAreNone(String hex) {
    ByteBuf in = hex(hex);
    assertThatThrownBy(() -> NalUnits.sliceStart(in, 0, in.readableBytes()))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("slice header");
  }

  @ParameterizedTest(name = "{0}: {1} of SPS {2}")
  @CsvSource({
    "68cb83cb20, 0, 0, false", // x264's
    "68F0, 0, 0, true",
    "28 2B40, 4, 2, true",
    "68 008040, 255, 0, false",
  })
  void readsPictureParameterSets(String hex, int id, int spsId, boolean fieldOrder) {
    assertThat(Pps.read(hex(hex))).isEqualTo(new Pps(id, spsId, fieldOrder));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "68", "67 CB", "68 00", "68 80", "68 0080C0", "68 8210"})
  void refusesWhatIsNoPictureParameterSet(String hex) {
    assertThatThrownBy(() -> Pps.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("PPS");
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      Pps pps = Pps.read(in);
      assertThat(pps.id()).isBetween(0, 255);
      assertThat(pps.spsId()).isBetween(0, 31);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).contains("PPS");
    }
    if (input.length > 0) {
      try {
        NalUnits.SliceStart slice = NalUnits.sliceStart(in, 0, input.length);
        assertThat(slice.intra() || !slice.wholePictureIntra()).isTrue();
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).startsWith("slice header");
      }
    }
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
