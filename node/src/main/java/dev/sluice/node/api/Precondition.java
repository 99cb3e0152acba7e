package dev.sluice.node.api;

import dev.sluice.node.config.WantedConfig;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request expects of what it changes: {@code If-Match} and {@code If-None-Match} (RFC 9110,
 * sections 13.1.1 and 13.1.2) with entity tags that are revisions in quotes. What is no list of
 * tags matches nothing.
 *
 * @param match null for no such condition
 * @param noneMatch null for no such condition
 */
record Precondition(@Nullable Tags match, @Nullable Tags noneMatch)
    implements WantedConfig.Expected {
  private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(?:,|$)");

  /**
   * Some tags.
   *
   * @param any whether it is the asterisk: whatever there is
   * @param revisions those that are meant; of a weak tag none is
   */
  record Tags(boolean any, Set<String> revisions) {
    Tags {
      revisions = Set.copyOf(revisions);
    }

    static @Nullable Tags parse(@Nullable String header) {
      if (header == null) {
        return null;
      }
      Set<String> revisions = new HashSet<>();
      Matcher tags = TAG.matcher(header);
      while (tags.lookingAt()) {
        if (tags.group(1) == null) { // a change needs strong ones
          revisions.add(tags.group(2));
        }
        tags.region(tags.end(), header.length());
      }
      return new Tags(header.strip().equals("*"), revisions);
    }

    private boolean hold(long revision, boolean there) {
      return any ? there : revisions.contains(Long.toString(revision));
    }
  }

  static Precondition of(HttpServerRequest request) {
    return new Precondition(
        Tags.parse(request.getHeader("If-Match")), Tags.parse(request.getHeader("If-None-Match")));
  }

  @Override
  public boolean holds(long revision, boolean there) {
    return (match == null || match.hold(revision, there))
        && (noneMatch == null || !noneMatch.hold(revision, there));
  }
}
