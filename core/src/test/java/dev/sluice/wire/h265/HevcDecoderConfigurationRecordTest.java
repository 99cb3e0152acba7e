package dev.sluice.wire.h265;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h265.HevcDecoderConfigurationRecord.NalArray;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HevcDecoderConfigurationRecordTest {
  private static final String VPS = "40010c01ffff01600000030090000003000003003c959409";
  private static final String SPS =
      "42010101600000030090000003000003003ca01020616595964932bc05a02000007d20000ea601";
  private static final String PPS = "4401c171a012";

  /** As ffmpeg writes it into an MP4 file. */
  private static final String RECORD =
      "0101600000009000000000003cf000fcfdf8f800000f03"
          + "a000010018"
          + VPS
          + "a100010027"
          + SPS
          + "a200010006"
          + PPS;

  @Test
  void readsAndWrites() {
    var record = HevcDecoderConfigurationRecord.read(hex(RECORD));
    assertThat(record)
        .isEqualTo(
            new HevcDecoderConfigurationRecord(
                new ProfileTierLevel(0, false, 1, 0x60000000L, 0x900000000000L, 60),
                0,
                0,
                1,
                8,
                8,
                0,
                0,
                1,
                true,
                4,
                List.of(
                    new NalArray(true, 32, List.of(Bytes.ofHex(VPS))),
                    new NalArray(true, 33, List.of(Bytes.ofHex(SPS))),
                    new NalArray(true, 34, List.of(Bytes.ofHex(PPS))))));
    assertThat(written(record)).isEqualTo(hex(RECORD));
    assertThat(record.nalUnits(33)).containsExactly(Bytes.ofHex(SPS));
    assertThat(record.nalUnits(39)).isEmpty();
  }

  @Test
  void isMadeOfParameterSets() {
    var record =
        HevcDecoderConfigurationRecord.of(
            List.of(Bytes.ofHex(VPS)),
            List.of(Bytes.ofHex(SPS)),
            List.of(Bytes.ofHex(PPS)),
            List.of());
    assertThat(written(record)).isEqualTo(hex(RECORD));
  }

  @Test
  void refusesEveryTruncation() {
    for (int length = 0; length < RECORD.length() / 2; length++) {
      ByteBuf truncated = hex(RECORD).slice(0, length);
      assertThatThrownBy(() -> HevcDecoderConfigurationRecord.read(truncated))
          .isInstanceOf(MalformedException.class)
          .hasMessageStartingWith("HEVCDecoderConfigurationRecord ends in ");
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 02", "0, 00", "21, 0e"})
  void refusesOtherVersionsAndLengthsOfThreeBytes(int at, String octet) {
    String changed = RECORD.substring(0, 2 * at) + octet + RECORD.substring(2 * at + 2);
    assertThatThrownBy(() -> HevcDecoderConfigurationRecord.read(hex(changed)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("allowed");
  }

  @Test
  void allFieldsAreKept() {
    var record =
        new HevcDecoderConfigurationRecord(
            new ProfileTierLevel(3, true, 30, 0xFEDCBA98L, 0xFEDCBA987654L, 186),
            4_095,
            3,
            2,
            15,
            9,
            0xFFFF,
            3,
            7,
            false,
            2,
            List.of(new NalArray(false, 39, List.of(Bytes.EMPTY, Bytes.ofHex("4E01")))));
    assertThat(HevcDecoderConfigurationRecord.read(written(record))).isEqualTo(record);
    assertThat(HevcDecoderConfigurationRecord.read(written(record.withLengthSize(4))))
        .isEqualTo(record.withLengthSize(4));
  }

  @ParameterizedTest(name = "tiles {0}, wavefront {1}, then {2}, {3}: {4}")
  @CsvSource({
    "false, false, false, false, 1",
    "true, false, true, false, 2",
    "false, true, false, true, 3",
    "true, true, true, true, 0",
    "true, false, false, true, 0",
  })
  void parallelismIsThatOfAllPictureParameterSets(
      boolean tiles, boolean wavefront, boolean otherTiles, boolean otherWavefront, int type) {
    // min_spatial_segmentation_idc has to be given for it to count
    String vui = "0".repeat(4) + "000" + "0" + "0" + "1" + "000" + ue(5) + ue(1).repeat(4) + "0";
    String main =
        "0000"
            + "000"
            + "1"
            + bits("01600000009000000000003c")
            + ue(0)
            + ue(1)
            + ue(64)
            + ue(64)
            + "0"
            + ue(0)
            + ue(0)
            + ue(4)
            + "1"
            + ue(4)
            + ue(2)
            + ue(0)
            + ue(0)
            + ue(3)
            + ue(0)
            + ue(3)
            + ue(0)
            + ue(0)
            + "0000"
            + ue(0)
            + "0"
            + "00"
            + "1"
            + vui;
    Bytes sps = nalUnit("4201", main);
    var record =
        HevcDecoderConfigurationRecord.of(
            List.of(),
            List.of(sps),
            List.of(pps(0, tiles, wavefront), pps(1, otherTiles, otherWavefront)),
            List.of());
    assertThat(record.minSpatialSegmentation()).isEqualTo(5);
    assertThat(record.parallelism()).isEqualTo(type);
  }

  private static Bytes pps(int id, boolean tiles, boolean wavefront) {
    return nalUnit(
        "4401",
        ue(id)
            + ue(0)
            + "00"
            + "000"
            + "00"
            + ue(0)
            + ue(0)
            + ue(0)
            + "00"
            + "1"
            + ue(1)
            + ue(0)
            + ue(0)
            + "0"
            + "00"
            + "0"
            + (tiles ? "1" : "0")
            + (wavefront ? "1" : "0"));
  }

  private static Bytes nalUnit(String header, String bits) {
    BitsOut out = new BitsOut();
    bits.chars().forEach(bit -> out.u(1, bit - '0'));
    return out.nalUnit(
        Integer.parseInt(header.substring(0, 2), 16), Integer.parseInt(header.substring(2), 16));
  }

  private static String bits(String hex) {
    StringBuilder bits = new StringBuilder();
    for (byte octet : Bytes.ofHex(hex).toArray()) {
      bits.append("%8s".formatted(Integer.toBinaryString(octet & 0xFF)).replace(' ', '0'));
    }
    return bits.toString();
  }

  private static String ue(int value) {
    String code = Integer.toBinaryString(value + 1);
    return "0".repeat(code.length() - 1) + code;
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      var record = HevcDecoderConfigurationRecord.read(Unpooled.wrappedBuffer(input));
      assertThat(HevcDecoderConfigurationRecord.read(written(record))).isEqualTo(record);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("HEVCDecoderConfigurationRecord");
    }
  }

  private static ByteBuf written(HevcDecoderConfigurationRecord record) {
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    return out;
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text).buffer());
  }
}
