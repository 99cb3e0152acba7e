package dev.sluice.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogFormatTest {
  private static final long AT = 1_795_178_096_789L; // 2026-11-20T12:34:56.789Z
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @ParameterizedTest
  @CsvSource({
    "0,1970-01-01T00:00:00.000Z",
    "-1,1969-12-31T23:59:59.999Z",
    "951782400001,2000-02-29T00:00:00.001Z",
    "1795178096789,2026-11-20T12:34:56.789Z"
  })
  void timeIsUtcToTheMillisecond(long epochMillis, String text) {
    var out = new StringBuilder();
    LineFormat.appendTime(epochMillis, out);
    assertThat(out).hasToString(text);
  }

  @Test
  void aMessageIsTimeLevelAndText() {
    assertThat(text(event(Level.INFO, "listening")))
        .isEqualTo("2026-11-20T12:34:56.789Z INFO  listening\n");
    assertThat(text(event(Level.ERROR, "no"))).isEqualTo("2026-11-20T12:34:56.789Z ERROR no\n");
    assertThat(json(event(Level.WARN, "listening")))
        .isEqualTo(
            "{\"time\":\"2026-11-20T12:34:56.789Z\",\"level\":\"warn\",\"logger\":\"a.b\","
                + "\"message\":\"listening\"}\n");
  }

  @Test
  void fieldsFollowTheMessageOrStandAlone() {
    var event = event(Level.INFO, "");
    event.addKeyValuePair(new KeyValuePair("id", "R-1"));
    event.addKeyValuePair(new KeyValuePair("bytes", 12L));
    event.addKeyValuePair(new KeyValuePair("key", true));
    assertThat(text(event)).isEqualTo("2026-11-20T12:34:56.789Z INFO  id=R-1 bytes=12 key=true\n");
    assertThat(json(event)).endsWith(",\"id\":\"R-1\",\"bytes\":12,\"key\":true}\n");
    var spoken = event(Level.INFO, "hello");
    spoken.addKeyValuePair(new KeyValuePair("id", "R-1"));
    assertThat(text(spoken)).endsWith(" hello id=R-1\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain-1.2/3:4[5]     | x=plain-1.2/3:4[5]
          ''                   | x=""
          two words            | x="two words"
          a=b                  | x="a=b"
          say "hi"             | x="say \\"hi\\""
          back\\slash          | x="back\\\\slash"
          Grüße                | x="Grüße"
          """)
  void anOddValueIsQuoted(String value, String field) {
    var event = event(Level.INFO, "");
    event.addKeyValuePair(new KeyValuePair("x", value));
    assertThat(text(event)).endsWith("INFO  " + field + "\n");
  }

  @Test
  void nobodyForgesALineOrMovesTheCursor() {
    String evil = "a\n2026-11-20T12:34:56.789Z ERROR \u001b[2J\u202e\u2028\r\t\u0085\ufeff\u0000";
    var event = event(Level.INFO, evil);
    event.addKeyValuePair(new KeyValuePair("x", evil));
    event.addKeyValuePair(new KeyValuePair("y", "1\" level=\"ERROR"));
    String escaped =
        "a\\n2026-11-20T12:34:56.789Z ERROR \\u001b[2J\\u202e\\u2028\\r\\t\\u0085\\ufeff\\u0000";
    assertThat(text(event))
        .isEqualTo(
            "2026-11-20T12:34:56.789Z INFO  "
                + escaped
                + " x=\""
                + escaped
                + "\" y=\"1\\\" level=\\\"ERROR\"\n");
    JsonNode node = JSON.readTree(json(event));
    assertThat(node.get("message").asString()).isEqualTo(evil);
    assertThat(node.get("x").asString()).isEqualTo(evil);
    assertThat(node.get("level").asString()).isEqualTo("info");
  }

  @Test
  void whatIsTooLongIsCut() {
    var event = event(Level.INFO, "m".repeat(LineFormat.MAX_MESSAGE + 1));
    event.addKeyValuePair(new KeyValuePair("fits", "v".repeat(LineFormat.MAX_VALUE)));
    event.addKeyValuePair(new KeyValuePair("long", "v".repeat(LineFormat.MAX_VALUE + 1)));
    assertThat(text(event))
        .contains("m".repeat(LineFormat.MAX_MESSAGE) + "… fits=v")
        .contains("v".repeat(LineFormat.MAX_VALUE) + " long=\"v")
        .endsWith("v".repeat(LineFormat.MAX_VALUE) + "…\"\n");
  }

  @Test
  void aFaultOfAPeerIsOneLine() {
    for (Throwable fault :
        List.of(new IOException("reset\nby peer"), new MalformedException("reset\nby peer"))) {
      var event = event(Level.INFO, "closed", fault);
      assertThat(text(event))
          .endsWith(" closed error=\"" + fault.getClass().getSimpleName() + ": reset\\nby peer\"\n")
          .containsOnlyOnce("\n");
      assertThat(json(event)).doesNotContain("stack");
    }
  }

  @Test
  void aFaultOfOursHasItsStackTrace() {
    var event =
        event(
            Level.ERROR,
            "fault",
            new IllegalStateException("bug", new NullPointerException("in\nit")));
    String text = text(event);
    List<String> lines = text.lines().toList();
    assertThat(lines.getFirst()).endsWith("ERROR fault error=\"IllegalStateException: bug\"");
    assertThat(lines.get(1)).startsWith("\tat dev.sluice.node.log.LogFormatTest.aFaultOfOurs");
    assertThat(text).contains("\tcaused by NullPointerException: in it\n");
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("\t"));
    JsonNode node = JSON.readTree(json(event));
    assertThat(node.get("error").asString()).isEqualTo("IllegalStateException: bug");
    assertThat(node.get("stack").asString()).startsWith("at dev.sluice.node.log.LogFormatTest.");
  }

  @RepeatedTest(200)
  void anyTextIsOneLineAndReadsBackFromJson(RepetitionInfo run) {
    var random = Seeds.random(run);
    var value = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      value.appendCodePoint(
          random.nextBoolean() ? random.nextInt(0x100) : random.nextInt(0x2000, 0x2100));
    }
    var event = event(Level.INFO, value.toString());
    event.addKeyValuePair(new KeyValuePair("x", value));
    String text = text(event);
    assertThat(text.substring(0, text.length() - 1)).doesNotContainPattern("[\\p{Cntrl}\u2028]");
    JsonNode node = JSON.readTree(json(event));
    assertThat(node.get("x").asString()).isEqualTo(value.toString());
  }

  private static LoggingEvent event(Level level, String message, Throwable... thrown) {
    var logger = new LoggerContext().getLogger("a.b");
    Throwable fault = thrown.length == 0 ? null : thrown[0];
    var event = new LoggingEvent("fqcn", logger, level, message, fault, null);
    event.setTimeStamp(AT);
    return event;
  }

  private static String text(LoggingEvent event) {
    var out = new StringBuilder();
    new TextFormat().append(event, out);
    return out.toString();
  }

  private static String json(LoggingEvent event) {
    var out = new StringBuilder();
    new JsonFormat().append(event, out);
    return out.toString();
  }
}
