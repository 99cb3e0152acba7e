package dev.sluice.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.dash.DashRule;
import dev.sluice.testkit.hls.HlsRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConformancePageTest {
  private static final Path PAGE = Path.of("..", "docs", "conformance.md");

  private static final String TEXT =
      """
      # Conformance

      What HLS and DASH of this server are held to. Checkers of our own take what a client loaded, in its
      order and with its times, and what was in the segments; they share no code with what writes
      playlists and descriptions. Every rule has a test that breaks it, and it alone.

      A test writes this page; it fails when the rules change.

      <!-- made by ConformancePageTest -->

      ## HLS

      Sections are those of draft-pantos-hls-rfc8216bis, HTTP Live Streaming, 2nd edition: what a
      server can break of it. Rules that look into segments need a client that does.

      Left out is what clients have to do, what this server does not send (content steering, I-frame
      playlists, variables, session data, EXT-X-BITRATE), what HTTP shows and playlists do not (status
      codes, compression, caching), and how far renditions may differ at their ends (6.2.4).

      {hls}
      ## DASH

      Sections are those of ISO/IEC 23009-1:2022, for segment templates with timelines; IOP is the
      DASH-IF interoperability document for live services, LL its low-latency part.

      {dash}\
      """;

  /** {@code -Dgolden.update=true} writes it anew. */
  @Test
  void showsEveryRule() throws IOException {
    String page =
        TEXT.replace("{hls}", RuleTable.render(List.of(HlsRule.values())))
            .replace("{dash}", RuleTable.render(List.of(DashRule.values())));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void sentencesFitATable() {
    assertThat(Stream.concat(Stream.of(HlsRule.values()), Stream.of(DashRule.values())))
        .allSatisfy(rule -> {
          assertThat(rule.sentence()).endsWith(".").doesNotContain("|", "\n");
          assertThat(rule.section()).isNotBlank();
        });
  }
}
