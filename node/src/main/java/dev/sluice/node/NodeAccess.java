package dev.sluice.node;

import dev.sluice.access.AccessRules;
import dev.sluice.access.ConnectionLimits;
import dev.sluice.access.ContainerHint;
import dev.sluice.access.Token;
import dev.sluice.access.TokenFile;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.Secret;
import dev.sluice.node.log.EventLog;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Access as configured: the token and where it stands, who may do what, how many may come.
 *
 * @param tokenFile where the token stands; null when it is in the configuration
 */
record NodeAccess(AccessRules rules, ConnectionLimits limits, @Nullable Path tokenFile) {

  /**
   * Reads or makes the token, and looks where the process runs.
   *
   * @throws IOException when the token's file cannot be used
   */
  static NodeAccess of(
      Config config, Path data, Map<String, String> environment, RandomGenerator random)
      throws IOException {
    Config.Access access = config.access();
    Secret configured = access.token();
    Token token;
    Path tokenFile = null;
    if (configured == null) {
      TokenFile file = TokenFile.open(data, random);
      token = file.token();
      tokenFile = file.path();
    } else {
      token = new Token(configured.value());
    }
    String container = ContainerHint.find(Path.of("/"), environment);
    boolean trust =
        AccessRules.trusts(
            access.trustLoopback(), !access.trustedProxies().isEmpty(), container != null);
    if (access.trustLoopback() && !trust) {
      EventLog.info(
          "access",
          "what",
          "publishers from this host need the token, too: "
              + (container == null
                  ? "a proxy is trusted"
                  : "this is a container (" + container + ")"));
    }
    var rules =
        new AccessRules(
            who(access.publish()),
            who(access.play()),
            trust,
            token,
            (name, key) -> config.policy(name).sources().isKey(key));
    var limits =
        new ConnectionLimits(
            config.limits().connections(), config.limits().connectionsPerAddress());
    return new NodeAccess(rules, limits, tokenFile);
  }

  private static AccessRules.Who who(Config.Who configured) {
    return switch (configured) {
      case TOKEN -> AccessRules.Who.TOKEN;
      case ANYBODY -> AccessRules.Who.ANYBODY;
    };
  }

  /** Says where the token is, and shows it to whoever started the program at a terminal. */
  @SuppressWarnings("SystemConsoleNull") // in JDK 25 it is null again where there is no terminal
  void announce() {
    Path file = tokenFile;
    EventLog.info("access", "token", file == null ? "as configured" : "in the file " + file);
    Console console = System.console();
    if (file != null && console != null && console.isTerminal()) {
      console.printf("%n  Token      %s%n", rules.token().reveal());
    }
  }
}
