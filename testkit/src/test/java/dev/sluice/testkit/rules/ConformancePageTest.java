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

      {dash}
      ## What is allowed, and why

      - `DELTA_ASKED` takes the whole playlist as an answer to `_HLS_skip` where the client has none of
        what is listed, as after a restart of the server. It should not have asked (6.3.7: its own has to
        be no older than half the skip boundary), and if it got a delta update it would have to ask for
        the whole playlist at once (6.3.7), which is what it is sent. Whoever has the first segment that is
        listed gets a delta update, whenever there is something to leave out.
      - `SEGMENTS_STAY` lets the duration change of a segment whose end had not come when it was listed.
        With `availabilityTimeComplete="false"` a segment is listed before it is whole (5.3.9.5.3), so
        that nobody can know its duration. Its time, and so its address, stays; one whose end had come
        stays as it was listed. `STARTS_TRUE` and `DURATIONS_TRUE` judge what was listed last: of a
        segment that was whole it is what was listed first, by this rule.
      - `OFFSET` was once held against every segment that is listed. LL 9.X.4.5 asks for less than the
        longest segment of the representation, and that the difference is below the target latency. A
        segment that begins late in its cut, or ends early, may be shorter than the offset: it is listed
        when it can be had (`NOT_AHEAD`), so nobody asks for it in vain.
      - A restart of the server loses what the process held in memory. `KEPT`, `PART_KEPT` and `AVAILABLE`
        cannot hold for that, nor can `FRONT` for the first description behind it; all else is judged
        over restarts as one client sees it, ids, starts, bandwidths and headers of DASH among it.
      \
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
