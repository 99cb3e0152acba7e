package dev.sluice.bench.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.MalformedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackPageTest {
  private static final String TEXT =
      """
      #EXTM3U
      #EXT-X-MEDIA-SEQUENCE:40
      #EXTINF:2.0,
      a.m4s
      #EXT-X-GAP
      #EXTINF:2.0,
      b.m4s
      #EXT-X-PART:DURATION=1.0,URI="c.0.m4s"
      #EXT-X-PART:DURATION=1.0,URI="c.1.m4s",INDEPENDENT=YES
      #EXTINF:2.0,
      c.m4s
      #EXT-X-PART:DURATION=1.0,URI="d.0.m4s"
      #EXT-X-PRELOAD-HINT:TYPE=PART,URI="d.1.m4s"
      """;

  @Test
  void itSaysWhatCanBeFetched() {
    TrackPage page = TrackPage.read(TEXT);
    assertThat(page.segments()).containsExactly("a.m4s", "", "c.m4s");
    assertThat(page.parts()).containsExactly("d.0.m4s");
    assertThat(page.partsOfLast()).containsExactly("c.0.m4s", "c.1.m4s");
    assertThat(page.open()).isEqualTo(43);
    assertThat(page.has(42, 9)).isTrue();
    assertThat(page.has(43, 0)).isTrue();
    assertThat(page.has(43, 1)).isFalse();
    assertThat(page.has(44, 0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#EXTM3U",
        "#EXTM3U\n",
        "#EXT-X-MEDIA-SEQUENCE:1\n",
        "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PART:DURATION=1\n",
        "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PART:URI=\"a\n",
      })
  void whatIsNoPlaylistIsRefused(String text) {
    assertThatThrownBy(() -> TrackPage.read(text)).isInstanceOf(MalformedException.class);
  }

  @Test
  void aPlaylistThatIsCutShortIsNoticed() {
    assertThatThrownBy(() -> TrackPage.read(TEXT.strip())).isInstanceOf(MalformedException.class);
    assertThat(TrackPage.read(TEXT).segments()).isNotEqualTo(List.of());
  }
}
