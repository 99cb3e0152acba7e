package dev.sluice.hub;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says beside its token, for access to judge. Any of it may be secret: nothing is
 * logged.
 *
 * @param page address of the page that holds the player (Referer, pageUrl); empty when it tells
 *     none
 * @param login user and password; null when it tells none
 * @param parameters of the query, decoded; of several values one
 */
public record Told(String page, @Nullable Login login, Map<String, String> parameters) {
  /** Parameters that are kept; the rest is left out. */
  public static final int MAX_PARAMETERS = 64;

  /** Somebody who says nothing. */
  public static final Told NOTHING = new Told("", null, Map.of());

  public Told {
    if (!parameters.isEmpty()) {
      var kept = new LinkedHashMap<String, String>();
      for (Map.Entry<String, String> each : parameters.entrySet()) {
        if (kept.size() < MAX_PARAMETERS) {
          kept.put(each.getKey(), each.getValue());
        }
      }
      parameters = Collections.unmodifiableMap(kept);
    }
  }

  /**
   * What is said by a page and parameters, which may have user and password: {@code user} and
   * {@code pass}, or {@code username} and {@code password}.
   */
  public static Told of(String page, Map<String, String> parameters) {
    String user = parameters.getOrDefault("user", parameters.get("username"));
    String password = parameters.getOrDefault("pass", parameters.get("password"));
    Login login = user == null || password == null ? null : new Login(user, password);
    return new Told(page, login, parameters);
  }

  /** The parameter of this name; empty when there is none. */
  public String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** Does not tell what may be secret. */
  @Override
  public String toString() {
    return "told";
  }

  /**
   * A user and what proves that it is him.
   *
   * @param password secret
   */
  public record Login(String user, String password) {
    /** Not the password. */
    @Override
    public String toString() {
      return "login";
    }
  }
}
