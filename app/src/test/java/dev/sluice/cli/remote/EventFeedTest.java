package dev.sluice.cli.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.remote.EventFeed.ServerEvent;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events as they stand on the wire. */
class EventFeedTest {
  private static EventFeed feed(String text) {
    return new EventFeed(new ByteArrayInputStream(text.getBytes(UTF_8)), 2_000);
  }

  private static List<ServerEvent> all(EventFeed feed) throws IOException {
    List<ServerEvent> all = new ArrayList<>();
    for (ServerEvent event; (event = feed.next()) != null; ) {
      all.add(event);
    }
    return all;
  }

  @Test
  void eventsHaveAnIdAndAnObject() throws IOException {
    String text =
        """
        retry: 50

        :

        id: 1-2
        event: play
        data: {"kind":"play","stream":"live/ü"}

        event: gap
        data: {"kind":"gap"}

        id: 1-3
        data:{}

        id: 1-4
        data: {"cut":true}
        """;
    try (EventFeed feed = feed(text)) {
      assertThat(all(feed))
          .containsExactly(
              new ServerEvent("1-2", new JsonObject().put("kind", "play").put("stream", "live/ü")),
              new ServerEvent("", new JsonObject().put("kind", "gap")),
              new ServerEvent("1-3", new JsonObject()));
      assertThat(feed.retryMs()).isEqualTo(50);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retry: x\n\n", "retry: -1\n\n", "retry: 999999\n\n", ""})
  void aRetryThatIsNoneIsLeft(String text) throws IOException {
    try (EventFeed feed = feed(text)) {
      assertThat(all(feed)).isEmpty();
      assertThat(feed.retryMs()).isEqualTo(2_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: 7\n\n", "data: {\"a\n\n", "data: []\n\n", "data: null\n\n"})
  void whatIsNoObjectIsAFailure(String text) {
    try (EventFeed feed = feed(text)) {
      assertThatThrownBy(feed::next).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aLineHasABound() throws IOException {
    String most = ":" + "x".repeat(EventFeed.MAX_LINE_BYTES - 1) + "\n";
    try (EventFeed feed = feed(most)) {
      assertThat(feed.next()).isNull();
    }
    try (EventFeed feed = feed("x" + most)) {
      assertThatThrownBy(feed::next).hasMessageContaining("65536 bytes");
    }
  }
}
