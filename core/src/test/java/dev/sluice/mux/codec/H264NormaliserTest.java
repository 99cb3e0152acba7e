package dev.sluice.mux.codec;

import static dev.sluice.mux.codec.Normaliser.Framing.LENGTH_PREFIXED;
import static dev.sluice.mux.codec.Normaliser.Framing.START_CODES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h264.AvcDecoderConfigurationRecord;
import dev.sluice.wire.h264.NalUnits;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class H264NormaliserTest {
  /** 640 × 480 Baseline, without VUI. */
  private static final String SPS = "6742001eda0280f640";

  /** Another size: 320 × 180 High, monochrome. */
  private static final String OTHER_SPS = "6764000cf36505067e37016c800000030080000019078a14cb";

  private static final String PPS = "68cb83cb20";
  private static final String OTHER_PPS = "68ce3c80";
  private static final String AVCC = "0142001effe10009" + SPS + "010005" + PPS;
  private static final String AUD = "09f0";
  private static final String FILLER = "0cffff80";

  /**
   * ATSC A/53 captions: user_data_registered_itu_t_t35 of country 181, provider 49, {@code GA94},
   * with the pairs of CEA-608 channel 1 that say resume caption loading, twice.
   */
  private static final String CAPTIONS =
      "0604" + "11" + "b50031" + "47413934" + "03" + "c2ff" + "fc9420" + "fc9420" + "ff" + "80";

  private final KeptUnits kept = new KeptUnits();
  private final List<ByteBuf> given = new ArrayList<>();

  @AfterEach
  void argumentsAreOnlyBorrowed() {
    assertThat(given)
        .allSatisfy(buffer -> {
          assertThat(buffer.refCnt()).isEqualTo(1);
          assertThat(buffer.readerIndex()).isZero();
        });
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "fd, 0002 6588 0001 41, 00000002 6588 00000001 41",
    "fc, 02 6588 01 41, 00000002 6588 00000001 41",
    "ff, 00000002 6588 00000001 41, 00000002 6588 00000001 41",
  })
  void lengthsBecomeFourBytes(String lengthSize, String unit, String payload) {
    var normaliser = configured(AVCC.replace("1eff", "1e" + lengthSize));
    unit(normaliser, unit, true);
    assertThat(kept.last().payload()).isEqualTo(payload.replace(" ", ""));
    assertThat(kept.last().track())
        .isEqualTo(
            Track.of(3, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, Bytes.ofHex(AVCC), "eng"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "00000001 6588, 00000002 6588", // one start code
    "000001 6588 000001 41, 00000002 6588 00000001 41", // short ones
    "0000000000 000001 6588 0000 00000001 41 00, 00000002 6588 00000001 41", // zeros
    "00000001 @AUD 00000001 6588 00000001 @FILLER, 00000002 6588", // to be left out
    "00000001 @AUD 00000001 @SPS 00000001 @PPS 000001 6588 000001 0A 000001 0B, 00000002 6588",
    "000001 @CAPTIONS 000001 6588, @CAPTIONSIZE @CAPTIONS 00000002 6588",
    "000001 6588 000001 14AABB 000001 0F42, 00000002 6588 00000003 14aabb 00000002 0f42", // SVC
  })
  void startCodesBecomeLengths(String unit, String payload) {
    var normaliser = VideoNormalisers.of(Codec.H264, START_CODES, 3, "eng");
    normaliser.configuration(buffer(AVCC));
    unit(normaliser, named(unit), true);
    assertThat(kept.payloads()).containsExactly(named(payload).replace(" ", ""));
    assertThat(normaliser.track()).isSameAs(kept.last().track());
    assertThat(normaliser.malformed()).isZero();
  }

  private static String named(String text) {
    return text.replace("@AUD", AUD)
        .replace("@FILLER", FILLER)
        .replace("@SPS", SPS)
        .replace("@PPS", PPS)
        .replace("@CAPTIONSIZE", "%08x".formatted(CAPTIONS.length() / 2))
        .replace("@CAPTIONS", CAPTIONS);
  }

  @Test
  void nothingIsCopiedWhenNothingHasToBeChanged() {
    var normaliser = configured(AVCC);
    for (String before : new String[] {"", prefixed(AUD), prefixed(AUD, SPS, PPS)}) {
      for (String behind : new String[] {"", prefixed(FILLER), prefixed("0A", "0B")}) {
        ByteBuf in = buffer(before + prefixed(CAPTIONS, "6588", "65FF") + behind);
        normaliser.unit(
            in,
            true,
            (track, randomAccess, payload) -> {
              assertThat(payload).isEqualTo(buffer(prefixed(CAPTIONS, "6588", "65FF")));
              assertThat(payload.array()).isSameAs(in.array());
              assertThat(in.refCnt()).isEqualTo(2);
              payload.release();
            });
        assertThat(in.refCnt()).isEqualTo(1);
      }
    }
    unit(normaliser, prefixed("6588", FILLER, "65FF"), true);
    assertThat(kept.payloads()).containsExactly(prefixed("6588", "65ff"));
  }

  @ParameterizedTest(name = "key {1}, {0}: {2}")
  @CsvSource({
    "00000002 6588, false, true", // IDR
    "00000002 4188, true, true", // I slice
    "00000002 4188, false, false",
    "00000002 419A, true, false", // P slice
    "00000005 0606018480 00000002 419A, true, true", // recovery point
    "00000005 0606018480 00000002 419A, false, false",
    "00000005 0605018480 00000002 419A, true, false", // another SEI
  })
  void behindLengthsRandomAccessNeedsMoreThanTheContainersWord(
      String unit, boolean key, boolean randomAccess) {
    unit(configured(AVCC), unit, key);
    assertThat(kept.last().randomAccess()).isEqualTo(randomAccess);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "000001 6588, true",
    "000001 0606018480 000001 419A, true",
    "000001 419A, false",
    "000001 4188, true", // slice_type 7
    "000001 41B0 000001 414C, true", // all slices are I
    "000001 41B0 000001 4146, false", // the second is P
    "000001 41B0 000001 41C0, true", // the second field is P
  })
  void inByteStreamsRandomAccessIsFound(String unit, boolean randomAccess) {
    var normaliser = VideoNormalisers.of(Codec.H264, START_CODES, 0, "");
    unit(normaliser, stream(SPS, PPS) + unit, true);
    assertThat(kept.last().randomAccess()).isEqualTo(randomAccess);
  }

  @ParameterizedTest
  @ValueSource(strings = {"000001 6588", "000001 0606018480 000001 419A"})
  void intraPicturesAreNoRandomAccessOnceBetterMarksWereSeen(String mark) {
    var normaliser = VideoNormalisers.of(Codec.H264, START_CODES, 0, "");
    unit(normaliser, stream(SPS, PPS, "4188"), true);
    unit(normaliser, "000001 4188", true);
    unit(normaliser, mark, true);
    unit(normaliser, "000001 4188", true);
    assertThat(kept.units)
        .extracting(KeptUnits.Unit::randomAccess)
        .containsExactly(true, true, true, false);
  }

  @Test
  void byteStreamsConfigureThemselves() {
    var normaliser = VideoNormalisers.of(Codec.H264, START_CODES, 0, "");
    unit(normaliser, stream("6588"), true);
    unit(normaliser, stream(SPS, "6588"), true);
    assertThat(normaliser.track()).isNull();
    assertThat(kept.units).isEmpty();
    unit(normaliser, stream(PPS), true); // alone in a unit
    Track track = normaliser.track();
    assertThat(track).isNotNull();
    assertThat(track.configuration()).isEqualTo(Bytes.ofHex(AVCC));
    assertThat(kept.units).isEmpty();
    unit(normaliser, stream(AUD, SPS, PPS, "6588"), true);
    assertThat(kept.last().track()).isSameAs(track);
    assertThat(normaliser.malformed()).isZero();
  }

  @Test
  void configurationMayBeAByteStream() {
    var normaliser = VideoNormalisers.of(Codec.H264, START_CODES, 0, "");
    normaliser.configuration(buffer(stream(SPS, PPS)));
    unit(normaliser, stream("419A"), true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(AVCC));
  }

  @Test
  void changedSetsMakeANewTrack() {
    var normaliser = configured(AVCC);
    unit(normaliser, prefixed(SPS, PPS, "6588"), true);
    unit(normaliser, prefixed(OTHER_PPS, "6588"), true);
    unit(normaliser, prefixed(OTHER_SPS, "6588"), true);
    assertThat(kept.units)
        .extracting(unit -> unit.track().configuration().toString())
        .containsExactly(
            AVCC,
            "0142001effe10009" + SPS + "010004" + OTHER_PPS,
            "0164000cffe10019" + OTHER_SPS + "010004" + OTHER_PPS + "fcf8f800");
    assertThat(kept.payloads()).containsOnly(prefixed("6588"));
  }

  @Test
  void setsOfOtherIdsAreAdded() {
    var normaliser = configured(AVCC);
    String otherId = "6842f060"; // PPS 1
    unit(normaliser, prefixed(otherId, "6588"), true);
    var record = AvcDecoderConfigurationRecord.read(kept.last().track().configuration().buffer());
    assertThat(record.pps()).containsExactly(Bytes.ofHex(PPS), Bytes.ofHex(otherId));
  }

  @Test
  void anEncoderThatBeginsAnewLeavesNothingBehind() {
    var normaliser = VideoNormalisers.of(Codec.H264, START_CODES, 0, "");
    unit(normaliser, stream(SPS, PPS, "6588"), true);
    String otherId = "6842f060"; // PPS 1
    unit(normaliser, stream(OTHER_SPS, otherId, "6588"), true);
    var record = AvcDecoderConfigurationRecord.read(kept.last().track().configuration().buffer());
    assertThat(record.sps()).containsExactly(Bytes.ofHex(OTHER_SPS));
    assertThat(record.pps()).containsExactly(Bytes.ofHex(otherId));
    unit(normaliser, stream(PPS, "419A"), true); // no sequence begins: added
    record = AvcDecoderConfigurationRecord.read(kept.last().track().configuration().buffer());
    assertThat(record.pps()).containsExactly(Bytes.ofHex(otherId), Bytes.ofHex(PPS));
  }

  /** avc3: the record of the container is empty. */
  @Test
  void theContainersRecordMayHoldNoSets() {
    var normaliser = configured("0142001effe000");
    unit(normaliser, prefixed(SPS, PPS, "6588"), true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(AVCC));
  }

  @Test
  void setsOfTheRecordThatCannotBeReadAreKept() {
    var normaliser = configured("0142c00cffe1000467420000" + "01000268cb");
    unit(normaliser, prefixed("67420000", "6588"), true);
    assertThat(kept.last().track().configuration())
        .isEqualTo(Bytes.ofHex("0142c00cffe1000467420000" + "01000268cb"));
    assertThat(normaliser.malformed()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "00000003 6588", // past the end
        "00000002 4100", // no slice header
        "00000002 6742 00000002 6588", // an SPS cut short
        "00000002 6588 00000001 68",
        "000000",
      })
  void faultyUnitsAreLeftOutAndCounted(String unit) {
    var normaliser = configured(AVCC);
    unit(normaliser, unit, true);
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.malformed()).isEqualTo(1);
    unit(normaliser, prefixed("6588"), true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(AVCC));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00000002 09F0", "00000002 0680 00000001 0A"})
  void unitsWithoutAPictureGiveNothing(String unit) {
    var normaliser = configured(AVCC);
    unit(normaliser, unit, true);
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.malformed()).isZero();
  }

  @Test
  void nothingComesBeforeTheConfiguration() {
    var normaliser = VideoNormalisers.of(Codec.H264, LENGTH_PREFIXED, 0, "");
    unit(normaliser, prefixed(SPS, PPS, "6588"), true);
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.track()).isNull();
  }

  @Test
  void configurationIsLimited() {
    var normaliser = VideoNormalisers.of(Codec.H264, LENGTH_PREFIXED, 0, "");
    ByteBuf record = buffer(AVCC);
    record.writeZero(NalNormaliser.MAX_CONFIGURATION_BYTES - record.readableBytes());
    normaliser.configuration(record);
    record.writeByte(0);
    assertThatThrownBy(() -> normaliser.configuration(record))
        .isInstanceOf(MalformedException.class)
        .hasMessage("h264 configuration of 65537 bytes, allowed are 65536");
  }

  @Test
  void collectedSetsAreLimited() {
    var normaliser = VideoNormalisers.of(Codec.H264, START_CODES, 0, "");
    unit(normaliser, stream(SPS, PPS, "6588"), true);
    String large = "68cb" + "11".repeat(60_000);
    unit(normaliser, stream(large, "419A"), true);
    assertThat(normaliser.malformed()).isZero();
    unit(normaliser, stream("6842f060" + "11".repeat(60_000), "419A"), true);
    assertThat(normaliser.malformed()).isEqualTo(1);
    for (int id = 1; id < 31; id++) {
      unit(normaliser, stream(spsOf(id), "419A"), true);
    }
    assertThat(normaliser.malformed()).isEqualTo(1);
    unit(normaliser, stream(spsOf(31), "419A"), true); // the 32nd
    assertThat(normaliser.malformed()).isEqualTo(2);
  }

  /** {@link #SPS} with another seq_parameter_set_id. */
  private static String spsOf(int id) {
    String ue = Integer.toBinaryString(id + 1);
    String rest = "101101000000010100000001111011001"; // what follows seq_parameter_set_id
    String bits = "0".repeat(ue.length() - 1) + ue + rest;
    bits += "0".repeat((8 - bits.length() % 8) % 8);
    StringBuilder hex = new StringBuilder("6742001e");
    for (int i = 0; i < bits.length(); i += 8) {
      hex.append("%02x".formatted(Integer.parseInt(bits.substring(i, i + 8), 2)));
    }
    return hex.toString();
  }

  @Test
  void brokenConfigurationIsRefused() {
    var normaliser = VideoNormalisers.of(Codec.H264, LENGTH_PREFIXED, 0, "");
    for (int length = 0; length < AVCC.length() / 2; length++) {
      ByteBuf cut = buffer(AVCC).slice(0, length);
      assertThatThrownBy(() -> normaliser.configuration(cut))
          .isInstanceOf(MalformedException.class);
    }
    assertThat(normaliser.track()).isNull();
  }

  /** The first byte: framing, and where the configuration ends and units begin. */
  @FuzzTest
  void anyBytesAreNormalisedOrCounted(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Normaliser.Framing framing = (input[0] & 1) == 0 ? LENGTH_PREFIXED : START_CODES;
    var normaliser = VideoNormalisers.of(Codec.H264, framing, 0, "");
    int split = Math.min(input.length, 2 + (input[1] & 0xFF));
    ByteBuf in = Unpooled.directBuffer().writeBytes(input);
    NalIndex index = new NalIndex();
    try {
      normaliser.configuration(in.slice(2, split - 2));
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    boolean key = (input[0] & 2) != 0;
    for (int cut = split; cut <= input.length; cut = 2 * cut + 1) {
      normaliser.unit(
          in.slice(split, cut - split),
          key,
          (track, randomAccess, payload) -> {
            index.readLengthPrefixed(payload, 4);
            assertThat(index.count()).isPositive();
            for (int i = 0; i < index.count(); i++) {
              assertThat(NalUnits.type(payload.getByte(index.offset(i))))
                  .isNotIn(NalUnits.SPS, NalUnits.PPS, NalUnits.AUD, NalUnits.FILLER, 10, 11);
            }
            var record = AvcDecoderConfigurationRecord.read(track.configuration().buffer());
            assertThat(record.lengthSize()).isEqualTo(4);
            payload.release();
          });
    }
    assertThat(in.refCnt()).isEqualTo(1);
    in.release();
  }

  private static Normaliser configured(String avcc) {
    var normaliser = VideoNormalisers.of(Codec.H264, LENGTH_PREFIXED, 3, "eng");
    normaliser.configuration(buffer(avcc));
    return normaliser;
  }

  private void unit(Normaliser normaliser, String hex, boolean key) {
    ByteBuf in = buffer(hex);
    given.add(in);
    normaliser.unit(in, key, kept);
  }

  private static String prefixed(String... nalUnits) {
    StringBuilder unit = new StringBuilder();
    for (String nalUnit : nalUnits) {
      unit.append("%08x".formatted(nalUnit.length() / 2)).append(nalUnit.toLowerCase(Locale.ROOT));
    }
    return unit.toString();
  }

  private static String stream(String... nalUnits) {
    StringBuilder unit = new StringBuilder();
    for (String nalUnit : nalUnits) {
      unit.append("00000001").append(nalUnit);
    }
    return unit.toString();
  }

  private static ByteBuf buffer(String hex) {
    return Unpooled.copiedBuffer(Bytes.ofHex(hex.replace(" ", "")).buffer());
  }
}
