package dev.sluice.wire.h264;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.VuiStart;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameter sets are x264's. */
class SpsTest {
  @ParameterizedTest(name = "profile {1}, {5}x{6}, {8} fps")
  @CsvSource({
    // baseline, height cropped
    "6742c00cd901419f9f011000000300100000030320f142a480,66,12,1,8,320,180,true,25,0",
    // main, interlaced, height cropped in units of four lines
    "674d4028f403c0227ef01100000303e90000ea601f162ea0,77,40,1,8,1920,1080,false,29.97,0",
    // 4:2:2, 10 bits, width and height cropped
    "677a001eb6cb405217f113e022000007d2000177001e2c5d40,122,30,2,10,642,362,true,23.976,0",
    // 4:4:4, odd sides
    "67f40015919681519e108cc044000003000400000301903c58ba80,244,21,3,8,321,181,true,50,0",
    // scaling lists, sample aspect ratio, HRD, B-pyramid
    "6764001eacd940a02ff970110000030001000003003c604000f424001e84e4c30078b16cb0"
        + ",100,30,1,8,640,360,true,30,2",
    // monochrome
    "6764000cf36505067e37016c800000030080000019078a14cb,100,12,0,8,320,180,true,25,2",
  })
  void reads(
      String hex,
      int profile,
      int level,
      int chromaFormat,
      int bitDepth,
      int width,
      int height,
      boolean progressive,
      double fps,
      int reorder) {
    Sps sps = Sps.read(Bytes.ofHex(hex).buffer());
    assertThat(sps.profile()).isEqualTo(profile);
    assertThat(sps.level()).isEqualTo(level);
    assertThat(sps.chromaFormat()).isEqualTo(chromaFormat);
    assertThat(sps.bitDepth()).isEqualTo(bitDepth);
    assertThat(sps.width()).isEqualTo(width);
    assertThat(sps.height()).isEqualTo(height);
    assertThat(sps.progressive()).isEqualTo(progressive);
    assertThat(sps.maxReorderFrames()).isEqualTo(reorder);
    Sps.Timing timing = sps.timing();
    assertThat(timing).isNotNull();
    assertThat(timing.framesPerSecond()).isCloseTo(fps, within(0.001));
    refusesEveryTruncation(hex);
  }

  /** The last bytes may hold only what is passed over, so the end is left to the fuzz test. */
  private static void refusesEveryTruncation(String hex) {
    for (int length = 0; length < hex.length() / 2 - 3; length++) {
      Bytes truncated = Bytes.ofHex(hex.substring(0, 2 * length));
      assertThatThrownBy(() -> Sps.read(truncated.buffer())).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void readsOneWithoutVui() {
    Sps sps = Sps.read(Bytes.ofHex("6742001eda0280f640").buffer());
    assertThat(sps.timing()).isNull();
    assertThat(sps.maxReorderFrames()).isZero(); // pic_order_cnt_type is 2
    assertThat(sps.slices()).isEqualTo(new Sps.SliceSyntax(false, 4, 2, 0, true));
    assertThat(sps.usability()).isEqualTo(VuiStart.NONE);
    assertThat(sps.width()).isEqualTo(640);
    assertThat(sps.height()).isEqualTo(480);
  }

  /** Aspect ratio by number and in full, colour, and what follows in its place behind them. */
  @ParameterizedTest(name = "aspect ratio {0} is {3}:{4}, colour {5}")
  @CsvSource({
    "1, 0, 0, 1, 1, true, -1",
    "14, 0, 0, 4, 3, false, -1",
    "16, 0, 0, 2, 1, true, 3",
    "17, 0, 0, 0, 0, true, 0", // reserved
    "0, 0, 0, 0, 0, false, 1",
    "255, 65535, 7, 65535, 7, true, 2",
    "255, 0, 7, 0, 0, false, 2",
  })
  void readsUsability(
      int idc, int width, int height, int sarWidth, int sarHeight, boolean colour, int reorder) {
    BitsOut out = new BitsOut();
    out.u(24, 0x64001F).ue(31).ue(1).ue(2).ue(4).u(2, 0); // High, 10 and 12 bits
    out.ue(12).ue(0).ue(12).ue(4).flag(false).ue(39).ue(29); // order counts of 16 bits
    out.flag(false).flag(true).flag(true).flag(false).flag(true); // interlaced, VUI
    out.flag(true).u(8, idc);
    if (idc == 255) {
      out.u(16, width).u(16, height);
    }
    out.flag(true).flag(false); // overscan
    out.flag(true).u(3, 5).flag(true).flag(colour);
    if (colour) {
      out.u(8, 9).u(8, 16).u(8, 14);
    }
    out.flag(true).ue(5).ue(0).flag(true).u(32, 1).u(32, 50).flag(true);
    for (int i = 0; i < 2; i++) { // HRD of NAL and VCL
      out.flag(true).ue(1).u(8, 0x31).ue(1_000_000).ue(77).flag(true).ue(2_000).ue(78).flag(false);
      out.u(20, 0x5AAAA);
    }
    out.flag(false).flag(true).flag(reorder >= 0);
    if (reorder >= 0) {
      out.flag(true).ue(2).ue(1).ue(15).ue(15).ue(reorder).ue(4);
    }
    Sps sps = Sps.read(out.nalUnit(0x67).buffer());
    assertThat(sps)
        .isEqualTo(
            new Sps(
                100,
                0,
                31,
                31,
                1,
                10,
                12,
                4,
                640,
                960,
                false,
                new Sps.SliceSyntax(false, 16, 0, 16, true),
                new VuiStart(
                    sarWidth,
                    sarHeight,
                    colour ? new ColourCodes(9, 16, 14, true) : new ColourCodes(2, 2, 2, true)),
                new Sps.Timing(1, 50, true),
                reorder));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "68cb83cb20 | NAL unit of type 8",
        "6742001e   | SPS ends at bit",
        "67         | SPS of 1 bytes",
        // 100 001 macroblocks wide
        "6742001eda000061a87fc0 | pic_width_in_mbs_minus1",
      })
  void refuses(String hex, String fault) {
    assertThatThrownBy(() -> Sps.read(Bytes.ofHex(hex).buffer()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void sizeIsLimited() {
    byte[] bytes = new byte[Sps.MAX_BYTES + 1];
    bytes[0] = 0x67;
    assertThatThrownBy(() -> Sps.read(Unpooled.wrappedBuffer(bytes)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("SPS of 4097 bytes, allowed are 4 to 4096");
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      Sps sps = Sps.read(Unpooled.wrappedBuffer(input));
      assertThat(sps.width()).isBetween(1, Sps.MAX_SIDE + 32);
      assertThat(sps.height()).isBetween(1, 2 * (Sps.MAX_SIDE + 32));
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).containsAnyOf("SPS", "NAL unit");
    }
  }
}
