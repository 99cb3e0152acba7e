package dev.sluice.mux.codec;

import static dev.sluice.mux.codec.Normaliser.Framing.LENGTH_PREFIXED;
import static dev.sluice.mux.codec.Normaliser.Framing.START_CODES;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.media.VideoFormat;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MpegVideoNormaliserTest {
  private static final String SEQUENCE = "000001b308006034ffffe018000001b5148a00010000";
  private static final String GROUP = "000001b800080040";
  private static final String INTRA = "00000100000ffff8000001b58ffff341800000010111";
  private static final String PREDICTED = "000001000057fff8000001b58ffff341800000010111";

  private final KeptUnits kept = new KeptUnits();

  @Test
  void unitsStayAsTheyAre() {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, START_CODES, 0, "");
    String first = SEQUENCE + GROUP + INTRA + "0000";
    unit(normaliser, first, true);
    unit(normaliser, PREDICTED + "000001b7", true);
    assertThat(kept.payloads()).containsExactly(first, PREDICTED + "000001b7");
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(SEQUENCE));
    ByteBuf in = hex(first);
    normaliser.unit(
        in,
        true,
        (track, randomAccess, payload) -> {
          assertThat(payload.array()).isSameAs(in.array());
          payload.release();
        });
    assertThat(in.refCnt()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}, key {2}: {1}")
  @CsvSource({
    "START_CODES, " + SEQUENCE + INTRA + ", true, true",
    "START_CODES, " + SEQUENCE + GROUP + INTRA + ", true, true",
    "START_CODES, " + GROUP + INTRA + ", true, false",
    "START_CODES, " + SEQUENCE + PREDICTED + ", true, false",
    "LENGTH_PREFIXED, " + INTRA + ", true, true",
    "LENGTH_PREFIXED, " + INTRA + ", false, false",
    "LENGTH_PREFIXED, " + PREDICTED + ", true, false",
    "LENGTH_PREFIXED, " + SEQUENCE + INTRA + ", false, true",
  })
  void randomAccess(Normaliser.Framing framing, String unit, boolean key, boolean randomAccess) {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, framing, 0, "");
    normaliser.configuration(hex(SEQUENCE));
    unit(normaliser, unit, key);
    assertThat(kept.last().randomAccess()).isEqualTo(randomAccess);
  }

  @Test
  void aSequenceHeaderByItselfCountsForTheNextPicture() {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, START_CODES, 0, "");
    unit(normaliser, INTRA, true); // before any
    unit(normaliser, SEQUENCE, true);
    assertThat(kept.units).isEmpty();
    unit(normaliser, INTRA, true);
    unit(normaliser, INTRA, true);
    assertThat(kept.units).extracting(KeptUnits.Unit::randomAccess).containsExactly(true, false);
  }

  @Test
  void changedSequencesMakeANewTrackAndChangedMatricesDoNot() {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, START_CODES, 0, "");
    unit(normaliser, SEQUENCE + INTRA, true);
    String matrix = "000001b308006034ffffe01a" + "10".repeat(64) + SEQUENCE.substring(24);
    unit(normaliser, matrix + INTRA, true);
    assertThat(kept.units.get(1).track()).isSameAs(kept.units.get(0).track());
    assertThat(kept.last().randomAccess()).isTrue();
    unit(normaliser, SEQUENCE.replace("080060", "100060") + INTRA, true);
    VideoFormat format = VideoFormat.of(kept.last().track());
    assertThat(format).isNotNull();
    assertThat(format.width()).isEqualTo(256);
    assertThat(normaliser.malformed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "000001b308006030ffffe018" + INTRA, // frame_rate_code 0
        "000001b30800" + INTRA,
        "00000100000700",
        "0000010000",
      })
  void faultyUnitsAreLeftOutAndCounted(String unit) {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, START_CODES, 0, "");
    unit(normaliser, SEQUENCE + INTRA, true);
    unit(normaliser, unit, true);
    assertThat(kept.units).hasSize(1);
    assertThat(normaliser.malformed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AABB", "000001b7", "0000010111", "000001b2112233"})
  void unitsWithoutAPictureGiveNothing(String unit) {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, START_CODES, 0, "");
    normaliser.configuration(hex(SEQUENCE));
    unit(normaliser, unit, true);
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.malformed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0142001e", "000001b8", "000001b30800"})
  void brokenConfigurationIsRefused(String record) {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, LENGTH_PREFIXED, 0, "");
    assertThatThrownBy(() -> normaliser.configuration(hex(record)))
        .isInstanceOf(MalformedException.class);
    assertThat(normaliser.track()).isNull();
  }

  /** The specification's values, and those of clips that are no longer at hand. */
  @ParameterizedTest(name = "{0}: {1}, {2}:{3}, {4}/{5}")
  @CsvSource({
    // 720 × 576 25 fps, 4:3 and 16:9
    "000001b32d024023ffffe018000001b5148200010000, mp4v.61, 16, 15, 25, 1, 1",
    "000001b32d024033ffffe018000001b5148200010000, mp4v.61, 64, 45, 25, 1, 1",
    // 4:3 of a display area of 540 samples
    "000001b32d024023ffffe018000001b5148200010000000001b522"
        + "08721200, mp4v.61, 64, 45, 25, 1, 1",
    // High profile, low delay, 60 fps doubled by the extension
    "000001b32d024018ffffe018000001b5114a000100a0, mp4v.64, 1, 1, 120, 1, 0",
    // MPEG-1 with samples of 625 lines
    "000001b316012083ffffe018, mp4v.6A, 10000, 9157, 25, 1, 1",
  })
  void formats(
      String configuration,
      String codecs,
      int sarWidth,
      int sarHeight,
      int rate,
      int perSeconds,
      int reorder) {
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, LENGTH_PREFIXED, 0, "");
    normaliser.configuration(hex(configuration));
    VideoFormat format = VideoFormat.of(requireNonNull(normaliser.track()));
    assertThat(format).isNotNull();
    assertThat(format.codecs()).isEqualTo(codecs);
    assertThat(format.pixelAspect()).isEqualTo(new VideoFormat.Ratio(sarWidth, sarHeight));
    assertThat(format.frameRate()).isEqualTo(new VideoFormat.Ratio(rate, perSeconds));
    assertThat(format.reorderFrames()).isEqualTo(reorder);
  }

  @FuzzTest
  void anyBytesAreNormalisedOrCounted(byte[] input) {
    if (input.length == 0) {
      return;
    }
    var framing = (input[0] & 1) == 0 ? LENGTH_PREFIXED : START_CODES;
    var normaliser = VideoNormalisers.of(Codec.MPEG2_VIDEO, framing, 0, "");
    ByteBuf in = Unpooled.directBuffer().writeBytes(input);
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
    }
    assertThat(in.refCnt()).isEqualTo(1);
    in.release();
  }

  private void unit(Normaliser normaliser, String hex, boolean key) {
    ByteBuf in = hex(hex);
    normaliser.unit(in, key, kept);
    assertThat(in.refCnt()).isEqualTo(1);
    assertThat(in.readerIndex()).isZero();
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text).buffer());
  }
}
