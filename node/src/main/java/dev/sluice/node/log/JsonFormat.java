package dev.sluice.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * For programs: one JSON object a line with {@code time}, {@code level}, {@code logger}, {@code
 * message} (when there is one), the event's own fields, and {@code error} and {@code stack} of what
 * was thrown.
 */
final class JsonFormat implements LineFormat {
  private static final int MAX_STACK = 20_000;

  @Override
  public void append(ILoggingEvent event, StringBuilder out) {
    head(event.getTimeStamp(), event.getLevel(), out);
    text("logger", event.getLoggerName(), MAX_VALUE, out);
    String message = String.valueOf(event.getFormattedMessage());
    if (!message.isEmpty()) {
      text("message", message, MAX_MESSAGE, out);
    }
    List<KeyValuePair> fields = event.getKeyValuePairs();
    if (fields != null) {
      for (KeyValuePair field : fields) {
        if (field.value instanceof Integer
            || field.value instanceof Long
            || field.value instanceof Boolean) {
          out.append(",\"").append(field.key).append("\":").append(field.value);
        } else {
          text(field.key, String.valueOf(field.value), MAX_VALUE, out);
        }
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      text("error", LineFormat.said(thrown), MAX_VALUE, out);
      String trace = LineFormat.trace(thrown);
      if (trace != null) {
        text("stack", trace, MAX_STACK, out);
      }
    }
    out.append("}\n");
  }

  @Override
  public void appendWarning(long epochMillis, String message, StringBuilder out) {
    head(epochMillis, Level.WARN, out);
    text("message", message, MAX_MESSAGE, out);
    out.append("}\n");
  }

  private static void head(long epochMillis, Level level, StringBuilder out) {
    LineFormat.appendTime(epochMillis, out.append("{\"time\":\""));
    out.append('"');
    text("level", level.toString().toLowerCase(Locale.ROOT), MAX_VALUE, out);
  }

  private static void text(String key, String value, int limit, StringBuilder out) {
    out.append(",\"").append(key).append("\":\"");
    Escapes.append(value, limit, true, out);
    out.append('"');
  }
}
