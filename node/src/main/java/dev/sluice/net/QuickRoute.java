package dev.sluice.net;

/**
 * Answers of requests that need nothing of the HTTP stack: the same few bytes for many who ask, of
 * whom all that counts stands in the request line.
 */
@FunctionalInterface
public interface QuickRoute {
  /**
   * Looks at a GET of HTTP/1.1 without a body; on the connection's loop.
   *
   * @param target path and query as they stand in the request: visible ASCII, a slash first
   * @param gzip whether the peer takes answers that are compressed by gzip
   * @param reply by which it is answered, once, at once or later
   * @return whether it is answered here; else the HTTP stack gets the request
   */
  boolean take(String target, boolean gzip, QuickReply reply);
}
