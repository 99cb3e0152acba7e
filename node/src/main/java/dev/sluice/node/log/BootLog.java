package dev.sluice.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * The log before {@link LogSetup#start}: warnings and errors as text on standard error. Logback
 * finds this class as a service, and so looks for no configuration file.
 */
public final class BootLog extends ContextAwareBase implements Configurator {

  /** For Logback. */
  public BootLog() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var appender = new StandardError();
    appender.setContext(context);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static final class StandardError extends AppenderBase<ILoggingEvent> {
    private final LineFormat format = new TextFormat();

    @Override
    protected void append(ILoggingEvent event) {
      var line = new StringBuilder();
      format.append(event, line);
      System.err.print(line);
    }
  }
}
