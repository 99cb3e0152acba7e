package dev.sluice.cli.remote;

import dev.sluice.access.IpLiteral;
import dev.sluice.access.Token;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.ConfigCheck;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.ListenAddress;
import dev.sluice.node.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is, and how to prove that one may ask it.
 *
 * @param uri scheme, host and port, perhaps a path, without a slash at the end
 * @param token null when there is none; secret
 * @param proof where the token is from, or where it was looked for; for people
 */
public record ServerAddress(URI uri, @Nullable String token, String proof) {
  /** Variable that names the server. */
  public static final String SERVER_VARIABLE = "SLUICE_SERVER";

  /** Variable that has the token. */
  public static final String TOKEN_VARIABLE = "SLUICE_TOKEN";

  private static final String TOKEN_FILE = "token";

  /** Bytes of a file that is taken for one that holds a token. */
  private static final int MAX_TOKEN_BYTES = 1_024;

  /** The longest address that is taken for one. */
  private static final int MAX_LENGTH = 2_048;

  /** A token, and where it is from. */
  private record Proof(@Nullable String token, String from) {}

  /**
   * What the options say, then the environment, then the configuration of this host's server. The
   * token of that configuration, or of the file in its data folder, is used for this host alone.
   *
   * @param server an address; null when nobody gave one
   * @param token null when nobody gave one
   * @param file configuration; null for the one that {@code sluice run} would read
   * @throws ToolFailure when that does not lead to a server
   */
  public static ServerAddress find(
      @Nullable String server, @Nullable String token, @Nullable Path file, Map<String, String> env)
      throws ToolFailure {
    String named = given(server, env, SERVER_VARIABLE);
    String known = given(token, env, TOKEN_VARIABLE);
    URI uri = named == null ? null : parse(named);
    boolean here = uri == null || isThisHost(uri);
    if (known != null) {
      Proof proof = new Proof(checked(known), token == null ? TOKEN_VARIABLE : "--token");
      return of(uri == null ? ofConfig(config(file, env)) : uri, proof);
    }
    if (uri != null && !here) {
      return of(uri, new Proof(null, "there is none for a server elsewhere"));
    }
    Config config = config(file, env);
    return of(uri == null ? ofConfig(config) : uri, proof(config));
  }

  private static ServerAddress of(URI uri, Proof proof) {
    return new ServerAddress(uri, proof.token, proof.from);
  }

  private static @Nullable String given(
      @Nullable String option, Map<String, String> env, String variable) {
    String value = option == null ? env.getOrDefault(variable, "") : option;
    return value.isEmpty() ? null : value;
  }

  /** A token goes into a header: what could end one is none. */
  private static String checked(String token) throws ToolFailure {
    if (token.length() > MAX_TOKEN_BYTES || !token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new ToolFailure(
          ToolFailure.USAGE, "the token is none: it has blanks, or other than ASCII", "");
    }
    return token;
  }

  /** Reads an address such as {@code http://192.0.2.7:8080}; without a scheme it is HTTP. */
  static URI parse(String text) throws ToolFailure {
    String full = text.contains("://") ? text : "http://" + text;
    try {
      if (full.length() > MAX_LENGTH) {
        throw new URISyntaxException(text.substring(0, 40), "too long");
      }
      URI uri = new URI(full);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean plain =
          uri.getQuery() == null && uri.getFragment() == null && uri.getUserInfo() == null;
      if (!web || uri.getHost() == null || !plain) {
        throw new URISyntaxException(text, "no address of a server");
      }
      return URI.create(full.replaceFirst("/+$", ""));
    } catch (URISyntaxException wrong) {
      throw new ToolFailure(
          ToolFailure.USAGE,
          "'" + Clean.text(text) + "' is no address of a server",
          "It looks like http://192.0.2.7:8080 or https://live.example.");
    }
  }

  private static boolean isThisHost(URI uri) {
    String host = uri.getHost();
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    InetAddress literal = IpLiteral.parse(host.replaceAll("[\\[\\]]", ""));
    return literal != null && literal.isLoopbackAddress();
  }

  private static Config config(@Nullable Path file, Map<String, String> env) throws ToolFailure {
    try {
      return ConfigSource.load(file, env).config();
    } catch (ConfigException refused) {
      throw new ToolFailure(
          ToolFailure.USAGE,
          "the configuration, which would say where the server is, is not valid",
          ConfigCheck.render("error", refused.problems()).strip()
              + "\nMend it, or say --server URL and --token TOKEN.");
    }
  }

  /** Where a server of that configuration can be reached from this host. */
  private static URI ofConfig(Config config) throws ToolFailure {
    ListenAddress address = config.http().addresses().getFirst();
    if (address.port() == 0) {
      throw new ToolFailure(
          ToolFailure.USAGE,
          "the configuration leaves the port of HTTP to chance (http.port: 0)",
          "Say --server http://127.0.0.1:PORT; the server's log has the port.");
    }
    String host =
        switch (address.host()) {
          case "", "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> address.host();
        };
    return URI.create("http://" + new ListenAddress(host, address.port()));
  }

  private static Proof proof(Config config) {
    Secret configured = config.access().token();
    if (configured != null) {
      return new Proof(configured.value(), "access.token of the configuration");
    }
    Path file = config.data().resolve(TOKEN_FILE).toAbsolutePath().normalize();
    try {
      if (Files.size(file) > MAX_TOKEN_BYTES) {
        return new Proof(null, file + " is too large to hold a token");
      }
      return new Proof(new Token(Files.readString(file).strip()).reveal(), file.toString());
    } catch (NoSuchFileException none) {
      return new Proof(null, "there is no file " + file);
    } catch (IOException | IllegalArgumentException unreadable) {
      return new Proof(null, file + " cannot be read by this user, or holds no token");
    }
  }

  /** Never the token. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
