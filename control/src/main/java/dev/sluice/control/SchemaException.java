package dev.sluice.control;

/**
 * Something was written by a version of Sluice that this one cannot follow; the message says so.
 */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence for people. */
  public SchemaException(String message) {
    super(message);
  }
}
