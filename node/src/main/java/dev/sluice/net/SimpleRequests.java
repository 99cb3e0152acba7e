package dev.sluice.net;

import dev.sluice.net.SimpleRequest.Fields;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the simple requests of all connections of a loop. Players of one kind send the same header
 * fields, with each request and all of them: these are judged once and kept once, so that who reads
 * a thousand connections in turn compares with the same few bytes.
 */
final class SimpleRequests {
  /** The longest that is taken. */
  static final int MAX_BYTES = 4096;

  private static final int LEAST_BYTES = SimpleRequest.START.size() + SimpleRequest.LINE_END.size();

  /** Sets of fields that are known at a time. */
  static final int MAX_KNOWN = 256;

  /** Fields that mean something to somebody in the stack, whatever their value. */
  private static final List<String> MEANINGFUL =
      List.of(
          "authorization",
          "content-length",
          "expect",
          "range",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final boolean anyOrigin;
  private final Map<Bytes, Fields> known = new HashMap<>();
  private final byte[] text = new byte[MAX_BYTES]; // of the request that is being read

  /**
   * None read yet.
   *
   * @param anyOrigin whether pages of all origins may read answers; where only some may, the stack
   *     looks at who asks
   */
  SimpleRequests(boolean anyOrigin) {
    this.anyOrigin = anyOrigin;
  }

  /** Whether pages of all origins may read answers. */
  boolean anyOrigin() {
    return anyOrigin;
  }

  /**
   * Reads the request that is all of {@code in}, whose indexes stay as they are.
   *
   * @param before fields of the last request of the same connection, which are likely these, too
   * @return null when it is not one, not all of one, or more than one
   */
  @Nullable SimpleRequest read(ByteBuf in, @Nullable Fields before) {
    int size = in.readableBytes();
    if (size > MAX_BYTES || size < LEAST_BYTES) {
      return null;
    }
    in.getBytes(in.readerIndex(), text, 0, size); // arrays are compared many bytes at a time
    int targetFrom = SimpleRequest.START.size();
    int lineEnd = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n') - in.readerIndex();
    int targetEnd = lineEnd + 1 - SimpleRequest.LINE_END.size();
    if (targetEnd <= targetFrom
        || text[targetFrom] != '/'
        || !SimpleRequest.START.matches(text, 0, targetFrom)
        || !SimpleRequest.LINE_END.matches(text, targetEnd, SimpleRequest.LINE_END.size())) {
      return null;
    }
    String target = target(targetFrom, targetEnd);
    Fields fields = target == null ? null : fields(lineEnd + 1, size, before);
    return target == null || fields == null ? null : new SimpleRequest(target, fields);
  }

  private @Nullable String target(int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] <= ' ' || text[i] > '~') {
        return null;
      }
    }
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private @Nullable Fields fields(int from, int to, @Nullable Fields before) {
    if (before != null && before.bytes().matches(text, from, to - from)) {
      return before;
    }
    Bytes bytes = Bytes.copyOf(Unpooled.wrappedBuffer(text, from, to - from));
    Fields same = known.get(bytes);
    if (same != null) {
      return same;
    }
    Boolean gzip = judge(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
    if (gzip == null) {
      return null;
    }
    if (known.size() == MAX_KNOWN) { // whoever goes on asking is known again with the next request
      known.clear();
    }
    Fields fields = new Fields(bytes, gzip);
    known.put(bytes, fields);
    return fields;
  }

  /** Whether fields allow for gzip; null when they are not simple. */
  private @Nullable Boolean judge(String fields) {
    if (!fields.endsWith("\r\n\r\n")) {
      return null;
    }
    int hosts = 0;
    boolean gzip = false;
    int from = 0;
    while (from < fields.length() - 2) {
      int end = fields.indexOf("\r\n", from);
      int colon = fields.indexOf(':', from);
      if (end == from || colon <= from || colon > end) {
        return null; // an empty line before the end: more than one request; or no field
      }
      String name = fields.substring(from, colon);
      String value = fields.substring(colon + 1, end);
      if (!isToken(name) || !isText(value)) { // not even an end that strip() would take away
        return null;
      }
      value = value.strip();
      switch (lower(name)) {
        case "host" -> {
          hosts++;
          if (value.isEmpty()) {
            return null;
          }
        }
        case "connection" -> {
          if (!value.equalsIgnoreCase("keep-alive")) {
            return null;
          }
        }
        case "accept-encoding" -> gzip |= value.contains("gzip");
        case "origin" -> {
          if (!anyOrigin) {
            return null;
          }
        }
        default -> {
          if (MEANINGFUL.contains(lower(name))) {
            return null;
          }
        }
      }
      from = end + 2;
    }
    return hosts == 1 ? gzip : null;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean isToken(String name) {
    return name.chars().allMatch(c -> c > ' ' && c < 0x7F && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
  }

  private static boolean isText(String value) {
    return value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7F);
  }
}
