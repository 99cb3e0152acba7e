package dev.sluice.net.segments;

/** The head of an answer that is sent as it stands, past the HTTP stack. */
final class AnswerHead {
  private AnswerHead() {}

  /**
   * Of an answer with status 200.
   *
   * @param caching the value of {@code Cache-Control}
   * @param fields further ones, a line each, with a line feed behind it
   */
  static String ok(String contentType, String caching, String fields, long bodyBytes) {
    return """
    HTTP/1.1 200 OK
    content-type: %s
    cache-control: %s
    %scontent-length: %d

    """
        .formatted(contentType, caching, fields, bodyBytes)
        .replace("\n", "\r\n");
  }
}
