package dev.sluice.node.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A user and his password, {@code name:password}; its {@link #toString} hides the password. */
public record UserPassword(UserName user, Secret password) {
  private static final Pattern FORM = Pattern.compile("([^:]*):(.*)");

  /** Reads {@code name:password}; null when it is no such thing. */
  public static @Nullable UserPassword parse(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    UserName user = UserName.parse(parts.group(1));
    Secret password = Secret.parse(parts.group(2));
    return user == null || password == null ? null : new UserPassword(user, password);
  }

  /** Does not tell the password. */
  @Override
  public String toString() {
    return user + ":" + password;
  }
}
