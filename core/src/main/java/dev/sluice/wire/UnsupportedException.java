package dev.sluice.wire;

/**
 * Valid input that Sluice does not handle. The message names what was read, the value found and
 * what is allowed; it is meant for one log line and for the peer.
 */
public final class UnsupportedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedException(String message) {
    super(message);
  }

  /** Where the fault happened is in the message; a stack trace per bad packet helps nobody. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
