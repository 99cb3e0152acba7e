package dev.sluice.node.config;

import dev.sluice.media.StreamName;
import dev.sluice.media.StreamPattern;
import dev.sluice.wire.MalformedException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of {@code streams} is about: one stream, by its name, or all that a pattern
 * matches. A name without a vhost is that of the default one; a pattern without a vhost is about
 * all of them.
 *
 * @param pattern without asterisks for a name
 */
public record StreamSelector(StreamPattern pattern) {
  /** The most specific one first. */
  static final Comparator<StreamSelector> MOST_SPECIFIC_FIRST =
      (one, other) -> {
        if (one.isName() != other.isName()) {
          return one.isName() ? -1 : 1;
        } else if (one.pattern.isMoreSpecificThan(other.pattern)) {
          return -1;
        }
        return other.pattern.isMoreSpecificThan(one.pattern) ? 1 : 0;
      };

  /** The one of a single stream. */
  public static StreamSelector of(StreamName name) {
    return new StreamSelector(new StreamPattern(name.vhost(), name.path()));
  }

  /**
   * Reads a name or a pattern.
   *
   * @throws MalformedException for what is neither, and for names that nobody can publish
   */
  public static StreamSelector parse(String text) {
    return text.indexOf('*') < 0
        ? of(StreamName.ofDecoded(text).requirePublishable())
        : new StreamSelector(StreamPattern.parse(text));
  }

  /** Whether it is about a single stream. */
  public boolean isName() {
    return pattern.isName();
  }

  /** The stream, when it is a single one; null when it is a pattern. */
  public @Nullable StreamName name() {
    return isName() ? new StreamName(pattern.vhost(), pattern.path()) : null;
  }

  /** Whether it is about {@code name}. */
  public boolean matches(StreamName name) {
    return isName() ? name.equals(name()) : pattern.matches(name);
  }

  /** Whether it is about all streams that {@code other} is about, and others as well. */
  boolean covers(StreamSelector other) {
    return !isName() && !equals(other) && pattern.covers(other.pattern);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return pattern.toString();
  }
}
