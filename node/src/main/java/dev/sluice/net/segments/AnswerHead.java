package dev.sluice.net.segments;

import dev.sluice.net.HttpOptions;

/** The head of an answer that is sent as it stands, past the HTTP stack. */
final class AnswerHead {
  private static final String FOR_ANY_ORIGIN =
      """
      access-control-allow-origin: *
      access-control-expose-headers: %s
      """
          .formatted(String.join(",", HttpOptions.EXPOSED_FIELDS));

  private AnswerHead() {}

  /**
   * Of an answer with status 200.
   *
   * @param caching the value of {@code Cache-Control}
   * @param fields further ones, a line each, with a line feed behind it
   * @param anyOrigin whether pages of all origins may read it: then it says so, whoever asks, since
   *     caches give it to others
   */
  static String ok(
      String contentType, String caching, String fields, boolean anyOrigin, long bodyBytes) {
    return """
    HTTP/1.1 200 OK
    content-type: %s
    cache-control: %s
    %s%scontent-length: %d

    """
        .formatted(contentType, caching, fields, anyOrigin ? FOR_ANY_ORIGIN : "", bodyBytes)
        .replace("\n", "\r\n");
  }
}
