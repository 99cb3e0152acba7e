package dev.sluice.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Everything of ours that is logged while it listens, at every level. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger("dev.sluice");
  private final Level before = root.getLevel();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  LogLines() {
    start();
    root.addAppender(this);
    root.setLevel(Level.TRACE);
  }

  @Override
  protected void append(ILoggingEvent event) {
    var line = new StringBuilder(event.getLevel() + " " + event.getFormattedMessage());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> line.append(' ').append(pair.key).append('=').append(pair.value));
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append(' ').append(thrown.getClassName()).append(": ").append(thrown.getMessage());
    }
    lines.add(line.toString());
  }

  /** In the order in which they came. */
  List<String> all() {
    return List.copyOf(lines);
  }

  /** Those of one event. */
  List<String> of(String event) {
    return lines.stream().filter(line -> (line + " ").contains(" event=" + event + " ")).toList();
  }

  @Override
  public void close() {
    root.detachAppender(this);
    root.setLevel(before);
    stop();
  }
}
