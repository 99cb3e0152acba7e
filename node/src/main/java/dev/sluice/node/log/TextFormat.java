package dev.sluice.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * For people: {@code 2026-11-20T12:34:56.789Z INFO message key=value key="odd value"}. A stack
 * trace follows on lines that begin with a tab.
 */
final class TextFormat implements LineFormat {

  @Override
  public void append(ILoggingEvent event, StringBuilder out) {
    head(event.getTimeStamp(), event.getLevel(), out);
    Escapes.append(String.valueOf(event.getFormattedMessage()), MAX_MESSAGE, false, out);
    List<KeyValuePair> fields = event.getKeyValuePairs();
    if (fields != null) {
      for (KeyValuePair field : fields) {
        if (out.charAt(out.length() - 1) != ' ') {
          out.append(' ');
        }
        field(field.key, String.valueOf(field.value), out);
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      field(" error", LineFormat.said(thrown), out);
    }
    out.append('\n');
    String trace = thrown == null ? null : LineFormat.trace(thrown);
    if (trace != null) {
      trace
          .lines()
          .forEach(line -> {
            Escapes.append(line, MAX_VALUE, false, out.append('\t'));
            out.append('\n');
          });
    }
  }

  @Override
  public void appendWarning(long epochMillis, String message, StringBuilder out) {
    head(epochMillis, Level.WARN, out);
    out.append(message).append('\n');
  }

  private static void head(long epochMillis, Level level, StringBuilder out) {
    LineFormat.appendTime(epochMillis, out);
    out.append(' ').append(level).append(level.toString().length() < 5 ? "  " : " ");
  }

  private static void field(String key, String value, StringBuilder out) {
    out.append(key).append('=');
    boolean bare = !value.isEmpty() && value.length() <= MAX_VALUE;
    for (int i = 0; bare && i < value.length(); i++) {
      char c = value.charAt(i);
      bare = c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
    }
    if (bare) {
      out.append(value);
    } else {
      Escapes.append(value, MAX_VALUE, true, out.append('"'));
      out.append('"');
    }
  }
}
