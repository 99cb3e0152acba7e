package dev.sluice.mux.codec;

import static dev.sluice.mux.codec.Normaliser.Framing.LENGTH_PREFIXED;
import static dev.sluice.mux.codec.Normaliser.Framing.START_CODES;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.testkit.Golden;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Clips of real encoders through splitter and normaliser, against what ffprobe says of them. */
class VideoClipsTest {
  static final List<VideoClip> BYTE_STREAMS = VideoClip.BYTE_STREAMS;

  /** What ffprobe calls the code points of H.273. */
  private static final Map<String, Integer> COLOUR_NAMES =
      Map.of("unknown", 2, "bt709", 1, "bt2020", 9, "bt2020nc", 9, "smpte2084", 16);

  @ParameterizedTest
  @FieldSource("BYTE_STREAMS")
  void formatIsWhatFfprobeSays(VideoClip clip) {
    Properties probe = clip.probe();
    VideoFormat format = format(normalised(clip).last().track());
    assertThat(format.width()).isEqualTo(number(probe, "width"));
    assertThat(format.height()).isEqualTo(number(probe, "height"));
    assertThat(text(format.pixelAspect(), ":")).isEqualTo(probe.get("sample_aspect_ratio"));
    assertThat(text(requireNonNull(format.frameRate()), "/")).isEqualTo(probe.get("r_frame_rate"));
    assertThat(format.reorderFrames()).isEqualTo(number(probe, "has_b_frames"));
    assertThat(pixelFormat(format)).isEqualTo(probe.get("pix_fmt"));
    assertThat(format.colour())
        .isEqualTo(
            new VideoFormat.Colour(
                code(probe, "color_primaries"),
                code(probe, "color_transfer"),
                code(probe, "color_space"),
                "pc".equals(probe.get("color_range"))));
  }

  @ParameterizedTest
  @FieldSource("BYTE_STREAMS")
  void accessUnitsAreThoseOfFfprobe(VideoClip clip) {
    String[] sizes = clip.probe().getProperty("sizes").trim().split(" ");
    List<ByteBuf> units = clip.accessUnits();
    assertThat(units).hasSize(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      // the zero before a start code counts to the unit before it here, to the next one there
      assertThat(units.get(i).readableBytes())
          .as("unit %d", i)
          .isBetween(Integer.parseInt(sizes[i]) - 1, Integer.parseInt(sizes[i]) + 1);
    }
  }

  @ParameterizedTest
  @FieldSource("BYTE_STREAMS")
  void randomAccessIsWhereFfprobeSeesIt(VideoClip clip) {
    StringBuilder flags = new StringBuilder();
    normalised(clip).units.forEach(unit -> flags.append(unit.randomAccess() ? 'K' : '_'));
    assertThat(flags.toString()).isEqualTo(clip.probe().getProperty("flags"));
  }

  /** What has been normalised is not changed any more, and not copied. */
  @ParameterizedTest
  @FieldSource("BYTE_STREAMS")
  void normalisingTwiceChangesNothing(VideoClip clip) {
    KeptUnits once = normalised(clip);
    var normaliser = VideoNormalisers.of(clip.codec(), LENGTH_PREFIXED, 7, "deu");
    normaliser.configuration(once.units.getFirst().track().configuration().buffer());
    for (KeptUnits.Unit unit : once.units) {
      ByteBuf in = Unpooled.copiedBuffer(Bytes.ofHex(unit.payload()).buffer());
      normaliser.unit(
          in,
          unit.randomAccess(),
          (track, randomAccess, payload) -> {
            assertThat(track).isEqualTo(unit.track());
            assertThat(randomAccess).isEqualTo(unit.randomAccess());
            assertThat(payload).isEqualTo(in);
            assertThat(payload.array()).isSameAs(in.array());
            payload.release();
          });
      assertThat(in.refCnt()).isEqualTo(1);
    }
    assertThat(normaliser.malformed()).isZero();
  }

  @ParameterizedTest
  @FieldSource("BYTE_STREAMS")
  void golden(VideoClip clip) throws IOException {
    KeptUnits kept = normalised(clip);
    StringBuilder text = new StringBuilder();
    Track last = null;
    for (KeptUnits.Unit unit : kept.units) {
      if (!unit.track().equals(last)) {
        last = unit.track();
        text.append(format(last)).append('\n').append(last.configuration()).append('\n');
      }
      byte[] payload = Bytes.ofHex(unit.payload()).toArray();
      CRC32 crc = new CRC32();
      crc.update(payload);
      text.append(
          "%s %d B crc %08X%n"
              .formatted(unit.randomAccess() ? "ra" : "  ", payload.length, crc.getValue()));
    }
    Golden.check("video/" + clip.name() + ".dump", text.toString());
  }

  /** Twenty SEI with captions in, twenty out, each byte for byte. */
  @Test
  void captionsSurvive() {
    VideoClip clip =
        BYTE_STREAMS.stream()
            .filter(each -> each.name().contains("captions"))
            .findAny()
            .orElseThrow();
    List<String> seen = normalised(clip).payloads().stream().map(VideoClipsTest::captions).toList();
    assertThat(seen).hasSize(20).doesNotContain("");
    assertThat(seen.subList(0, 10))
        .containsExactly(
            "fc9420", "fc9420", "fc9470", "fc9470", "fcd34c", "fcd549", "fc4345", "fc942f",
            "fc942f", "fc8080");
  }

  /** The first caption pair of a payload's SEI of 17 bytes. */
  private static String captions(String payload) {
    int at = payload.indexOf("000000150604" + "11" + "b50031" + "47413934" + "03" + "c2ff");
    return at < 0 ? "" : payload.substring(at + 34, at + 40);
  }

  private static KeptUnits normalised(VideoClip clip) {
    KeptUnits kept = new KeptUnits();
    var normaliser = VideoNormalisers.of(clip.codec(), START_CODES, 7, "deu");
    for (ByteBuf unit : clip.accessUnits()) {
      normaliser.unit(unit, true, kept);
      assertThat(unit.refCnt()).isEqualTo(1);
    }
    assertThat(normaliser.malformed()).isZero();
    return kept;
  }

  private static VideoFormat format(Track track) {
    return requireNonNull(VideoFormat.of(track));
  }

  private static int number(Properties probe, String key) {
    return Integer.parseInt(probe.getProperty(key));
  }

  private static int code(Properties probe, String key) {
    return requireNonNull(COLOUR_NAMES.get(probe.getProperty(key)));
  }

  private static String text(VideoFormat.Ratio ratio, String separator) {
    return ratio.numerator() + separator + ratio.denominator();
  }

  private static String pixelFormat(VideoFormat format) {
    return "yuv%sp%s"
        .formatted(
            List.of("400", "420", "422", "444").get(format.chromaFormat()),
            format.bitDepth() > 8 ? format.bitDepth() + "le" : "");
  }
}
