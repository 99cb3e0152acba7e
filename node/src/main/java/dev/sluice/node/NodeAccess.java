package dev.sluice.node;

import dev.sluice.access.AccessListener;
import dev.sluice.access.AccessRules;
import dev.sluice.access.ConnectionLimits;
import dev.sluice.access.ContainerHint;
import dev.sluice.access.Rulebook;
import dev.sluice.access.SessionPolicy;
import dev.sluice.access.Token;
import dev.sluice.access.TokenFile;
import dev.sluice.access.backend.BackendPolicy;
import dev.sluice.access.jwt.JwtKeys;
import dev.sluice.access.jwt.JwtSource;
import dev.sluice.node.config.AccessSettings;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.Secret;
import dev.sluice.node.config.WebAddress;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.MalformedException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Access as configured: the token and where it stands, who may do what, how many may come.
 *
 * @param tokenFile where the token stands; null when it is in the configuration
 * @param keys fetches keys of tokens; null when none are to be fetched
 * @param backend asks the back end; null when there is none
 */
record NodeAccess(
    AccessRules rules,
    ConnectionLimits limits,
    @Nullable Path tokenFile,
    @Nullable KeyFetcher keys,
    @Nullable BackendCaller backend) {

  private static final long NS_PER_MS = 1_000_000;

  /**
   * Reads or makes the token, and looks where the process runs.
   *
   * @param utcMs the clock: UTC in milliseconds
   * @param listener hears of every decision
   * @throws IOException when the token's file cannot be used
   */
  static NodeAccess of(
      Config config,
      Path data,
      Map<String, String> environment,
      RandomGenerator random,
      LongSupplier utcMs,
      AccessListener listener)
      throws IOException {
    AccessSettings access = config.access();
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
    KeyFetcher fetcher = fetcher(access.jwt());
    JwtSource keys = fetcher == null ? JwtSource.of(constant(access.jwt())) : fetcher;
    BackendCaller backend = caller(access.backend());
    var rulebook =
        new Rulebook(
            new AccessTranslation(access, token, keys, backend).rules(),
            trust,
            (name, key) -> config.policy(name).sources().isKey(key));
    var policy =
        new SessionPolicy(
            access.recheck().toMillis(), access.expired() == AccessSettings.Expired.END);
    String run = Integer.toString(random.nextInt(1 << 20), 32);
    var rules = new AccessRules(rulebook, token, utcMs, listener, policy, run);
    var limits =
        new ConnectionLimits(
            config.limits().connections(), config.limits().connectionsPerAddress());
    return new NodeAccess(rules, limits, tokenFile, fetcher, backend);
  }

  private static @Nullable BackendCaller caller(AccessSettings.Backend backend) {
    if (backend.publish() == null && backend.play() == null) {
      return null;
    }
    var policy = new BackendPolicy(backend.timeLimit().toMillis(), backend.stale().toMillis());
    return new BackendCaller(
        policy,
        BackendCaller.http(AccessTranslation.form(backend), backend.timeLimit()),
        () -> System.nanoTime() / NS_PER_MS,
        task -> Thread.ofVirtual().name("sluice-backend").start(task));
  }

  private static @Nullable KeyFetcher fetcher(AccessSettings.Jwt jwt) throws IOException {
    WebAddress url = jwt.url();
    return url == null
        ? null
        : new KeyFetcher(
            KeyFetcher.http(url.uri()),
            constant(jwt),
            jwt.refresh(),
            System::nanoTime,
            task -> Thread.ofVirtual().name("sluice-keys").start(task));
  }

  /** Keys that stand in the configuration, or in a file that it names. */
  private static JwtKeys constant(AccessSettings.Jwt jwt) throws IOException {
    JwtKeys keys = JwtKeys.NONE;
    Secret secret = jwt.secret();
    if (secret != null) {
      keys = JwtKeys.ofSecret(secret.value().getBytes(StandardCharsets.UTF_8));
    }
    Path file = jwt.keys();
    if (file == null) {
      return keys;
    }
    try {
      return keys.and(JwtKeys.parse(Files.readString(file)));
    } catch (IOException unreadable) {
      throw new IOException("access.jwt.keys: " + file + " cannot be read", unreadable);
    } catch (MalformedException malformed) {
      throw new IOException("access.jwt.keys: " + file + ": " + malformed.getMessage(), malformed);
    }
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
