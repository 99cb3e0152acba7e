package dev.sluice.mux.codec;

import static dev.sluice.mux.codec.Normaliser.Framing.LENGTH_PREFIXED;
import static dev.sluice.mux.codec.Normaliser.Framing.START_CODES;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.testkit.Golden;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Clips of real encoders through splitter and normaliser, against what ffprobe says of them. */
class VideoClipsTest {
  static final List<VideoClip> ALL = VideoClip.ALL;

  /** What ffprobe calls the code points of H.273. */
  private static final Map<String, Integer> COLOUR_NAMES =
      Map.of("unknown", 2, "bt709", 1, "bt2020", 9, "bt2020nc", 9, "smpte2084", 16);

  private static final Set<Codec> SAY_FRAME_RATE =
      EnumSet.of(Codec.H264, Codec.H265, Codec.MPEG2_VIDEO);

  @ParameterizedTest
  @FieldSource("ALL")
  void formatIsWhatFfprobeSays(VideoClip clip) {
    Properties probe = clip.probe();
    VideoFormat format = format(normalised(clip).last().track());
    assertThat(format.width()).isEqualTo(number(probe, "width"));
    assertThat(format.height()).isEqualTo(number(probe, "height"));
    String aspect = probe.getProperty("sample_aspect_ratio");
    assertThat(text(format.pixelAspect(), ":")).isEqualTo(aspect.equals("N/A") ? "1:1" : aspect);
    if (SAY_FRAME_RATE.contains(clip.codec())) {
      assertThat(format.frameRate()).isNotNull();
      assertThat(text(format.frameRate(), "/")).isEqualTo(probe.get("r_frame_rate"));
    } else {
      assertThat(format.frameRate()).isNull();
    }
    assertThat(format.reorderFrames()).isEqualTo(number(probe, "has_b_frames"));
    assertThat(pixelFormat(format)).isEqualTo(probe.get("pix_fmt"));
    VideoFormat.Colour colour = format.colour();
    assertThat(colour.matrix()).isEqualTo(code(probe, "color_space"));
    assertThat(colour.fullRange()).isEqualTo("pc".equals(probe.get("color_range")));
    if (clip.codec() != Codec.VP9) { // one number says all three there, ffprobe takes the matrix
      assertThat(colour.primaries()).isEqualTo(code(probe, "color_primaries"));
      assertThat(colour.transfer()).isEqualTo(code(probe, "color_transfer"));
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
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
  @FieldSource("ALL")
  void randomAccessIsWhereFfprobeSeesIt(VideoClip clip) {
    StringBuilder flags = new StringBuilder();
    normalised(clip).units.forEach(unit -> flags.append(unit.randomAccess() ? 'K' : '_'));
    assertThat(flags.toString()).isEqualTo(clip.probe().getProperty("flags"));
  }

  /** What has been normalised is not changed any more, and not copied. */
  @ParameterizedTest
  @FieldSource("ALL")
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

  /** Whatever is damaged, nothing is thrown, and no memory stays behind. */
  @ParameterizedTest
  @FieldSource("ALL")
  void damagedClipsAreNormalisedOrCounted(VideoClip clip) {
    var allocator = new UnpooledByteBufAllocator(false, true);
    List<ByteBuf> units = clip.accessUnits();
    Bytes configuration = normalised(clip).last().track().configuration();
    long[] given = new long[2];
    Seeds.run(
        25,
        random -> {
          var framing = random.nextBoolean() ? START_CODES : LENGTH_PREFIXED;
          var normaliser = VideoNormalisers.of(clip.codec(), framing, 7, "");
          if (random.nextBoolean()) {
            normaliser.configuration(configuration.buffer());
          }
          for (ByteBuf unit : units) {
            int size = random.nextInt(4) == 0 ? random.nextInt(unit.readableBytes()) : -1;
            ByteBuf in = allocator.heapBuffer();
            in.writeBytes(unit.duplicate(), size < 0 ? unit.readableBytes() : size);
            for (int i = random.nextInt(6); i > 0 && in.isReadable(); i--) {
              in.setByte(random.nextInt(Math.min(in.readableBytes(), 100)), random.nextInt(256));
            }
            normaliser.unit(
                in,
                random.nextBoolean(),
                (track, randomAccess, payload) -> {
                  assertThat(payload.isReadable()).isTrue();
                  payload.release();
                  given[0]++;
                });
            assertThat(in.refCnt()).isEqualTo(1);
            in.release();
          }
          given[1] += normaliser.malformed();
          units.forEach(unit -> normaliser.unit(unit, true, (_, _, payload) -> payload.release()));
        });
    assertThat(given[0]).isPositive();
    assertThat(given[1]).isPositive();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @ParameterizedTest
  @FieldSource("ALL")
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

  /** As ffmpeg 5.1 writes it into MP4 files. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "av1-hdr.ivf, 81004c000a0d0000000337fbe7dfce84880482, av01.0.00M.10.0.110.09.16.09.0",
    "av1-444.ivf, 812000000a0a2000000337fbe6d7c890, av01.1.00M.08.0.000.02.02.02.1",
    "av1-hidden.obu, 81000c000a0a0000000337fbe6d7c802, av01.0.00M.08",
    "vp9-hidden.ivf, 000a820101010000 0080 0060, vp09.00.10.08",
    "vp9-profile1.ivf, 010a860202020000 0080 0060, vp09.01.10.08.03.02.02.02.00",
    "vp9-profile2.ivf, 020aa20902090000 0082 0062, vp09.02.10.10.01.09.02.09.00",
    "vp8.ivf, 000a820202020000 0080 0060, vp08.00.10.08",
  })
  void configurationIsThatOfMp4(String name, String configuration, String codecs) {
    VideoClip clip = ALL.stream().filter(each -> each.name().equals(name)).findAny().orElseThrow();
    Track track = normalised(clip).last().track();
    assertThat(track.configuration()).isEqualTo(Bytes.ofHex(configuration.replace(" ", "")));
    assertThat(format(track).codecs()).isEqualTo(codecs);
  }

  /** Twenty SEI with captions in, twenty out, each byte for byte. */
  @Test
  void captionsSurvive() {
    VideoClip clip =
        ALL.stream().filter(each -> each.name().contains("captions")).findAny().orElseThrow();
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
