package dev.sluice.bench.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.wire.MalformedException;
import java.util.Locale;

/** The head of an HTTP/1.1 response (RFC 9112, section 4), fed in pieces of any size. */
public final class HttpAnswer {
  /** Status line and fields together. */
  static final int MAX_HEAD_BYTES = 8192;

  private final StringBuilder head = new StringBuilder();
  private int status;

  /** The request for a stream without end. */
  public static byte[] request(String host, int port, String path) {
    return "GET /%s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: sluice-bench\r\nAccept: */*\r\n\r\n"
        .formatted(path, host, port)
        .getBytes(ISO_8859_1);
  }

  /**
   * Takes in bytes up to the end of the head.
   *
   * @return index of the first byte of the body, or -1 while the head is not complete
   * @throws MalformedException when this is no HTTP, too long, or a body in chunks
   */
  public int feed(byte[] data, int from, int to) {
    for (int at = from; at < to; at++) {
      head.append((char) (data[at] & 0xFF));
      int length = head.length();
      if (data[at] == '\n' && length >= 4 && head.indexOf("\r\n\r\n", length - 4) >= 0) {
        read();
        return at + 1;
      }
      if (length == MAX_HEAD_BYTES) {
        throw new MalformedException("response head is over " + MAX_HEAD_BYTES + " bytes");
      }
    }
    return -1;
  }

  private void read() {
    String text = head.toString();
    if (!text.matches("(?s)HTTP/1\\.[01] [1-5][0-9][0-9][ \r].*")) {
      throw new MalformedException("the answer is not HTTP/1.1");
    }
    status = Integer.parseInt(text.substring(9, 12));
    if (text.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked")) {
      throw new MalformedException("the body comes in HTTP chunks, which this client cannot read");
    }
  }

  /** Status code; 0 while the head is not complete. */
  public int status() {
    return status;
  }

  /** Status line; empty while the head is not complete. */
  public String statusLine() {
    int end = status == 0 ? -1 : head.indexOf("\r\n");
    return end < 0 ? "" : head.substring(0, end);
  }
}
