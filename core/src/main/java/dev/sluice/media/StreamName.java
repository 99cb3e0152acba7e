package dev.sluice.media;

import dev.sluice.wire.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The name of a stream: {@code [vhost!]element[/element…]}, 1 to 8 elements of {@code
 * [A-Za-z0-9._-]}, at most 200 bytes in all. The case of elements is kept, a vhost is a host name
 * and becomes lower case. The elements {@code .} and {@code ..} are not allowed, so that a name is
 * safe as a path.
 *
 * @param vhost the virtual host, empty for the default one
 * @param path the elements, joined by slashes
 */
public record StreamName(String vhost, String path) {
  /** Elements of a name. */
  static final int MAX_ELEMENTS = 8;

  /** Bytes of a name with its vhost. */
  static final int MAX_BYTES = 200;

  /** What our own HTTP paths begin with. */
  private static final Set<String> RESERVED_FIRST =
      new TreeSet<>(
          Set.of(
              "api",
              "as",
              "assets",
              "console",
              "healthz",
              "images",
              "index.html",
              "link",
              "metrics",
              "player",
              "rtc",
              "s",
              "sluice",
              "status"));

  /** The one reserved path of two elements: {@code live} alone is everybody's favourite app. */
  private static final String RESERVED_PATH = "live/restream";

  /** {@code a/index} would share {@code /a/index.m3u8} with {@code a}. */
  private static final String RESERVED_LAST = "index";

  /**
   * Checks the grammar.
   *
   * @throws MalformedException naming the fault and what is allowed
   */
  public StreamName {
    vhost = vhost.toLowerCase(Locale.ROOT);
    if (!vhost.isEmpty()) {
      checkElement("vhost", vhost);
    }
    List<String> elements = split(path);
    if (elements.size() > MAX_ELEMENTS) {
      throw malformed(path, "has " + elements.size() + " elements, allowed are " + MAX_ELEMENTS);
    }
    for (String element : elements) {
      checkElement("element", element);
    }
    int bytes = path.length() + (vhost.isEmpty() ? 0 : vhost.length() + 1); // all ASCII by now
    if (bytes > MAX_BYTES) {
      throw malformed(path, "has " + bytes + " bytes, allowed are " + MAX_BYTES);
    }
  }

  /**
   * Reads a name as it stands in a URL: percent escapes are decoded, once.
   *
   * @throws MalformedException naming the fault and what is allowed
   */
  public static StreamName parse(String text) {
    return ofDecoded(percentDecoded(text));
  }

  /**
   * Reads a name in which nothing is escaped any more.
   *
   * @throws MalformedException naming the fault and what is allowed
   */
  public static StreamName ofDecoded(String text) {
    int mark = text.indexOf('!');
    if (mark == 0) {
      throw malformed(text, "has an empty vhost before '!'");
    }
    return mark < 0
        ? new StreamName("", text)
        : new StreamName(text.substring(0, mark), text.substring(mark + 1));
  }

  /** The elements in order, at least one. */
  public List<String> elements() {
    return split(path);
  }

  /**
   * Whether none of our own HTTP paths begins with this name, and it does not end in {@code index}.
   */
  public boolean isPublishable() {
    List<String> elements = elements();
    return !RESERVED_FIRST.contains(elements.getFirst())
        && !path.equals(RESERVED_PATH)
        && !path.startsWith(RESERVED_PATH + "/")
        && !elements.getLast().equals(RESERVED_LAST);
  }

  /**
   * Returns this name if {@link #isPublishable}.
   *
   * @throws MalformedException listing what is reserved
   */
  public StreamName requirePublishable() {
    if (!isPublishable()) {
      throw malformed(
          path,
          "is reserved; a name may not begin with %s or %s, nor end with %s"
              .formatted(String.join(", ", RESERVED_FIRST), RESERVED_PATH, RESERVED_LAST));
    }
    return this;
  }

  /** The name as {@link #parse} reads it. */
  @Override
  public String toString() {
    return vhost.isEmpty() ? path : vhost + "!" + path;
  }

  private static List<String> split(String path) {
    return List.of(path.split("/", -1));
  }

  private static void checkElement(String what, String element) {
    if (element.isEmpty() || element.equals(".") || element.equals("..")) {
      throw malformed(element, "is no " + what + ": at least one of [A-Za-z0-9_-] is needed");
    }
    for (int i = 0; i < element.length(); i++) {
      char c = element.charAt(i);
      if (!isAllowed(c)) {
        throw malformed(
            element, "has character U+%04X, allowed are [A-Za-z0-9._-]".formatted((int) c));
      }
    }
  }

  /** Whether a character may stand in an element. */
  static boolean isAllowed(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '_'
        || c == '-';
  }

  /** Percent escapes as bytes of UTF-8; a plus sign stays one. */
  private static String percentDecoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    var bytes = new ByteArrayOutputStream();
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < source.length; i++) {
      if (source[i] != '%') {
        bytes.write(source[i]);
        continue;
      }
      int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
      int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw malformed(text, "has a '%' without two hexadecimal digits");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static MalformedException malformed(String name, String fault) {
    return malformed("stream name", name, fault);
  }

  /** Shows a little more of a long text than is allowed, and no control characters. */
  static MalformedException malformed(String what, String text, String fault) {
    String shown = text.length() <= MAX_BYTES ? text : text.substring(0, MAX_BYTES) + "…";
    return new MalformedException(
        what + " '" + shown.replaceAll("\\p{Cntrl}", "\uFFFD") + "' " + fault);
  }
}
