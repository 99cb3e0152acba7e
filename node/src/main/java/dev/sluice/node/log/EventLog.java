package dev.sluice.node.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line per event in a fixed form: names and values, {@code event=summary stream=live/x …}.
 * Values may be anything; they are escaped. Any thread.
 */
public final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.event");

  private EventLog() {}

  /**
   * Something happened as it should.
   *
   * @param fields names and values in turn; a field whose value is null is left out
   */
  public static void info(String event, @Nullable Object... fields) {
    log(LOG.atInfo(), null, event, fields);
  }

  /** Something that an operator should look at; as {@link #info}. */
  public static void warn(String event, @Nullable Object... fields) {
    log(LOG.atWarn(), null, event, fields);
  }

  /** A fault of ours, with its stack trace; as {@link #info}. */
  public static void error(String event, Throwable fault, @Nullable Object... fields) {
    log(LOG.atError().setCause(fault), null, event, fields);
  }

  /**
   * Writes a line.
   *
   * @param id stands before the event; null for none
   */
  static void log(
      LoggingEventBuilder line, @Nullable String id, String event, @Nullable Object... fields) {
    assert fields.length % 2 == 0 : "names and values do not pair in " + event;
    LoggingEventBuilder next = id == null ? line : line.addKeyValue("id", id);
    next = next.addKeyValue("event", event);
    for (int i = 0; i + 1 < fields.length; i += 2) {
      if (fields[i + 1] != null) {
        next = next.addKeyValue(String.valueOf(fields[i]), fields[i + 1]);
      }
    }
    next.log("");
  }
}
