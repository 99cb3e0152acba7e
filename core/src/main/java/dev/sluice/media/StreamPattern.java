package dev.sluice.media;

import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which streams something holds for: {@code [vhost!]element[/element…]}, where {@code *} stands for
 * any characters of one element, none included, and a last element {@code **} for one element or
 * more.
 *
 * <p>Without a vhost it is about streams of all vhosts. Of two patterns that match a name the more
 * specific one is the one with a vhost; of those, the one with more characters that stand for
 * themselves; of those, the one without {@code **}; of those, the one with fewer {@code *}.
 *
 * @param vhost lower case; empty for all
 * @param path the elements, joined by slashes
 */
public record StreamPattern(String vhost, String path) {
  /** Characters of a pattern: as many as bytes of a name. */
  static final int MAX_CHARS = StreamName.MAX_BYTES;

  /** Every stream. */
  public static final StreamPattern ALL = new StreamPattern("", "**");

  private static final String REST = "**";

  /** A character that no pattern has; what matches it matches any. */
  private static final char ANYTHING = '#';

  /**
   * Checks the grammar.
   *
   * @throws MalformedException naming the fault and what is allowed
   */
  public StreamPattern {
    vhost = vhost.toLowerCase(Locale.ROOT);
    if (vhost.length() + path.length() + 1 > MAX_CHARS) {
      throw malformed(path, "is longer than " + MAX_CHARS + " characters");
    }
    List<String> elements = List.of(path.split("/", -1));
    if (elements.size() > StreamName.MAX_ELEMENTS) {
      throw malformed(
          path,
          "has %d elements, allowed are %d".formatted(elements.size(), StreamName.MAX_ELEMENTS));
    }
    if (!vhost.isEmpty()) {
      check(path, vhost);
      if (vhost.indexOf('*') >= 0) {
        throw malformed(path, "has a '*' in its vhost; without vhost it is about all");
      }
    }
    for (int i = 0; i < elements.size(); i++) {
      boolean last = i == elements.size() - 1;
      if (!last || !elements.get(i).equals(REST)) {
        check(path, elements.get(i));
      }
    }
  }

  /**
   * Reads a pattern.
   *
   * @throws MalformedException naming the fault and what is allowed
   */
  public static StreamPattern parse(String text) {
    int mark = text.indexOf('!');
    if (mark == 0) {
      throw malformed(text, "has an empty vhost before '!'");
    }
    return mark < 0
        ? new StreamPattern("", text)
        : new StreamPattern(text.substring(0, mark), text.substring(mark + 1));
  }

  /** As {@link #parse}; null for what is no pattern. */
  public static @Nullable StreamPattern parseOrNull(String text) {
    try {
      return parse(text);
    } catch (MalformedException malformed) {
      return null;
    }
  }

  private static void check(String pattern, String element) {
    if (element.isEmpty() || element.equals(".") || element.equals("..")) {
      throw malformed(pattern, "has an element without any of [A-Za-z0-9_*-]");
    }
    if (element.contains(REST)) {
      throw malformed(pattern, "has '**' that is not its whole last element");
    }
    for (int i = 0; i < element.length(); i++) {
      char c = element.charAt(i);
      if (c != '*' && !StreamName.isAllowed(c)) {
        throw malformed(
            pattern, "has character U+%04X, allowed are [A-Za-z0-9._*-]".formatted((int) c));
      }
    }
  }

  private static MalformedException malformed(String pattern, String fault) {
    return StreamName.malformed("stream pattern", pattern, fault);
  }

  /** Whether {@code name} is one of these streams. */
  public boolean matches(StreamName name) {
    return (vhost.isEmpty() || vhost.equals(name.vhost())) && matchesPath(name.path());
  }

  /**
   * Goes back to the last asterisk only: what an earlier one stands for need never be changed, for
   * the part behind it has been found as early as it can be. So it takes the product of both
   * lengths at most.
   */
  private boolean matchesPath(String name) {
    boolean rest = path.endsWith(REST);
    int patternEnd = rest ? path.length() - REST.length() : path.length();
    int p = 0;
    int n = 0;
    int star = -1;
    int starName = 0;
    while (true) {
      if (rest && p == patternEnd) {
        return n < name.length(); // at the beginning of an element, and that is not empty
      }
      if (p < patternEnd && path.charAt(p) == '*') {
        star = p++;
        starName = n;
      } else if (n == name.length()) {
        return p == patternEnd;
      } else if (p < patternEnd && path.charAt(p) == name.charAt(n)) {
        p++;
        if (name.charAt(n++) == '/') {
          star = -1; // an element that has ended stays as it is
        }
      } else if (star >= 0 && name.charAt(starName) != '/') {
        p = star + 1;
        n = ++starName;
      } else {
        return false;
      }
    }
  }

  /** Whether this is more specific than {@code other}; both match some same name. */
  public boolean isMoreSpecificThan(StreamPattern other) {
    if (vhost.isEmpty() != other.vhost.isEmpty()) {
      return !vhost.isEmpty();
    }
    int fixed = Integer.compare(fixedChars(), other.fixedChars());
    if (fixed != 0) {
      return fixed > 0;
    }
    boolean rest = path.endsWith(REST);
    return rest != other.path.endsWith(REST) ? !rest : stars() < other.stars();
  }

  /**
   * Whether every name that {@code other} matches is matched by this. An asterisk of {@code other}
   * stands for anything: so it is covered by an asterisk, and by nothing else.
   */
  public boolean covers(StreamPattern other) {
    if (!vhost.isEmpty() && !vhost.equals(other.vhost)) {
      return false;
    }
    boolean rest = other.path.endsWith(REST);
    int end = rest ? other.path.length() - REST.length() : other.path.length();
    String one = other.path.substring(0, end).replace('*', ANYTHING);
    return rest
        ? matchesPath(one + ANYTHING) && matchesPath(one + ANYTHING + "/" + ANYTHING)
        : matchesPath(one);
  }

  /** Whether it matches one name only. */
  public boolean isName() {
    return path.indexOf('*') < 0;
  }

  private int fixedChars() {
    return path.length() - stars();
  }

  private int stars() {
    return Math.toIntExact(path.chars().filter(c -> c == '*').count());
  }

  /** The pattern as {@link #parse} reads it. */
  @Override
  public String toString() {
    return vhost.isEmpty() ? path : vhost + "!" + path;
  }
}
