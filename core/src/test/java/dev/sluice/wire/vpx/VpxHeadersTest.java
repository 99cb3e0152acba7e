package dev.sluice.wire.vpx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VpxHeadersTest {
  @ParameterizedTest(name = "{0}: key {1}, version {2}, shown {3}, {4} x {5}")
  @CsvSource({
    "300000 9D012A 80006000, true, 0, true, 128, 96",
    "360000 9D012A FF7F01C0, true, 3, true, 16383, 1", // scaling
    "100000 9D012A 80006000, true, 0, true, 128, 96",
    "000000 9D012A 80006000, true, 0, false, 128, 96",
    "310000 AA, false, 0, true, 0, 0",
    "010000, false, 0, false, 0, 0",
  })
  void readsVp8(String hex, boolean key, int version, boolean shown, int width, int height) {
    ByteBuf frame = hex(hex);
    if (hex.startsWith("3")) { // a first partition of one byte
      frame = Unpooled.wrappedBuffer(frame, hex("00"));
    }
    assertThat(Vp8FrameHeader.read(frame))
        .isEqualTo(new Vp8FrameHeader(key, version, shown, width, height));
    for (int length = 0; length < hex.replace(" ", "").length() / 2 && key; length++) {
      ByteBuf truncated = frame.slice(0, length);
      assertThatThrownBy(() -> Vp8FrameHeader.read(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "100000 9D012B 80006000, 'VP8 key frame begins with 9D012B, allowed is 9D012A'",
    "100000 9D012A 00406000, VP8 key frame of 0 x 96 samples",
    "180000 9D012A 80006000, 'VP8 version is 4, allowed is 0 to 3'",
    "310000, 'VP8 frame of 3 bytes, 4 are needed'",
    "FFFFFF 00, 'VP8 version is 7, allowed is 0 to 3'",
    "F1FFFF 00, 'VP8 frame of 4 bytes, 524290 are needed'",
    "'', 'VP8 frame of 0 bytes, 3 are needed'",
  })
  void refusesVp8(String hex, String fault) {
    assertThatThrownBy(() -> Vp8FrameHeader.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessage(fault);
  }

  @ParameterizedTest(name = "profile {0}, 12 bits {1}, colour space {2}, subsampling {4} {5}")
  @CsvSource({
    "0, false, 2, false, true, true, 8",
    "1, false, 1, true, true, false, 8",
    "1, false, 7, true, false, false, 8",
    "2, false, 5, false, true, true, 10",
    "2, true, 0, true, true, true, 12",
    "3, false, 3, false, false, false, 10",
    "3, true, 7, true, false, false, 12",
  })
  void readsKeyFramesOfVp9(
      int profile,
      boolean twelve,
      int space,
      boolean fullRange,
      boolean halfX,
      boolean halfY,
      int bitDepth) {
    BitsOut out = new BitsOut();
    out.u(2, 2).u(1, profile & 1).u(1, profile >> 1);
    if (profile == 3) {
      out.flag(false);
    }
    out.flag(false).flag(false).flag(true).flag(false).u(24, 0x498342);
    if (profile >= 2) {
      out.flag(twelve);
    }
    out.u(3, space);
    if (space != 7) {
      out.flag(fullRange);
      if ((profile & 1) != 0) {
        out.flag(halfX).flag(halfY);
      }
    }
    if ((profile & 1) != 0) {
      out.flag(false);
    }
    byte[] frame = out.u(16, 1_919).u(16, 65_535).bytes();
    assertThat(Vp9FrameHeader.read(Unpooled.wrappedBuffer(frame)))
        .isEqualTo(
            new Vp9FrameHeader(
                profile,
                false,
                true,
                new Vp9FrameHeader.KeyFrame(
                    bitDepth, space, fullRange, halfX, halfY, 1_920, 65_536)));
    for (int length = 0; length < frame.length; length++) {
      ByteBuf truncated = Unpooled.wrappedBuffer(frame, 0, length);
      assertThatThrownBy(() -> Vp9FrameHeader.read(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0}: profile {1}, existing {2}, shown {3}")
  @CsvSource({
    "86, 0, false, true",
    "84, 0, false, false",
    "88, 0, true, true",
    "B4, 3, true, true"
  })
  void readsOtherFramesOfVp9(String hex, int profile, boolean existing, boolean shown) {
    assertThat(Vp9FrameHeader.read(hex(hex)))
        .isEqualTo(new Vp9FrameHeader(profile, existing, shown, null));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "46, 'VP9 frame header: frame_marker is 1, allowed is 2'",
    "82 498343 00, 'VP9 frame header: sync code is 498343, allowed is 498342'",
    "82 498342 E0, VP9 frame header: RGB in profile 0",
    "B8, VP9 frame header: reserved_zero is 1",
    "A2 498342 F000, VP9 frame header: reserved_zero is 1",
  })
  void refusesVp9(String hex, String fault) {
    assertThatThrownBy(() -> Vp9FrameHeader.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessage(fault);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "AABBCC, 3",
    "AABBCC C1 02 01 C1, 2+1",
    "AABBCC C0 03 C0, 3",
    "AABBCC C9 0200 0100 C9, 2+1", // sizes of two bytes
    "AABBCC D9 02000000 01000000 D9, 2+1",
    "AABBCC C1 02 00 C1, 2+0",
    "AABBCC C1 01 01 C1, 1+1", // a byte that is no frame's
    "AABBCC C1 02 01 C2, 7", // markers differ
    "C1, 1",
    "C7 C7, 2",
  })
  void readsSuperframes(String hex, String sizes) {
    List<Integer> expected = List.of(sizes.split("\\+")).stream().map(Integer::valueOf).toList();
    assertThat(Superframe.read(hex(hex))).isEqualTo(new Superframe(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AABBCC C1 02 02 C1", "AABBCC D9 FFFFFFFF FFFFFFFF D9"})
  void refusesSuperframes(String hex) {
    assertThatThrownBy(() -> Superframe.read(hex(hex))).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "000a820202010000, 0, 10, 8, 1, 2, 2, 1, false",
    "021fa30910090000, 2, 31, 10, 1, 9, 16, 9, true",
    "01000000 011e860d0d000000, 1, 30, 8, 3, 13, 13, 0, false", // as in a box
  })
  void readsAndWritesRecords(
      String hex,
      int profile,
      int level,
      int bitDepth,
      int subsampling,
      int primaries,
      int transfer,
      int matrix,
      boolean fullRange) {
    var record = VpCodecConfigurationRecord.read(hex(hex));
    assertThat(record)
        .isEqualTo(
            new VpCodecConfigurationRecord(
                profile,
                level,
                bitDepth,
                subsampling,
                new ColourCodes(primaries, transfer, matrix, fullRange)));
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    assertThat(out).isEqualTo(hex(hex.replace("01000000 ", "")));
    for (int length = 0; length < 8; length++) {
      ByteBuf truncated = hex(hex).slice(0, length);
      assertThatThrownBy(() -> VpCodecConfigurationRecord.read(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void refusesRecords() {
    assertThatThrownBy(() -> VpCodecConfigurationRecord.read(hex("000a720202010000")))
        .isInstanceOf(MalformedException.class)
        .hasMessage("VPCodecConfigurationRecord: bitDepth is 7, allowed is 8 to 15");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "010102 02011F 03010A 040101, 2, 31, 10, 1",
    "010101 040103, 1, 0, 8, 3",
    "02010A, 0, 10, 8, 1",
    "010100 7F03AABBCC 030108, 0, 0, 8, 1", // an unknown one
  })
  void readsFeaturesOfWebM(String hex, int profile, int level, int bitDepth, int subsampling) {
    assertThat(VpCodecConfigurationRecord.isFeatureList(hex(hex))).isTrue();
    assertThat(VpCodecConfigurationRecord.readFeatureList(hex(hex)))
        .isEqualTo(
            new VpCodecConfigurationRecord(
                profile, level, bitDepth, subsampling, ColourCodes.UNSPECIFIED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"01010001", "010100 0201", "010104", "030107", "03010D", "040104"})
  void refusesFeaturesOfWebM(String hex) {
    assertThatThrownBy(() -> VpCodecConfigurationRecord.readFeatureList(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("VP9 feature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"000a820202010000", "010a820202010000", "01000000000a820202010000", "01"})
  void recordsAreNoFeatures(String hex) {
    assertThat(VpCodecConfigurationRecord.isFeatureList(hex(hex))).isFalse();
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    for (Runnable read :
        new Runnable[] {
          () -> Vp8FrameHeader.read(in),
          () -> Vp9FrameHeader.read(in),
          () -> VpCodecConfigurationRecord.readFeatureList(in.duplicate()),
          () -> {
            int sum = Superframe.read(in).sizes().stream().mapToInt(Integer::intValue).sum();
            assertThat(sum).isBetween(0, input.length);
          },
          () -> {
            ByteBuf out = Unpooled.buffer();
            var record = VpCodecConfigurationRecord.read(in.duplicate());
            record.write(out);
            assertThat(VpCodecConfigurationRecord.read(out)).isEqualTo(record);
          }
        }) {
      try {
        read.run();
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).startsWith("VP");
      }
    }
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
