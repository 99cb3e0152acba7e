package dev.sluice.node.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Makes the line of an event. */
sealed interface LineFormat permits TextFormat, JsonFormat {
  /** Most characters of a message. */
  int MAX_MESSAGE = 8_000;

  /** Most characters of a field's value. */
  int MAX_VALUE = 500;

  /** Most frames of a stack trace, for each cause. */
  int MAX_FRAMES = 60;

  /** Most causes of a stack trace. */
  int MAX_CAUSES = 5;

  /** Appends the line of {@code event}, its end included. */
  void append(ILoggingEvent event, StringBuilder out);

  /** Appends a line of the log about itself. */
  void appendWarning(long epochMillis, String message, StringBuilder out);

  /** Appends {@code 2026-11-20T12:34:56.789Z}; plain digits, as formatters are slow to load. */
  static void appendTime(long epochMillis, StringBuilder out) {
    long seconds = Math.floorDiv(epochMillis, 1_000L);
    var time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    digits(time.getYear(), 4, out);
    digits(time.getMonthValue(), 2, out.append('-'));
    digits(time.getDayOfMonth(), 2, out.append('-'));
    digits(time.getHour(), 2, out.append('T'));
    digits(time.getMinute(), 2, out.append(':'));
    digits(time.getSecond(), 2, out.append(':'));
    digits((int) Math.floorMod(epochMillis, 1_000L), 3, out.append('.'));
    out.append('Z');
  }

  private static void digits(int value, int count, StringBuilder out) {
    String text = Integer.toString(value);
    out.repeat('0', count - text.length()).append(text);
  }

  /** Class and message of what was thrown, not escaped. */
  static String said(IThrowableProxy thrown) {
    String name = thrown.getClassName();
    String simple = name.substring(name.lastIndexOf('.') + 1);
    String message = thrown.getMessage();
    return message == null ? simple : simple + ": " + message;
  }

  /**
   * The stack trace, lines parted by {@code \n}, not escaped otherwise; null for what peers and
   * networks do, which is an {@link IOException} or comes without a trace.
   */
  static @Nullable String trace(IThrowableProxy thrown) {
    boolean network =
        thrown instanceof ThrowableProxy known && known.getThrowable() instanceof IOException;
    if (network || thrown.getStackTraceElementProxyArray().length == 0) {
      return null;
    }
    var out = new StringBuilder();
    IThrowableProxy cause = thrown;
    for (int causes = 0; cause != null && causes <= MAX_CAUSES; causes++) {
      if (causes > 0) {
        out.append("caused by ").append(said(cause).replace('\n', ' ')).append('\n');
      }
      StackTraceElementProxy[] frames = cause.getStackTraceElementProxyArray();
      int shown = Math.min(frames.length - cause.getCommonFrames(), MAX_FRAMES);
      for (int i = 0; i < shown; i++) {
        out.append("at ").append(frames[i].getStackTraceElement()).append('\n');
      }
      cause = cause.isCyclic() ? null : cause.getCause();
    }
    return out.toString();
  }
}
