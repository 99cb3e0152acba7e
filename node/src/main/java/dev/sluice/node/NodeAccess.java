package dev.sluice.node;

import dev.sluice.access.AccessListener;
import dev.sluice.access.AccessRules;
import dev.sluice.access.ConnectionLimits;
import dev.sluice.access.ContainerHint;
import dev.sluice.access.Crowd;
import dev.sluice.access.Rulebook;
import dev.sluice.access.SessionBook;
import dev.sluice.access.SessionPolicy;
import dev.sluice.access.Token;
import dev.sluice.access.TokenFile;
import dev.sluice.access.backend.BackendForm;
import dev.sluice.access.backend.BackendPolicy;
import dev.sluice.access.jwt.JwtKeys;
import dev.sluice.access.jwt.JwtSource;
import dev.sluice.media.StreamName;
import dev.sluice.net.OutgoingHttp;
import dev.sluice.node.config.AccessSettings;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.Secret;
import dev.sluice.node.config.WebAddress;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.MalformedException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Access as configured: the token and where it stands, who may do what, how many may come. Its
 * rules change with the configuration.
 */
final class NodeAccess implements AutoCloseable {
  private static final long NS_PER_MS = 1_000_000;

  /** Back ends that were replaced and may still be asked something; more is not waited for. */
  private static final int MAX_RETIRED = 4;

  private final LiveConfig live;
  private final Path data;
  private final Map<String, String> environment;
  private final RandomGenerator random;
  private final OutgoingHttp http;
  private final ConnectionLimits limits;
  private final RevocationFile revocations;
  private final AccessRules rules;
  private final List<BackendCaller> retired = new CopyOnWriteArrayList<>();
  private volatile Parts parts;

  /**
   * What is made of the settings, and is kept while they are the same.
   *
   * @param tokenFile where the token stands; null when it is in the configuration
   * @param keys fetches keys of tokens; null when none are to be fetched
   * @param backend asks the back end; null when there is none
   */
  private record Parts(
      AccessSettings settings,
      Token token,
      @Nullable Path tokenFile,
      @Nullable KeyFetcher keys,
      @Nullable BackendCaller backend,
      Rulebook rulebook) {

    /** The fetcher, when it can go on for {@code jwt}; a file that it names may be another now. */
    @Nullable KeyFetcher keysFor(AccessSettings.Jwt jwt) {
      return jwt.keys() == null && jwt.equals(settings.jwt()) ? keys : null;
    }
  }

  private NodeAccess(
      LiveConfig live,
      Path data,
      Map<String, String> environment,
      RandomGenerator random,
      LongSupplier utcMs,
      AccessListener listener,
      OutgoingHttp http)
      throws IOException {
    this.live = live;
    this.data = data;
    this.environment = environment;
    this.random = random;
    this.http = http;
    Config config = live.now();
    this.parts = parts(config.access(), null);
    AccessSettings access = config.access();
    var policy =
        new SessionPolicy(
            access.recheck().toMillis(), access.expired() == AccessSettings.Expired.END);
    String run = Integer.toString(random.nextInt(1 << 20), 32);
    this.revocations = RevocationFile.open(data);
    this.rules =
        new AccessRules(
            parts.rulebook,
            parts.token,
            utcMs,
            listener,
            new SessionBook(policy, run, utcMs, listener, revocations));
    this.limits =
        new ConnectionLimits(
            config.limits().connections(), config.limits().connectionsPerAddress());
  }

  /**
   * Reads or makes the token, reads what was revoked, and looks where the process runs.
   *
   * @param live the configuration, which may change
   * @param utcMs the clock: UTC in milliseconds
   * @param listener hears of every decision
   * @param http asks back ends, and fetches keys
   * @throws IOException when the file of the token or that of revocations cannot be used
   */
  static NodeAccess of(
      LiveConfig live,
      Path data,
      Map<String, String> environment,
      RandomGenerator random,
      LongSupplier utcMs,
      AccessListener listener,
      OutgoingHttp http)
      throws IOException {
    return new NodeAccess(live, data, environment, random, utcMs, listener, http);
  }

  /**
   * Makes ready for other settings; reads files that they name, also when their names are the same.
   *
   * @return takes them over: they hold for whoever comes from then on
   * @throws IOException when the token's file or that of keys cannot be used
   */
  Runnable prepare(AccessSettings settings) throws IOException {
    Parts before = parts;
    if (settings.equals(before.settings) && settings.jwt().keys() == null) {
      return () -> {};
    }
    Parts next = parts(settings, before);
    return () -> {
      parts = next;
      rules.replace(next.rulebook, next.token);
      if (next.keys != null && next.keys != before.keys) {
        next.keys.tick();
      }
      if (before.backend != null && next.backend != before.backend) {
        retire(before.backend);
      }
    };
  }

  /** Who was asked before has its calls timed out as ever. */
  private void retire(BackendCaller before) {
    retired.add(before);
    if (retired.size() > MAX_RETIRED) {
      retired.removeFirst();
    }
  }

  private Parts parts(AccessSettings access, @Nullable Parts before) throws IOException {
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
    KeyFetcher known = before == null ? null : before.keysFor(access.jwt());
    KeyFetcher fetcher = known == null ? fetcher(access.jwt()) : known;
    JwtSource keys = fetcher == null ? JwtSource.of(constant(access.jwt())) : fetcher;
    BackendCaller backend =
        before != null && access.backend().equals(before.settings.backend())
            ? before.backend
            : caller(access.backend());
    var rulebook =
        new Rulebook(
            new AccessTranslation(access, token, keys, backend, this::crowd).rules(),
            trustsLoopback(access),
            (name, key) -> live.now().policy(name).sources().isKey(key));
    return new Parts(access, token, tokenFile, fetcher, backend, rulebook);
  }

  private Crowd crowd(StreamName stream) {
    return rules.sessions().crowd(stream);
  }

  private boolean trustsLoopback(AccessSettings access) {
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
    return trust;
  }

  private @Nullable BackendCaller caller(AccessSettings.Backend backend) {
    if (backend.publish() == null && backend.play() == null) {
      return null;
    }
    BackendForm form = AccessTranslation.form(backend);
    long staleMs = form.isAskedOnce() ? 0 : backend.stale().toMillis(); // nobody asks so again
    return new BackendCaller(
        new BackendPolicy(backend.timeLimit().toMillis(), staleMs),
        BackendCaller.http(form, http),
        () -> System.nanoTime() / NS_PER_MS);
  }

  private @Nullable KeyFetcher fetcher(AccessSettings.Jwt jwt) throws IOException {
    WebAddress url = jwt.url();
    return url == null
        ? null
        : new KeyFetcher(
            KeyFetcher.http(url.uri(), http),
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

  /** Who may do what. */
  AccessRules rules() {
    return rules;
  }

  /** How many may come. */
  ConnectionLimits limits() {
    return limits;
  }

  /** Time has passed for calls to back ends; to be called several times a second. */
  void tickBackends() {
    BackendCaller backend = parts.backend;
    if (backend != null) {
      backend.tick();
    }
    retired.forEach(BackendCaller::tick);
  }

  /** Time has passed for keys that are fetched; to be called every second or so. */
  void tickKeys() {
    KeyFetcher keys = parts.keys;
    if (keys != null) {
      keys.tick();
    }
  }

  /** Says where the token is, and shows it to whoever started the program at a terminal. */
  @SuppressWarnings("SystemConsoleNull") // in JDK 25 it is null again where there is no terminal
  void announce() {
    Path file = parts.tokenFile;
    EventLog.info("access", "token", file == null ? "as configured" : "in the file " + file);
    Console console = System.console();
    if (file != null && console != null && console.isTerminal()) {
      console.printf("%n  Token      %s%n", rules.token().reveal());
    }
  }

  /** Nothing is revoked or restored any more. */
  @Override
  public void close() {
    revocations.close();
  }
}
