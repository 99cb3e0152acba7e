package dev.sluice.node.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Leaves out faults of a library that any peer can call forth, that do no harm, and that would fill
 * the log with stack traces:
 *
 * <ul>
 *   <li>Vert.x 5.1, {@code Http2ConnectionImpl.onConnectionError}: tells each open stream of the
 *       error, also those that it never took because their fields were malformed, and meets null.
 *       The connection is closed all the same, and with it its streams.
 * </ul>
 */
final class LibraryFaults extends Filter<ILoggingEvent> {
  private static final String NULL = NullPointerException.class.getName();
  private static final String HTTP2 = "io.vertx.core.http.impl.http2.codec.Http2ConnectionImpl";
  private static final String ERROR = "onConnectionError";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    IThrowableProxy fault = event.getThrowableProxy();
    return fault != null && NULL.equals(fault.getClassName()) && isAtHttp2Error(fault)
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }

  private static boolean isAtHttp2Error(IThrowableProxy fault) {
    StackTraceElementProxy[] trace = fault.getStackTraceElementProxyArray();
    if (trace.length == 0) {
      return false; // the JVM leaves it out of faults that come often
    }
    StackTraceElement top = trace[0].getStackTraceElement();
    return HTTP2.equals(top.getClassName()) && ERROR.equals(top.getMethodName());
  }
}
