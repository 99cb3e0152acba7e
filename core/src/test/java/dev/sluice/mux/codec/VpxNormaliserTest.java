package dev.sluice.mux.codec;

import static dev.sluice.mux.codec.Normaliser.Framing.LENGTH_PREFIXED;
import static dev.sluice.mux.codec.Normaliser.Framing.START_CODES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VpxNormaliserTest {
  private static final String VP8_KEY = "1000009d012a80006000";
  private static final String VP8_INTER = "110000";
  private static final String VP9_KEY = vp9Key(2, 1_280, 720);
  private static final String VP9_INTER = "8600";
  private static final String VP9_RECORD = "001f820110010000"; // level 3.1, PQ

  private final KeptUnits kept = new KeptUnits();

  private static String vp9Key(int colourSpace, int width, int height) {
    BitsOut out = new BitsOut().u(2, 2).u(2, 0).u(4, 0b0010).u(24, 0x498342);
    return out.u(3, colourSpace).u(1, 0).u(16, width - 1).u(16, height - 1).plain("").toString();
  }

  @ParameterizedTest
  @CsvSource({"VP8, " + VP8_KEY + ", " + VP8_INTER, "VP9, , " + VP9_INTER})
  void unitsStayAsTheyAre(Codec codec, String givenKey, String inter) {
    String key = givenKey == null ? VP9_KEY : givenKey;
    for (Normaliser.Framing framing : Normaliser.Framing.values()) {
      var normaliser = VideoNormalisers.of(codec, framing, 3, "eng");
      KeptUnits units = new KeptUnits();
      for (String unit : new String[] {inter, key, inter, key, ""}) {
        ByteBuf in = hex(unit);
        normaliser.unit(in, false, units);
        assertThat(in.refCnt()).isEqualTo(1);
      }
      assertThat(units.payloads()).containsExactly(key, inter, key);
      assertThat(units.units)
          .extracting(KeptUnits.Unit::randomAccess)
          .containsExactly(true, false, true);
      assertThat(units.last().track()).isSameAs(units.units.getFirst().track());
      assertThat(normaliser.malformed()).isZero();
      ByteBuf in = hex(key);
      normaliser.unit(
          in,
          true,
          (track, randomAccess, payload) -> {
            assertThat(payload.array()).isSameAs(in.array());
            payload.release();
          });
    }
  }

  @Test
  void aNewSizeMakesANewTrack() {
    var normaliser = VideoNormalisers.of(Codec.VP9, START_CODES, 0, "");
    normaliser.unit(hex(VP9_KEY), true, kept);
    normaliser.unit(hex(vp9Key(2, 1_920, 1_080)), true, kept);
    assertThat(kept.units)
        .extracting(unit -> unit.track().configuration().toString())
        .containsExactly("001f820101010000050002d0", "0028820101010000" + "07800438");
    VideoFormat format = VideoFormat.of(kept.last().track());
    assertThat(format).isNotNull();
    assertThat(format.width()).isEqualTo(1_920);
    assertThat(format.height()).isEqualTo(1_080);
    assertThat(format.codecs()).isEqualTo("vp09.00.40.08");
  }

  @Test
  void sidesAreLimited() {
    var normaliser = VideoNormalisers.of(Codec.VP9, START_CODES, 0, "");
    normaliser.unit(hex(vp9Key(2, VpxNormaliser.MAX_SIDE, 1)), true, kept);
    assertThat(kept.last().track().configuration().toString()).endsWith("ffff0001");
    normaliser.unit(hex(vp9Key(2, VpxNormaliser.MAX_SIDE + 1, 1)), true, kept);
    assertThat(kept.units).hasSize(1);
    assertThat(normaliser.malformed()).isEqualTo(1);
  }

  @Test
  void theContainersWordOnLevelAndColourHolds() {
    var normaliser = VideoNormalisers.of(Codec.VP9, LENGTH_PREFIXED, 0, "");
    normaliser.configuration(hex("01000000" + VP9_RECORD));
    Track before = normaliser.track();
    assertThat(before).isNotNull();
    assertThat(before.configuration()).isEqualTo(Bytes.ofHex(VP9_RECORD + "00000000"));
    assertThat(VideoFormat.of(before)).isNull();
    normaliser.unit(hex(vp9Key(5, 640, 360)), true, kept);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(VP9_RECORD + "02800168"));
    VideoFormat format = VideoFormat.of(kept.last().track());
    assertThat(format).isNotNull();
    assertThat(format.codecs()).isEqualTo("vp09.00.31.08.01.01.16.01.00");
    normaliser.configuration(hex("001e820101010000"));
    assertThat(normaliser.track())
        .isNotNull()
        .extracting(track -> track.configuration().toString())
        .isEqualTo("001e82010101000002800168");
  }

  @Test
  void whatContradictsTheFramesIsNotTaken() {
    var normaliser = VideoNormalisers.of(Codec.VP9, LENGTH_PREFIXED, 0, "");
    normaliser.configuration(hex("021fa20110010000")); // profile 2
    normaliser.unit(hex(vp9Key(5, 640, 360)), true, kept);
    assertThat(kept.last().track().configuration())
        .isEqualTo(Bytes.ofHex("0015820902090000" + "02800168"));
  }

  @Test
  void theFormOfWebMIsUnderstood() {
    var normaliser = VideoNormalisers.of(Codec.VP9, LENGTH_PREFIXED, 0, "");
    normaliser.configuration(hex("01010002011f030108040101"));
    normaliser.unit(hex(vp9Key(0, 640, 360)), true, kept);
    assertThat(kept.last().track().configuration())
        .isEqualTo(Bytes.ofHex("001f820202020000" + "02800168"));
  }

  @Test
  void theInnerFormIsUnderstood() {
    var normaliser = VideoNormalisers.of(Codec.VP9, LENGTH_PREFIXED, 0, "");
    normaliser.configuration(hex(VP9_RECORD + "02800168"));
    normaliser.unit(hex(VP9_INTER), true, kept);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(VP9_RECORD + "02800168"));
  }

  /** Only level differs; sizes are those at which the next one begins. */
  @ParameterizedTest(name = "{0} x {1}: level {2}")
  @CsvSource({
    "256, 144, 10",
    "257, 144, 11",
    "513, 16, 11",
    "384, 192, 11",
    "385, 192, 20",
    "960, 128, 20",
    "480, 512, 21",
    "682, 384, 30",
    "864, 640, 30",
    "1280, 720, 31",
    "1920, 1080, 40",
    "4160, 64, 40",
    "4161, 64, 50",
    "3840, 2160, 50",
    "7680, 4320, 60",
    "16383, 16383, 60",
  })
  void levelsHaveRoomForTheSize(int width, int height, int level) {
    var normaliser = VideoNormalisers.of(Codec.VP8, START_CODES, 0, "");
    ByteBuf key = hex(VP8_KEY).setShortLE(6, width).setShortLE(8, height);
    normaliser.unit(key, true, kept);
    assertThat(kept.last().track().configuration().at(1)).isEqualTo(level);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "VP8, 10",
    "VP8, 1000009d012b80006000",
    "VP8, 310000",
    "VP9, 46",
    "VP9, 82498343",
    "VP9, AABBCCC10202C1",
    "VP9, 824983",
  })
  void faultyUnitsAreLeftOutAndCounted(Codec codec, String unit) {
    var normaliser = VideoNormalisers.of(codec, START_CODES, 0, "");
    normaliser.unit(hex(codec == Codec.VP8 ? VP8_KEY : VP9_KEY), true, kept);
    normaliser.unit(hex(unit), true, kept);
    assertThat(kept.units).hasSize(1);
    assertThat(normaliser.malformed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0142001e", "000a72020201000000"})
  void brokenConfigurationIsRefused(String record) {
    var normaliser = VideoNormalisers.of(Codec.VP9, LENGTH_PREFIXED, 0, "");
    assertThatThrownBy(() -> normaliser.configuration(hex(record)))
        .isInstanceOf(MalformedException.class);
    assertThat(normaliser.track()).isNull();
  }

  @FuzzTest
  void anyBytesAreNormalisedOrCounted(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Codec codec = (input[0] & 1) == 0 ? Codec.VP8 : Codec.VP9;
    var normaliser = VideoNormalisers.of(codec, LENGTH_PREFIXED, 0, "");
    ByteBuf in = Unpooled.buffer().writeBytes(input);
    for (int cut = 1; cut <= input.length; cut = 2 * cut + 1) {
      ByteBuf unit = in.slice(1, cut - 1);
      normaliser.unit(
          unit,
          true,
          (track, randomAccess, payload) -> {
            assertThat(payload).isEqualTo(unit);
            assertThat(VideoFormat.of(track)).isNotNull();
            payload.release();
          });
      try {
        normaliser.configuration(unit);
        return;
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
    assertThat(in.refCnt()).isEqualTo(1);
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text).buffer());
  }
}
