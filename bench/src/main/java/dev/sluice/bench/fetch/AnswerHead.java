package dev.sluice.bench.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.wire.MalformedException;

/**
 * The head of an HTTP/1.1 answer whose length is said (RFC 9112, sections 4 and 6.2).
 *
 * @param status code
 * @param contentLength bytes of the body
 * @param size bytes of the head itself
 */
record AnswerHead(int status, long contentLength, int size) {
  /** The longest head that is taken. */
  static final int MAX_BYTES = 4096;

  private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(ISO_8859_1);
  private static final int MAX_DIGITS = 15;

  /** No head yet: more bytes are needed. */
  static final AnswerHead INCOMPLETE = new AnswerHead(0, 0, 0);

  /**
   * Reads the head at the beginning of {@code bytes}.
   *
   * @return {@link #INCOMPLETE} when its end is not there
   * @throws MalformedException when it is no such head
   */
  static AnswerHead read(byte[] bytes, int length) {
    int end = end(bytes, length);
    if (end < 0) {
      if (length >= MAX_BYTES) {
        throw new MalformedException("response head is over " + MAX_BYTES + " bytes");
      }
      return INCOMPLETE;
    }
    int status = status(bytes, end);
    int field = find(bytes, end);
    if (field < 0) {
      throw new MalformedException("an answer without Content-Length, status " + status);
    }
    long contentLength = 0;
    int digits = 0;
    int at = field + LENGTH.length;
    while (bytes[at] == ' ') {
      at++;
    }
    for (; bytes[at] >= '0' && bytes[at] <= '9' && digits < MAX_DIGITS; at++, digits++) {
      contentLength = 10 * contentLength + bytes[at] - '0';
    }
    if (digits == 0 || bytes[at] != '\r') {
      throw new MalformedException("Content-Length is no number");
    }
    return new AnswerHead(status, contentLength, end);
  }

  private static int end(byte[] bytes, int length) {
    for (int i = 3; i < length; i++) {
      if (bytes[i] == '\n'
          && bytes[i - 1] == '\r'
          && bytes[i - 2] == '\n'
          && bytes[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  private static int status(byte[] bytes, int end) {
    String line = new String(bytes, 0, Math.min(end, 12), ISO_8859_1);
    if (!line.matches("HTTP/1\\.1 [1-5][0-9][0-9]")) {
      throw new MalformedException("the answer is not HTTP/1.1");
    }
    return Integer.parseInt(line.substring(9));
  }

  private static int find(byte[] bytes, int end) {
    for (int i = 0; i + LENGTH.length < end; i++) {
      int same = 0;
      while (same < LENGTH.length && lower(bytes[i + same]) == LENGTH[same]) {
        same++;
      }
      if (same == LENGTH.length) {
        return i;
      }
    }
    return -1;
  }

  private static int lower(byte character) {
    return character >= 'A' && character <= 'Z' ? character + 32 : character;
  }
}
