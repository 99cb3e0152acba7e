package dev.sluice.mux.codec;

import static dev.sluice.mux.codec.Normaliser.Framing.LENGTH_PREFIXED;
import static dev.sluice.mux.codec.Normaliser.Framing.START_CODES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h265.HevcDecoderConfigurationRecord;
import dev.sluice.wire.h265.HevcNalUnit;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class H265NormaliserTest {
  private static final String VPS = "40010c01ffff01600000030090000003000003003c959409";
  private static final String SPS =
      "42010101600000030090000003000003003ca01020616595964932bc05a02000007d20000ea601";
  private static final String PPS = "4401c171a012";
  private static final String OTHER_PPS = "4401c171a312";
  private static final String RECORD_HEAD = "0101600000009000000000003cf000fcfdf8f800000f";
  private static final String RECORD =
      RECORD_HEAD + "03" + "a000010018" + VPS + "a100010027" + SPS + "a200010006" + PPS;

  /** Prefix SEI of type 4, ATSC A/53 captions as in H.264. */
  private static final String CAPTIONS =
      "4e0104" + "0e" + "b50031" + "47413934" + "03" + "c1ff" + "fc9420" + "ff" + "80";

  private final KeptUnits kept = new KeptUnits();

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "@AUD 000001 2601A0 000001 260120, 000000032601a0 00000003260120",
    "@AUD @SETS 000001 2601A0 000001 4A01 000001 4C0150, 000000032601a0", // EOS, EOB
    "000001 @CAPTIONS 000001 2601A0 000001 500180 000001 4C0150FF80, "
        + "00000013 @CAPTIONS 00000003 2601a0 00000003 500180", // suffix SEI, filler
    "000001 2601A0 000001 7C01AA, 00000003 2601a0 00000003 7c01aa", // Dolby Vision metadata
    "000001 2601A0 000001 4209AA 000001 2609AA, 000000032601a0 00000003 4209aa 000000032609aa",
  })
  void startCodesBecomeLengths(String unit, String payload) {
    var normaliser = VideoNormalisers.of(Codec.H265, START_CODES, 3, "eng");
    normaliser.configuration(hex(RECORD));
    unit(normaliser, named(unit), true);
    assertThat(kept.payloads()).containsExactly(named(payload).replace(" ", ""));
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
    assertThat(normaliser.malformed()).isZero();
  }

  private static String named(String text) {
    return text.replace("@AUD", "00000001 460150")
        .replace("@SETS", "000001" + VPS + "000001" + SPS + "000001" + PPS)
        .replace("@CAPTIONS", CAPTIONS);
  }

  @ParameterizedTest
  @CsvSource({"0f, 00000003 2601A0", "0d, 0003 2601A0", "0c, 03 2601A0"})
  void lengthsBecomeFourBytes(String lengthSize, String unit) {
    String record = RECORD_HEAD.substring(0, 42) + lengthSize + RECORD.substring(44);
    unit(configured(record), unit, true);
    assertThat(kept.last().payload()).isEqualTo("000000032601a0");
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
  }

  @ParameterizedTest(name = "type {0}, key {1}: {2}")
  @CsvSource({
    "19, false, true", // IDR
    "20, false, true",
    "16, false, true", // BLA
    "21, false, true", // CRA
    "1, true, false",
    "9, true, false", // RASL
  })
  void randomAccessIsAnIrapPicture(int type, boolean key, boolean randomAccess) {
    unit(configured(RECORD), "00000003 %02x01A0".formatted(type << 1), key);
    assertThat(kept.last().randomAccess()).isEqualTo(randomAccess);
  }

  @ParameterizedTest(name = "key {0}")
  @CsvSource({"true, true", "false, false"})
  void randomAccessIsARecoveryPoint(boolean key, boolean randomAccess) {
    unit(configured(RECORD), "00000006 4e0106018080 00000003 0201A0", key);
    assertThat(kept.last().randomAccess()).isEqualTo(randomAccess);
  }

  @Test
  void byteStreamsConfigureThemselves() {
    var normaliser = VideoNormalisers.of(Codec.H265, START_CODES, 0, "");
    unit(normaliser, "000001 2601A0", true);
    unit(normaliser, named("000001" + SPS + "000001" + PPS + "000001 2601A0"), true);
    assertThat(normaliser.track()).isNull();
    unit(normaliser, named("@AUD @SETS 000001 2601A0"), true);
    assertThat(kept.units).hasSize(1);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
  }

  @Test
  void changedSetsMakeANewTrackAndOtherArraysStay() {
    String sei = "a70001" + "0005" + "4e01900180"; // an array of prefix SEI
    var normaliser = configured(RECORD_HEAD + "04" + RECORD.substring(46) + sei);
    unit(normaliser, named("00000018" + VPS + "00000006" + PPS + "00000003 2601A0"), true);
    unit(normaliser, named("00000006" + OTHER_PPS + "00000003 0201A0"), true);
    assertThat(kept.units)
        .extracting(each -> each.track().configuration())
        .containsExactly(
            Bytes.ofHex(RECORD_HEAD + "04" + RECORD.substring(46) + sei),
            Bytes.ofHex(RECORD_HEAD + "04" + RECORD.substring(46).replace(PPS, OTHER_PPS) + sei));
    assertThat(kept.payloads()).containsExactly("000000032601a0", "000000030201a0");
  }

  /** hev1: the container's record has no sets. */
  @Test
  void theContainersRecordMayHoldNoSets() {
    var normaliser = configured(RECORD_HEAD + "00");
    String sets = "00000018" + VPS + "00000027" + SPS + "00000006" + PPS;
    unit(normaliser, sets + "00000003 2601A0", true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
    assertThat(kept.last().payload()).isEqualTo("000000032601a0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000004 2601A0", // past the end
        "00000001 26", // no whole header
        "00000003 2600A0", // temporal ID
        "00000003 420101 00000003 2601A0", // an SPS cut short
      })
  void faultyUnitsAreLeftOutAndCounted(String unit) {
    var normaliser = configured(RECORD);
    unit(normaliser, unit, true);
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.malformed()).isEqualTo(1);
    unit(normaliser, "00000003 2601A0", true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00000003 460150", "00000003 4E0180", "00000003 2A0180"})
  void unitsWithoutAPictureGiveNothing(String unit) {
    var normaliser = configured(RECORD);
    unit(normaliser, unit.replace("2A01", "2C01"), true); // 22 is reserved
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.malformed()).isZero();
  }

  @Test
  void brokenConfigurationIsRefused() {
    var normaliser = VideoNormalisers.of(Codec.H265, LENGTH_PREFIXED, 0, "");
    for (int length = 0; length < RECORD.length() / 2; length++) {
      ByteBuf cut = hex(RECORD).slice(0, length);
      assertThatThrownBy(() -> normaliser.configuration(cut))
          .isInstanceOf(MalformedException.class);
    }
    assertThat(normaliser.track()).isNull();
  }

  /** The first byte: framing and key, the second where the configuration ends. */
  @FuzzTest
  void anyBytesAreNormalisedOrCounted(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Normaliser.Framing framing = (input[0] & 1) == 0 ? LENGTH_PREFIXED : START_CODES;
    var normaliser = VideoNormalisers.of(Codec.H265, framing, 0, "");
    int split = Math.min(input.length, 2 + (input[1] & 0xFF));
    ByteBuf in = Unpooled.directBuffer().writeBytes(input);
    NalIndex index = new NalIndex();
    try {
      normaliser.configuration(in.slice(2, split - 2));
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    for (int cut = split; cut <= input.length; cut = 2 * cut + 1) {
      normaliser.unit(
          in.slice(split, cut - split),
          (input[0] & 2) != 0,
          (track, randomAccess, payload) -> {
            index.readLengthPrefixed(payload, 4);
            assertThat(index.count()).isPositive();
            for (int i = 0; i < index.count(); i++) {
              var unit = HevcNalUnit.read(payload, index.offset(i), index.length(i));
              assertThat(unit.layer() != 0 || unit.type() < 32 || unit.type() > 38).isTrue();
            }
            var record = HevcDecoderConfigurationRecord.read(track.configuration().buffer());
            assertThat(record.lengthSize()).isEqualTo(4);
            payload.release();
          });
    }
    assertThat(in.refCnt()).isEqualTo(1);
    in.release();
  }

  private static Normaliser configured(String record) {
    var normaliser = VideoNormalisers.of(Codec.H265, LENGTH_PREFIXED, 3, "eng");
    normaliser.configuration(hex(record));
    return normaliser;
  }

  private void unit(Normaliser normaliser, String hex, boolean key) {
    ByteBuf in = hex(hex);
    normaliser.unit(in, key, kept);
    assertThat(in.refCnt()).isEqualTo(1);
    assertThat(in.readerIndex()).isZero();
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
