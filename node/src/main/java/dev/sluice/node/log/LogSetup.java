package dev.sluice.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.sluice.node.config.Config;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** The log as configured, from {@link #start} to {@link #close}. */
public final class LogSetup implements AutoCloseable {
  private final LogOutput output;

  private LogSetup(LogOutput output) {
    this.output = output;
  }

  /**
   * Sends the log of this process to where it was configured.
   *
   * @throws IOException when the file cannot be opened; the log is as it was then
   */
  public static LogSetup start(Config.Log settings) throws IOException {
    Path file = settings.file();
    LineSink sink =
        file == null
            ? new StreamSink(new FileOutputStream(FileDescriptor.out))
            : new RotatingFile(file, settings.maxSize().bytes(), settings.keep());
    var output = new LogOutput(format(settings.format()), sink);
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    output.setContext(context);
    output.addFilter(new LibraryFaults());
    output.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(output);
    level(settings.level());
    return new LogSetup(output);
  }

  /** Writes what is at least so severe, from now on. Any thread. */
  public static void level(Config.LogLevel level) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(foreign(level));
    context.getLogger("dev.sluice").setLevel(own(level));
  }

  /** Lines dropped because they came faster than they could be written. Any thread. */
  public long droppedLines() {
    return output.droppedLines();
  }

  /** Lines that could not be written. Any thread. */
  public long failedLines() {
    return output.failedLines();
  }

  /** Writes what waits, for at most a few seconds; what is logged later goes to standard error. */
  @Override
  public void close() {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset(); // stops the output
    new BootLog().configure(context);
  }

  private static LineFormat format(Config.LogFormat format) {
    return switch (format) {
      case TEXT -> new TextFormat();
      case JSON -> new JsonFormat();
    };
  }

  private static Level own(Config.LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
      case TRACE -> Level.TRACE;
    };
  }

  /**
   * Libraries are one step quieter, and from debug downwards two: what they say at info is ours.
   */
  private static Level foreign(Config.LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN, INFO -> Level.WARN;
      case DEBUG -> Level.INFO;
      case TRACE -> Level.DEBUG;
    };
  }
}
