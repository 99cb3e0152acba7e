package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The browser shows pages, or tests that use it prove nothing. */
@Needs("chromium")
class BrowserTest {
  @RegisterExtension final Children children = new Children();

  @Test
  void showsAPageAndRunsItsScript(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("page.html");
    Files.writeString(page, "<title>seen</title><script>var sum = 40 + 2</script>");
    Browser browser = new Browser(children, folder);
    browser.open(page.toUri().toString());
    browser.await("the page", Duration.ofSeconds(20), "document.title === 'seen'");
    assertThat(browser.evaluate("sum").asInt()).isEqualTo(42);
    Path picture = folder.resolve("page.png");
    browser.screenshot(picture);
    assertThat(Files.size(picture)).isGreaterThan(1_000);
  }
}
