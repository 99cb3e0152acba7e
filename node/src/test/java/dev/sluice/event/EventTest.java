package dev.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.media.StreamName;
import dev.sluice.wire.MalformedException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model: ids, JSON, filters. */
class EventTest {
  private static final EventId ID = new EventId(0x18f, 0xA);
  private static final StreamName NAME = StreamName.parse("live/a");

  private static Event event(EventKind kind, String stream) {
    StreamName name = stream.isEmpty() ? null : StreamName.parse(stream);
    return new Event(ID, 0, kind, name, null, Map.of());
  }

  @Test
  void isWrittenAsOneLineOfJsonWithoutAnySecret() {
    var client =
        new Client(
            "R-1",
            "rtmp",
            "192.0.2.7",
            4_000,
            "very-secret",
            "OBS \"x\"\n",
            Told.of("https://page", Map.of("pass", "very-secret", "user", "u")));
    var event =
        new Event(
            ID,
            1_800_000_000_007L,
            EventKind.STOP,
            NAME,
            Party.of(client, "alice"),
            Map.of("reason", "kicked", "ms", 12, "bytes", 1L << 40, "again", true));
    assertThat(event.json())
        .isEqualTo(
            "{\"id\":\"00000000018f-00000000000a\",\"time\":\"2027-01-15T08:00:00.007Z\","
                + "\"kind\":\"stop\",\"stream\":\"live/a\","
                + "\"client\":{\"id\":\"R-1\",\"protocol\":\"rtmp\",\"address\":\"192.0.2.7\","
                + "\"port\":4000,\"agent\":\"OBS \\\"x\\\"\\n\",\"user\":\"alice\"},"
                + "\"figures\":{\"again\":true,\"bytes\":1099511627776,\"ms\":12,"
                + "\"reason\":\"kicked\"}}");
    assertThat(event(EventKind.EVENTS_LOST, "").json())
        .isEqualTo(
            "{\"id\":\"00000000018f-00000000000a\",\"time\":\"1970-01-01T00:00:00.000Z\","
                + "\"kind\":\"events-lost\",\"figures\":{}}");
  }

  @Test
  void textsAreCutAndOtherFiguresRefused() {
    String text = "x".repeat(Event.MAX_TEXT - 1) + "\uD83D\uDE00";
    var event = new Event(ID, 0, EventKind.FAILED, null, null, Map.of("what", text));
    assertThat(event.figures()).containsEntry("what", "x".repeat(Event.MAX_TEXT - 1));
    String agent = "a".repeat(Party.MAX_AGENT + 1);
    assertThat(Party.of(new Client("", "", "", 0, null, agent), "").agent())
        .hasSize(Party.MAX_AGENT);
    assertThatThrownBy(() -> new Event(ID, 0, EventKind.FAILED, null, null, Map.of("x", 1.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "1,0", "1,281474976710655", "281474976710655,281474976710655"})
  void idsAreReadAsTheyWereWritten(long incarnation, long number) {
    var id = new EventId(incarnation, number);
    assertThat(EventId.parse(id.toString())).isEqualTo(id);
    assertThat(new EventId(1, 1).toString().compareTo(id.toString()) < 0)
        .as("texts are in the order of ids")
        .isEqualTo(new EventId(1, 1).compareTo(id) < 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "00000000018f00000000000a",
        "00000000018F-00000000000A",
        "00000000018f-00000000000a ",
        "-00000000018-00000000000a",
        "00000000018f-00000000000a\n"
      })
  void whatIsNoIdIsNone(String text) {
    assertThat(EventId.parse(text)).isNull();
  }

  @Test
  void everyKindHasALabelOfItsOwn() {
    var labels = new HashSet<String>();
    for (EventKind kind : EventKind.values()) {
      assertThat(kind.label()).matches("[a-z]+(-[a-z]+)*");
      assertThat(labels.add(kind.label())).isTrue();
      assertThat(EventKind.of(kind.label())).isSameAs(kind);
    }
    assertThat(EventKind.of("nonsense")).isNull();
  }

  @Test
  void filtersLetPassWhatIsWanted() {
    var filter = EventFilter.parse(List.of("play,stop", "publish"), List.of("live/*,vod/**", ""));
    assertThat(filter.passes(event(EventKind.PLAY, "live/a"))).isTrue();
    assertThat(filter.passes(event(EventKind.PUBLISH, "vod/a/b"))).isTrue();
    assertThat(filter.passes(event(EventKind.PLAY, "other/a"))).isFalse();
    assertThat(filter.passes(event(EventKind.UNPUBLISH, "live/a"))).isFalse();
    assertThat(filter.passes(event(EventKind.PLAY, ""))).as("about no stream").isFalse();
    assertThat(filter.passes(event(EventKind.EVENTS_LOST, ""))).as("for everybody").isTrue();
    assertThat(EventFilter.parse(List.of(), List.of()).passes(event(EventKind.FAILED, "")))
        .isTrue();
  }

  @Test
  void filtersThatAreNoneAreRefused() {
    assertThatThrownBy(() -> EventFilter.parse(List.of("play,nonsense"), List.of()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nonsense");
    assertThatThrownBy(() -> EventFilter.parse(List.of(), List.of("a//b")))
        .isInstanceOf(MalformedException.class);
    String most = "a,".repeat(EventFilter.MAX_STREAMS);
    assertThat(EventFilter.parse(List.of(), List.of(most)).streams())
        .hasSize(EventFilter.MAX_STREAMS);
    assertThatThrownBy(() -> EventFilter.parse(List.of(), List.of(most + "a")))
        .isInstanceOf(MalformedException.class);
  }
}
