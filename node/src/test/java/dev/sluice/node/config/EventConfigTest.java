package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.event.EventKind;
import dev.sluice.media.StreamPattern;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks in the file. */
class EventConfigTest {
  @Test
  void webhooksAreReadAndTheirSecretsHidden() {
    Loaded loaded =
        ConfigParserTest.valid(
            """
            events:
              webhooks:
                - url: https://a.example/x?key=1
                  secret: abcdefgh
                  kinds: [play, stop]
                  streams: live/*
                - { url: "http://[::1]:81", secret: abcdefgi, maxSize: 1MB, timeLimit: 1s }
            """,
            Map.of());
    List<WebhookSettings> webhooks = loaded.config().events().webhooks();
    assertThat(webhooks).hasSize(2);
    assertThat(webhooks.getFirst().kinds()).containsExactly(EventKind.PLAY, EventKind.STOP);
    assertThat(webhooks.getFirst().streams()).containsExactly(StreamPattern.parse("live/*"));
    assertThat(webhooks.getFirst().maxSize()).isEqualTo(ByteSize.parse("16MB"));
    assertThat(webhooks.getLast().kinds()).isEmpty();
    assertThat(webhooks.toString()).doesNotContain("abcdefg");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{url: 'http://a'} | events.webhooks[0].url: found no secret for it",
        "{url: 'http://a', secret: abcdefgh, kinds: nonsense} | a kind of event",
        "{secret: abcdefgh} | events.webhooks[0]",
        "{url: 'http://a', secret: abcdefgh}, {url: 'http://a', secret: abcdefgi}"
            + " | the address of webhooks[0]",
      })
  void whatIsNotRightIsRefused(String webhooks, String problem) {
    var parsed = ConfigParser.parse("test", "events: {webhooks: [" + webhooks + "]}", Map.of());
    assertThat(parsed)
        .isInstanceOfSatisfying(
            ConfigParser.Invalid.class,
            invalid -> assertThat(invalid.problems().toString()).contains(problem));
  }
}
