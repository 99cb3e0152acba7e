package dev.sluice.wire.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultivariantPlaylistTest {
  private static MultivariantPlaylist playlist() {
    return new MultivariantPlaylist(
        7,
        true,
        List.of(
            new Rendition(
                Rendition.Type.AUDIO, "a.m3u8", "sound", "en", "English", true, true, "2", null),
            new Rendition(
                Rendition.Type.CLOSED_CAPTIONS,
                null,
                "cc",
                null,
                "Captions",
                false,
                false,
                null,
                "CC1")),
        List.of(
            new Variant(
                "v.m3u8",
                2_500_000,
                2_000_000,
                "avc1.640028,mp4a.40.2",
                1920,
                1080,
                29_970,
                "SDR",
                "sound",
                "cc"),
            new Variant("low.m3u8", 64_000, 0, null, 0, 0, 0, null, null, Variant.NO_CAPTIONS)));
  }

  @Test
  void writesEverythingInItsPlaceAndReadsIt() {
    String text =
        """
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",LANGUAGE="en",DEFAULT=YES,\
        AUTOSELECT=YES,CHANNELS="2",URI="a.m3u8"
        #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="Captions",INSTREAM-ID="CC1"
        #EXT-X-STREAM-INF:BANDWIDTH=2500000,AVERAGE-BANDWIDTH=2000000,\
        CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=29.970,VIDEO-RANGE=SDR,\
        AUDIO="sound",CLOSED-CAPTIONS="cc"
        v.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=64000,CLOSED-CAPTIONS=NONE
        low.m3u8
        """;
    assertThat(playlist().write()).isEqualTo(text);
    assertThat(MultivariantPlaylist.read(text)).isEqualTo(playlist());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "#EXT-X-STREAM-INF:BANDWIDTH=1      | a multivariant playlist whose last variant has no URI",
        "#EXT-X-VERSION:7                   | a multivariant playlist without a variant",
        "x.m3u8                             | line 2: a URI without EXT-X-STREAM-INF: x.m3u8",
        "#EXTINF:1,                         | line 2: a media playlist, not a multivariant playlist",
        "#EXT-X-MEDIA:TYPE=SMELL            | line 2: TYPE is SMELL",
        "#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"n\" | line 2: attribute GROUP-ID is missing",
      })
  void refusesBrokenLines(String line, String message) {
    assertThatThrownBy(() -> MultivariantPlaylist.read("#EXTM3U\n" + line))
        .isInstanceOf(MalformedException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'CODECS=\"a\"', attribute BANDWIDTH is missing",
    "'BANDWIDTH=1,RESOLUTION=1920', RESOLUTION is 1920",
    "'BANDWIDTH=1,RESOLUTION=1x70000', RESOLUTION has a side of 70000",
    "'BANDWIDTH=1,AUDIO=a', attribute AUDIO is not quoted: a",
  })
  void refusesBrokenVariants(String attributes, String message) {
    String text = "#EXTM3U\n#EXT-X-STREAM-INF:" + attributes + "\nx";
    assertThatThrownBy(() -> MultivariantPlaylist.read(text))
        .isInstanceOf(MalformedException.class)
        .hasMessage("line 3: " + message);
  }

  @Test
  void hasLimits() {
    String variant = "#EXT-X-STREAM-INF:BANDWIDTH=1\nx\n";
    String most = "#EXTM3U\n" + variant.repeat(MultivariantPlaylist.MAX_ENTRIES);
    assertThat(MultivariantPlaylist.read(most).variants()).hasSize(1_000);
    assertThatThrownBy(() -> MultivariantPlaylist.read(most + variant))
        .hasMessageContaining("more than 1000 variants");
  }

  @FuzzTest
  void anyTextIsReadOrRefused(byte[] input) {
    MultivariantPlaylist playlist;
    try {
      playlist = MultivariantPlaylist.read(new String(input, StandardCharsets.UTF_8));
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
      return;
    }
    assertThat(MultivariantPlaylist.read(playlist.write())).isEqualTo(playlist);
  }
}
