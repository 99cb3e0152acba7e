package dev.sluice.node.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Configuration;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackWordsTest {
  private static final String AVC = "0142C01EFFE1000A6742C01EDA02D0F6840601000468CE3C80";

  private static Track track(Codec codec, String label, String configuration) {
    return new Track(
        0, Track.Kind.VIDEO, codec, label, Timescale.VIDEO, Bytes.ofHex(configuration));
  }

  private static Track track(Codec codec, String configuration) {
    return track(codec, codec.label(), configuration);
  }

  @ParameterizedTest(name = "profile_idc {0}, constraints {1}: {2}")
  @CsvSource({
    "66, 00, Baseline",
    "66, 40, Baseline(Constrained)",
    "66, 80, Baseline",
    "66, C0, Baseline(Constrained)",
    "77, 40, Main",
    "88, 00, Extended",
    "100, 00, High",
    "100, 10, High",
    "110, 00, High(10)",
    "110, 10, High(10+Intra)",
    "122, 00, High(422)",
    "122, 10, High(422+Intra)",
    "144, 00, High(444)",
    "244, 00, High(444+Predictive)",
    "244, 10, High(444+Intra)",
    "44, 10, Other",
    "0, 00, Other",
    "255, FF, Other",
  })
  void profilesOfAvc(int profile, String constraints, String word) {
    assertThat(TrackWords.avcProfile(profile, Integer.parseInt(constraints, 16))).isEqualTo(word);
  }

  @ParameterizedTest(name = "level_idc {0}: {1}")
  @CsvSource({
    "10, 1",
    "11, 1.1",
    "12, 1.2",
    "13, 1.3",
    "20, 2",
    "21, 2.1",
    "22, 2.2",
    "30, 3",
    "31, 3.1",
    "32, 3.2",
    "40, 4",
    "41, 4.1",
    "42, 4.2",
    "50, 5",
    "51, 5.1",
    "52, Other",
    "0, Other",
    "9, Other",
    "14, Other",
    "255, Other",
  })
  void levelsOfAvc(int level, String word) {
    assertThat(TrackWords.avcLevel(level)).isEqualTo(word);
  }

  @ParameterizedTest(name = "general_level_idc {0}: {1}")
  @CsvSource({
    "30, 1",
    "60, 2",
    "63, 2.1",
    "90, 3",
    "93, 3.1",
    "120, 4",
    "123, 4.1",
    "150, 5",
    "153, 5.1",
    "156, 5.2",
    "180, 6",
    "183, 6.1",
    "186, 6.2",
    "0, Other",
    "31, Other",
    "255, Other",
  })
  void levelsOfHevc(int level, String word) {
    assertThat(TrackWords.hevcLevel(level)).isEqualTo(word);
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource({
    "H264, h264, H264",
    "H265, h265, HEVC",
    "AV1, av1, AV1",
    "VP9, vp9, VP9",
    "VP8, vp8, Other",
    "MPEG2_VIDEO, mpeg2video, Other",
    "OPAQUE, vp6, VP6",
    "OPAQUE, vp6a, VP6",
    "OPAQUE, screen, Other",
  })
  void codecsOfVideo(Codec codec, String label, String word) {
    assertThat(TrackWords.videoCodec(track(codec, label, ""))).isEqualTo(word);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({"AAC, AAC", "MP3, MP3", "OPUS, Opus", "AC3, Other", "G711A, Other", "OPAQUE, Other"})
  void codecsOfAudio(Codec codec, String word) {
    assertThat(TrackWords.audioCodec(track(codec, ""))).isEqualTo(word);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "1190, LC",
    "0990, Main",
    "1990, SSR",
    "2B920800, HE",
    "EB8A0800, HEv2",
    "'', Other",
    "11, Other",
  })
  void profilesOfAac(String configuration, String word) {
    assertThat(TrackWords.audioProfile(track(Codec.AAC, configuration))).isEqualTo(word);
  }

  @Test
  void whatATrackSaysOfItself() {
    assertThat(TrackWords.ability(track(Codec.H264, AVC)))
        .isEqualTo(new TrackWords.Ability("Baseline(Constrained)", "3"));
    assertThat(TrackWords.avc(track(Codec.H264, AVC))).isEqualTo(new TrackWords.Avc(66, 0xC0, 30));
    assertThat(TrackWords.audioProfile(track(Codec.MP3, "FFFB9000"))).isEqualTo("Other");
    for (Codec other : new Codec[] {Codec.AV1, Codec.OPAQUE}) {
      assertThat(TrackWords.ability(track(other, AVC)).profile()).isEqualTo("Other");
      assertThat(TrackWords.avc(track(other, AVC))).isNull();
    }
  }

  @Test
  void whatCannotBeReadIsOther() {
    for (int length = 0; length < AVC.length() / 2; length++) {
      Track cut = track(Codec.H264, AVC.substring(0, 2 * length));
      assertThat(TrackWords.ability(cut).level()).as("%d bytes", length).isEqualTo("Other");
      assertThat(TrackWords.avc(cut)).isNull();
      Track other = track(Codec.H265, AVC.substring(0, 2 * length));
      assertThat(TrackWords.ability(other).level()).isEqualTo("Other");
    }
  }

  @Test
  void aTrackThatTheSourceLacksIsNone() {
    Track first = track(Codec.H264, AVC);
    var second =
        new Track(1, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.ofHex(AVC));
    var both = List.of(first, second);
    Track.Kind kind = Track.Kind.VIDEO;
    assertThat(TrackWords.first(new Configuration(1, both, Bytes.EMPTY), kind)).isEqualTo(first);
    assertThat(TrackWords.first(new Configuration(1, both, Bytes.EMPTY, Set.of(0)), kind))
        .isEqualTo(second);
    assertThat(TrackWords.first(new Configuration(1, both, Bytes.EMPTY, Set.of(0, 1)), kind))
        .isNull();
    assertThat(TrackWords.first(Configuration.NONE, Track.Kind.AUDIO)).isNull();
  }

  @ParameterizedTest(name = "{0} is shown as {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.example/x | https://a.example/x",
        "https://user:secret@a.example:81/x/y?token=secret#secret | https://a.example:81/x/y",
        "http://[::1]:8080/ | http://[::1]:8080/",
        "https://a.example | https://a.example",
        "'' | ''",
        "mailto:somebody | ''",
        "/x?token=secret | ''",
        "a b | ''",
        "http://%zz/ | ''",
      })
  void addressesOfPagesWithoutSecrets(String page, String shown) {
    assertThat(ShownPage.of(page)).isEqualTo(shown);
  }
}
