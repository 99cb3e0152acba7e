package dev.sluice.endpoint.ts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which streams can be had as TS, and that blocks are as long as they say. */
class TsFormTest {
  private static final Track AAC =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "");
  private static final Track H264 =
      Track.of(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          Timescale.VIDEO,
          Bytes.ofHex("0142c00cffe1000467420000" + "01000268cb"),
          "");

  @ParameterizedTest(name = "{0} and {1}, {2}: {3}")
  @CsvSource({
    "H264, AAC, ALL, ",
    "H264, , ALL, ",
    ", AAC, ALL, ",
    "H264, FLAC, ALL, ", // the picture is carried, without the sound: see below
    "H264, FLAC, VIDEO, ",
    "H264, FLAC, AUDIO, 'the audio is flac, which a transport stream does not carry'",
    "VP9, AAC, ALL, 'the video is vp9, which a transport stream does not carry'",
    "VP9, AAC, AUDIO, ",
    "VP8, FLAC, ALL, 'the video is vp8, which a transport stream does not carry'",
    "OPAQUE, , ALL, 'the video is vp6, which a transport stream does not carry'",
    ", FLAC, ALL, 'the audio is flac, which a transport stream does not carry'",
    ", , ALL, ",
  })
  void objectionsNameTheCodec(Codec video, Codec audio, MediaChoice choice, String objection) {
    assertThat(new TsForm(choice).objection(configuration(video, audio))).isEqualTo(objection);
  }

  @ParameterizedTest(name = "{0} and {1}, {2}: {3}")
  @CsvSource({
    "H264, AAC, ALL, ",
    "H264, , ALL, ",
    "H264, FLAC, ALL, 'the audio is flac, which a transport stream does not carry'",
    "AV1, G711A, ALL, 'the audio is g711a, which a transport stream does not carry'",
    "H264, FLAC, VIDEO, ",
    "VP9, AAC, AUDIO, ",
  })
  void whatIsLeftOutIsNamed(Codec video, Codec audio, MediaChoice choice, String what) {
    assertThat(new TsForm(choice).leavesOut(configuration(video, audio))).isEqualTo(what);
  }

  @Test
  void ofSeveralPicturesOneIsEnough() {
    Track other =
        Track.of(2, Track.Kind.VIDEO, Codec.VP9, Timescale.VIDEO, Bytes.of(new byte[12]), "");
    Track flac = Track.of(1, Track.Kind.AUDIO, Codec.FLAC, new Timescale(48_000), Bytes.EMPTY, "");
    var configuration = new Configuration(1, List.of(H264, other, flac), Bytes.EMPTY);
    TsForm form = new TsForm(MediaChoice.ALL);
    assertThat(form.objection(configuration)).isNull();
    assertThat(form.leavesOut(configuration))
        .isEqualTo(
            "the video is vp9, which a transport stream does not carry; "
                + "the audio is flac, which a transport stream does not carry");
  }

  private static Configuration configuration(@Nullable Codec video, @Nullable Codec audio) {
    List<Track> tracks = new ArrayList<>();
    if (video == Codec.H264) {
      tracks.add(H264);
    } else if (video != null) {
      String label = video == Codec.OPAQUE ? "vp6" : video.label();
      tracks.add(
          new Track(0, Track.Kind.VIDEO, video, label, Timescale.VIDEO, Bytes.of(new byte[60])));
    }
    if (audio == Codec.AAC) {
      tracks.add(AAC);
    } else if (audio != null) {
      tracks.add(Track.of(1, Track.Kind.AUDIO, audio, new Timescale(48_000), Bytes.EMPTY, ""));
    }
    return new Configuration(1, tracks, Bytes.EMPTY);
  }

  @ParameterizedTest
  @EnumSource(MediaChoice.class)
  void blocksHoldWhatWasChosenAndAreAsLongAsTheySay(MediaChoice choice) {
    Form.Muxer muxer = new TsForm(choice).muxer(123);
    muxer.configure(new Configuration(1, List.of(H264, AAC), Bytes.EMPTY));
    List<AccessUnit> block = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      long video = 90_000L * 1_000_000 + 3_600L * i;
      ByteBuf picture = Bytes.ofHex("00000003" + (i == 0 ? "65" : "41") + "8880").buffer();
      block.add(new AccessUnit(H264, video, video, i == 0, picture));
      long audio = 48_000L * 1_000_000 + 1_024L * i;
      block.add(new AccessUnit(AAC, audio, audio, true, Bytes.ofHex("2110").buffer()));
    }
    List<AccessUnit> taken = block.stream().filter(unit -> muxer.size(unit) > 0).toList();
    assertThat(taken).allMatch(unit -> choice.includes(unit.track().kind()));
    assertThat(taken).hasSize(choice == MediaChoice.ALL ? 12 : 6);
    int size = muxer.blockSize(taken);
    ByteBuf out = Unpooled.buffer(size, size);
    muxer.writeBlock(taken, out);
    assertThat(out.isWritable()).isFalse();
    assertThat(size % 188).isZero();
    // alone, too
    ByteBuf one = Unpooled.buffer();
    int alone = muxer.blockSize(taken.subList(0, 1));
    muxer.write(taken.getFirst(), one);
    assertThat(one.readableBytes()).isEqualTo(alone);
  }

  @Test
  void keysAndHeaders() {
    assertThat(new TsForm(MediaChoice.ALL).key()).isEqualTo("ts/av");
    assertThat(new TsForm(MediaChoice.AUDIO).key()).isEqualTo("ts/a");
    ByteBuf out = Unpooled.buffer();
    new TsForm(MediaChoice.ALL)
        .muxer(0)
        .headers(new Configuration(1, List.of(H264), Bytes.EMPTY), 0, out);
    assertThat(out.isReadable()).isFalse();
  }
}
