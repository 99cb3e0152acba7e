package dev.sluice.wire.proxy;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code Forwarded}: what one proxy says of the request that it had (RFC 7239,
 * section 4). Parameters of other names are left out.
 *
 * @param from {@code for}: who sent the request; what {@link Endpoint#parse} reads, {@code unknown}
 *     or a hidden name
 * @param by which of the proxy's faces it came to
 * @param host the request's {@code Host}
 * @param proto {@code http} or {@code https}, lower case
 */
public record Forwarded(
    @Nullable String from, @Nullable String by, @Nullable String host, @Nullable String proto) {
  /** Elements of a request: each proxy on its way adds one. */
  public static final int MAX_ELEMENTS = 32;

  /** Parameters of one element. */
  static final int MAX_PARAMETERS = 16;

  /**
   * Reads the values of all header fields of that name, joined by commas: in the order in which the
   * proxies added them. Empty elements are left out. A little more is taken than the grammar
   * allows, since it is met: a port or IPv6 address without quotes, blanks around semicolons.
   */
  public static List<Forwarded> parse(String value) {
    return new Reader(value).elements();
  }

  /** Goes through the text once. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    List<Forwarded> elements() {
      List<Forwarded> elements = new ArrayList<>();
      while (true) {
        Map<String, String> parameters = element();
        if (!parameters.isEmpty()) {
          if (elements.size() == MAX_ELEMENTS) {
            throw malformed("more than " + MAX_ELEMENTS + " elements");
          }
          elements.add(of(parameters));
        }
        if (at == text.length()) {
          return elements;
        }
        at++; // the comma
      }
    }

    private static Forwarded of(Map<String, String> parameters) {
      String proto = parameters.get("proto");
      return new Forwarded(
          parameters.get("for"),
          parameters.get("by"),
          parameters.get("host"),
          proto == null ? null : proto.toLowerCase(Locale.ROOT));
    }

    /** Up to the next comma, or the end. */
    private Map<String, String> element() {
      Map<String, String> parameters = new HashMap<>();
      while (true) {
        skipBlanks();
        if (isAt(',') || at == text.length()) {
          return parameters;
        }
        if (!isAt(';')) {
          pair(parameters);
          skipBlanks();
        }
        if (isAt(';')) {
          at++;
        } else if (!isAt(',') && at < text.length()) {
          throw malformed("something behind a value");
        }
      }
    }

    private void pair(Map<String, String> parameters) {
      int from = at;
      while (at < text.length() && isToken(text.charAt(at))) {
        at++;
      }
      if (at == from || !isAt('=')) {
        throw malformed("a parameter without a name or value");
      }
      String name = text.substring(from, at).toLowerCase(Locale.ROOT);
      at++;
      String value = isAt('"') ? quoted() : plain();
      if (parameters.size() == MAX_PARAMETERS) {
        throw malformed("more than " + MAX_PARAMETERS + " parameters in one element");
      }
      if (parameters.put(name, value) != null) {
        throw malformed("a parameter that stands twice in one element");
      }
    }

    private String plain() {
      int from = at;
      while (at < text.length()
          && (isToken(text.charAt(at)) || ":[]".indexOf(text.charAt(at)) >= 0)) {
        at++;
      }
      if (at == from) {
        throw malformed("a parameter without a value");
      }
      return text.substring(from, at);
    }

    private String quoted() {
      var value = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return value.toString();
        }
        if (c == '\\' && at < text.length()) {
          c = text.charAt(at++);
        }
        if (c != '\t' && c < ' ' || c == 0x7F) {
          throw malformed("a control character");
        }
        value.append(c);
      }
      throw malformed("a quotation mark without its other");
    }

    private void skipBlanks() {
      while (isAt(' ') || isAt('\t')) {
        at++;
      }
    }

    private boolean isAt(char c) {
      return at < text.length() && text.charAt(at) == c;
    }

    /** RFC 9110, section 5.6.2. */
    private static boolean isToken(char c) {
      return c > ' ' && c < 0x7F && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }

    private static MalformedException malformed(String what) {
      return new MalformedException("Forwarded: " + what);
    }
  }
}
