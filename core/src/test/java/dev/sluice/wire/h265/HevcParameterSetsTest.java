package dev.sluice.wire.h265;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameter sets are x265's. */
class HevcParameterSetsTest {
  private static final String MAIN =
      "42010101600000030090000003000003003ca01020616595964932bc05a02000007d20000ea601";
  private static final String HDR10 =
      "42010102200000030090000003000003003ca0112069c92365959a49395ffe00100012d424402410000003001000"
          + "0003032080";
  private static final String RANGE_EXTENSIONS =
      "420101040800000300980800000300001e9002040c2294b7524995e02d0100000303e90000753008";

  @ParameterizedTest(name = "{1}, {5}x{6}")
  @CsvSource({
    MAIN + ", 1.6.L60.90, 1, 8, 8, 128, 96, 2, 30000, 1001, 1, 1",
    HDR10 + ", 2.4.L60.90, 1, 10, 10, 130, 98, 2, 50, 1, 8, 9",
    RANGE_EXTENSIONS + ", 4.10.L30.98.8, 3, 12, 12, 128, 96, 0, 30000, 1001, 1, 1",
  })
  void readsSps(
      String hex,
      String codecs,
      int chromaFormat,
      int bitDepth,
      int chromaBitDepth,
      int width,
      int height,
      int reorder,
      long timeScale,
      long unitsInTick,
      int sarWidth,
      int sarHeight) {
    HevcSps sps = HevcSps.read(Bytes.ofHex(hex).buffer());
    assertThat(sps.profile().codecsSuffix()).isEqualTo(codecs);
    assertThat(sps.chromaFormat()).isEqualTo(chromaFormat);
    assertThat(sps.bitDepth()).isEqualTo(bitDepth);
    assertThat(sps.chromaBitDepth()).isEqualTo(chromaBitDepth);
    assertThat(sps.width()).isEqualTo(width);
    assertThat(sps.height()).isEqualTo(height);
    assertThat(sps.maxReorderPictures()).isEqualTo(reorder);
    assertThat(sps.vui().timing()).isEqualTo(new HevcTiming(unitsInTick, timeScale));
    assertThat(sps.vui().start().sarWidth()).isEqualTo(sarWidth);
    assertThat(sps.vui().start().sarHeight()).isEqualTo(sarHeight);
    assertThat(sps.temporalLayers()).isEqualTo(1);
    assertThat(sps.temporalIdNested()).isTrue();
    // the last byte may hold only what is passed over
    for (int length = 0; length < hex.length() / 2 - 2; length++) {
      ByteBuf truncated = Bytes.ofHex(hex.substring(0, 2 * length)).buffer();
      assertThatThrownBy(() -> HevcSps.read(truncated)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void readsColour() {
    assertThat(HevcSps.read(Bytes.ofHex(HDR10).buffer()).vui().start().colour())
        .isEqualTo(new ColourCodes(9, 16, 9, false));
  }

  @Test
  void readsVps() {
    String hex = "40010c01ffff01600000030090000003000003003c959409";
    assertThat(HevcVps.read(Bytes.ofHex(hex).buffer())).isEqualTo(new HevcVps(0, null));
    for (int length = 0; length < hex.length() / 2; length++) {
      ByteBuf truncated = Bytes.ofHex(hex.substring(0, 2 * length)).buffer();
      assertThatThrownBy(() -> HevcVps.read(truncated)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void readsPps() {
    String hex = "4401c171a012";
    assertThat(HevcPps.read(Bytes.ofHex(hex).buffer())).isEqualTo(new HevcPps(0, 0, false, false));
    for (int length = 0; length < hex.length() / 2 - 1; length++) {
      ByteBuf truncated = Bytes.ofHex(hex.substring(0, 2 * length)).buffer();
      assertThatThrownBy(() -> HevcPps.read(truncated)).isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "4401c171a012     | NAL unit of type 34, layer 0 read as SPS, allowed are 33 and 0",
        "420901           | NAL unit of type 33, layer 1 read as SPS, allowed are 33 and 0",
        "420001           | nuh_temporal_id_plus1 is 0, allowed is 1 to 7",
        "42               | SPS of 1 bytes, allowed are 3 to 8192",
        "42010F           | SPS: sps_max_sub_layers_minus1 is 7, allowed is 0 to 6",
      })
  void refuses(String hex, String fault) {
    assertThatThrownBy(() -> HevcSps.read(Bytes.ofHex(hex).buffer()))
        .isInstanceOf(MalformedException.class)
        .hasMessage(fault);
  }

  @Test
  void sizeIsLimited() {
    byte[] bytes = new byte[HevcSps.MAX_BYTES + 1];
    bytes[0] = 0x42;
    bytes[1] = 1;
    assertThatThrownBy(() -> HevcSps.read(Unpooled.wrappedBuffer(bytes)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("SPS of 8193 bytes, allowed are 3 to 8192");
    assertThatThrownBy(() -> HevcSps.read(Unpooled.wrappedBuffer(bytes, 0, HevcSps.MAX_BYTES)))
        .isInstanceOf(MalformedException.class)
        .hasMessageNotContaining("allowed are 3 to");
  }

  /** Examples of ISO 14496-15, annex E.3, and of what devices write. */
  @ParameterizedTest(name = "{5}")
  @CsvSource({
    "0, false, 1, 60000000, B00000000000, 93, 1.6.L93.B0",
    "0, true, 2, 20000000, 900000000000, 153, 2.4.H153.90",
    "1, false, 4, 08000000, 980800000000, 30, A4.10.L30.98.8",
    "0, false, 1, 80000000, 000000000000, 90, 1.1.L90",
    "3, true, 31, FFFFFFFF, 000000000001, 255, C31.FFFFFFFF.H255.0.0.0.0.0.1",
  })
  void namesCodecs(
      int space,
      boolean high,
      int profile,
      String compatibility,
      String constraints,
      int level,
      String text) {
    var profileTierLevel =
        new ProfileTierLevel(
            space,
            high,
            profile,
            Long.parseLong(compatibility, 16),
            Long.parseLong(constraints, 16),
            level);
    assertThat(profileTierLevel.codecsSuffix()).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0}: slice {1}, IRAP {2}")
  @CsvSource({
    "0, true, false",
    "9, true, false",
    "10, false, false",
    "15, false, false",
    "16, true, true",
    "21, true, true",
    "22, false, false",
    "32, false, false"
  })
  void knowsTypes(int type, boolean slice, boolean irap) {
    assertThat(HevcNalUnit.isSlice(type)).isEqualTo(slice);
    assertThat(HevcNalUnit.isIrap(type)).isEqualTo(irap);
    ByteBuf header = Unpooled.buffer().writeByte(type << 1 | 1).writeByte(0x0A);
    assertThat(HevcNalUnit.read(header, 0, 2)).isEqualTo(new HevcNalUnit(type, 33, 1));
    assertThat(HevcNalUnit.type(type << 1)).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"42", ""})
  void headersHaveTwoBytes(String hex) {
    ByteBuf in = Bytes.ofHex(hex).buffer();
    assertThatThrownBy(() -> HevcNalUnit.read(in, 0, in.readableBytes()))
        .isInstanceOf(MalformedException.class);
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    for (Runnable read :
        new Runnable[] {
          () -> HevcVps.read(in),
          () -> HevcPps.read(in),
          () -> {
            HevcSps sps = HevcSps.read(in);
            assertThat(sps.width()).isBetween(1, HevcSps.MAX_SIDE);
            assertThat(sps.height()).isBetween(1, HevcSps.MAX_SIDE);
            assertThat(sps.profile().codecsSuffix()).isNotEmpty();
          }
        }) {
      try {
        read.run();
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }
}
