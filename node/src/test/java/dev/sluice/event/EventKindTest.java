package dev.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Kinds are a face to the outside: whoever reads of them has to find all of them. */
class EventKindTest {
  private static final String OPEN_API = "/dev/sluice/node/api/openapi.yaml";
  private static final Path PAGE = Path.of("..", "docs", "events.md");

  private static List<String> labels() {
    return Arrays.stream(EventKind.values()).map(EventKind::label).toList();
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  @Test
  void theOpenApiDocumentHasAll() throws IOException {
    String document;
    try (InputStream in =
        Objects.requireNonNull(EventKindTest.class.getResourceAsStream(OPEN_API))) {
      document = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String event = document.substring(document.indexOf("\n    Event:\n"));
    String kinds = event.substring(event.indexOf("enum:"), event.indexOf("\n        stream:"));
    assertThat(all("^ +- (\\S+)$", kinds)).containsExactlyInAnyOrderElementsOf(labels());
  }

  @Test
  void thePageHasAll() throws IOException {
    String page = Files.readString(PAGE);
    String table = page.substring(page.indexOf("| kind |"), page.indexOf("\nTo tell an event"));
    assertThat(all("^\\| `(\\S+)` \\|", table)).containsExactlyInAnyOrderElementsOf(labels());
  }
}
