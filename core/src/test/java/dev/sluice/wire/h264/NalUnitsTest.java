package dev.sluice.wire.h264;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NalUnitsTest {
  @ParameterizedTest(name = "{1} of length size {0} has types {2}")
  @CsvSource({
    "4, 00000002 6588, 20",
    "4, 00000002 0688 00000001 41, 42",
    "2, 0002 6588 0000 0001 67, A0",
    "1, 02 6588 01 68, 120",
    "4, '', 0",
    "4, 00000000, 0",
  })
  void findsTheTypes(int lengthSize, String hex, String types) {
    ByteBuf accessUnit = hex(hex);
    assertThat(NalUnits.types(accessUnit, lengthSize)).isEqualTo(Integer.parseInt(types, 16));
    assertThat(accessUnit.readerIndex()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"00000003 6588", "FFFFFFFF 6588", "000000", "00000001 65 00", "80000000 65"})
  void refusesWhatReachesPastTheEnd(String hex) {
    for (var read :
        new Runnable[] {
          () -> NalUnits.types(hex(hex), 4),
          () -> NalUnits.hasRecoveryPoint(hex(hex), 4),
          () -> NalUnits.writeWithLengthSize4(hex(hex), 4, Unpooled.buffer())
        }) {
      assertThatThrownBy(read::run)
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("reaches past the end");
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "00000005 06 06 01 84 80, true", // recovery point alone
    "00000008 06 05 02 AABB 06 01 84, true", // behind user data
    "00000003 06 FF 06, false", // payload type 261
    "00000007 06 05 02 0606 80 00, false", // bytes of another payload
    "00000002 06 06, false", // cut off
    "00000002 6588, false",
    "'', false",
  })
  void findsRecoveryPoints(String hex, boolean found) {
    assertThat(NalUnits.hasRecoveryPoint(hex(hex), 4)).isEqualTo(found);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "00000002 41 88, true", // first_mb 0, slice_type 7
    "00000002 41 B0, true", // slice_type 2
    "00000002 41 9A, false", // slice_type 5
    "00000002 41 C0, false", // slice_type 0
    "00000004 0605 0080 00000002 65 88, true",
    "00000002 0980, false",
  })
  void findsIntraSlices(String hex, boolean intra) {
    assertThat(NalUnits.beginsIntra(hex(hex), 4)).isEqualTo(intra);
  }

  @Test
  void rewritesLengths() {
    ByteBuf out = Unpooled.buffer();
    NalUnits.writeWithLengthSize4(hex("0002 6588 0000 0001 67"), 2, out);
    assertThat(out).isEqualTo(hex("00000002 6588 00000001 67"));
  }

  @Test
  void removesEmulationPrevention() {
    ByteBuf nalUnit = hex("67 000003 01 000003 0000 03 03 0003");
    assertThat(Bytes.of(NalUnits.rbsp(nalUnit, 0, nalUnit.readableBytes())))
        .isEqualTo(Bytes.ofHex("0000010000000003" + "0003"));
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int lengthSize = 1 << (input[0] & 0xFF) % 3;
    ByteBuf accessUnit = Unpooled.wrappedBuffer(input, 1, input.length - 1);
    try {
      int types = NalUnits.types(accessUnit, lengthSize);
      ByteBuf rewritten = Unpooled.buffer();
      NalUnits.writeWithLengthSize4(accessUnit, lengthSize, rewritten);
      assertThat(NalUnits.types(rewritten, 4)).isEqualTo(types);
      NalUnits.hasRecoveryPoint(accessUnit, lengthSize);
      NalUnits.beginsIntra(accessUnit, lengthSize);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).containsAnyOf("NAL unit", "slice header");
    }
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
