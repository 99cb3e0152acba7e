package dev.sluice.imports;

import dev.sluice.node.config.ConfigParser;
import dev.sluice.node.config.EffectiveConfig;
import dev.sluice.node.config.ListenAddress;
import dev.sluice.node.config.Loaded;
import dev.sluice.node.config.Setting;
import dev.sluice.node.config.WebAddress;
import dev.sluice.node.config.Word;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes a configuration of SRS into one of ours. */
public final class SrsImport {
  /** The vhost for everybody who asks for none that is there. */
  static final String DEFAULT_VHOST = "__defaultVhost__";

  /** Directives that may stand in a block more than once; of others SRS takes the first. */
  private static final Set<String> REPEATABLE =
      Set.of(
          "vhost",
          "stream_caster",
          "vhost.security.allow",
          "vhost.security.deny",
          "vhost.transcode",
          "vhost.transcode.engine",
          "vhost.ingest",
          "vhost.exec.publish");

  /** Sections that are in force unless they are switched off; others have to be switched on. */
  private static final Set<String> ON_BY_ITSELF = Set.of("vhost", "stats", "circuit_breaker");

  private static final String OFF = "its section is switched off";
  private static final String VHOST_OFF = "its vhost is switched off";
  static final String SECOND = "it is there a second time; the first one holds";

  /** Vhosts besides the one for everybody. */
  static final int MAX_VHOSTS = 100;

  private static final int SRS_API_PORT = 1985;

  private final Draft draft = new Draft();
  private final Findings findings = new Findings(draft);
  private final Listeners listeners = new Listeners();
  private final List<String> notes = new ArrayList<>();
  private final List<Statement> root;
  private final @Nullable Statement vhost;

  /** Others, whose streams are of their own; those whose settings are read in the end. */
  private final Map<String, Statement> others = new LinkedHashMap<>();

  // of the vhost that is read
  private SrsScope scope = SrsScope.ALL;
  private @Nullable Statement current;
  private SrsAccess access;
  private SrsSegments segments;

  private SrsImport(List<Statement> root) {
    this.root = root;
    this.vhost = chosen(root);
    this.current = vhost;
    this.access = new SrsAccess(draft, findings, notes, scope);
    this.segments = new SrsSegments(draft, findings, vhost, scope);
    findOthers();
  }

  /**
   * Reads a file.
   *
   * @param file how messages name it
   * @param environment whose variables {@code SRS_…} win over the file, as with SRS itself
   * @throws dev.sluice.wire.MalformedException for text that is no configuration
   */
  public static Imported read(
      String file, String text, Inclusion inclusion, Map<String, String> environment) {
    List<Statement> statements = ConfReader.read(file, text, ConfReader.Dialect.SRS, inclusion);
    List<Statement> root = SrsEnvironment.over(SrsLegacy.modern(statements), environment);
    return new SrsImport(root).all(file);
  }

  /** The vhost whose settings hold for all streams; null when there is none. */
  private static @Nullable Statement chosen(List<Statement> root) {
    List<Statement> there =
        root.stream()
            .filter(statement -> statement.name().equals("vhost") && isOn("vhost", statement))
            .filter(statement -> !SrsBandCheck.isIn(statement))
            .toList();
    for (Statement statement : there) {
      if (statement.value().equals(DEFAULT_VHOST)) {
        return statement;
      }
    }
    return there.size() == 1 ? there.getFirst() : null;
  }

  private void findOthers() {
    for (Statement statement : root) {
      boolean on = statement.name().equals("vhost") && isOn("vhost", statement);
      boolean forAll = isChosen(statement) || statement.value().equals(DEFAULT_VHOST);
      SrsScope streams =
          on && !forAll && !SrsBandCheck.isIn(statement) ? SrsScope.of(statement.value()) : null;
      if (streams != null && others.size() < MAX_VHOSTS) {
        others.putIfAbsent(streams.host(), statement);
      }
    }
  }

  private boolean isChosen(Statement statement) {
    return vhost != null && vhost.place().equals(statement.place());
  }

  private Imported all(String file) {
    walk(root, "", false);
    if (vhost == null) {
      notes.add("no vhost is in force for everybody: what is not listed is as without any file");
    } else if (!vhost.value().equals(DEFAULT_VHOST)) {
      notes.add("every host is served, not only %s".formatted(ConfReader.shown(vhost.value())));
    }
    SrsAccess ofAll = access;
    if (vhost != null || access.isClosed()) {
      access.write();
    }
    EffectiveConfig defaults = defaults();
    others.values().forEach(other -> other(other, vhost == null ? null : ofAll, defaults));
    if (!others.isEmpty() && !draft.keys(List.of("events", "srs")).isEmpty()) {
      notes.add("the hooks in events.srs are told of the clients of all vhosts");
    }
    listeners.write(draft, notes);
    String head = "# Made of a configuration of SRS (%s).\n\n".formatted(ConfReader.shown(file));
    return new Imported(head + draft.yaml(), findings.inOrder(root), notes);
  }

  /** A vhost whose streams are of their own. */
  private void other(Statement other, @Nullable SrsAccess ofAll, EffectiveConfig defaults) {
    scope = Objects.requireNonNull(SrsScope.of(other.value()), "it was one");
    current = other;
    access = new SrsAccess(draft, findings, notes, scope);
    segments = new SrsSegments(draft, findings, other, scope);
    findings.about(scope);
    draft.section(scope.under());
    walk(other.block(), "vhost.", false);
    root.stream()
        .filter(it -> it.name().equals("vhost") && isOn("vhost", it) && !it.equals(other))
        .filter(it -> scope.equals(SrsScope.of(it.value()))) // which SRS spells otherwise
        .forEach(access::otherVhost);
    access.write(ofAll);
    Set<String> own = draft.keys(scope.under());
    for (String name : new TreeSet<>(draft.keys(SrsScope.ALL.under()))) {
      String byDefault = byDefault(defaults, "defaults." + name);
      if (!own.contains(name) && !byDefault.equals(draft.get(Draft.path("defaults." + name)))) {
        draft.set(scope.path("defaults." + name), byDefault, "as where nothing is said");
      }
    }
  }

  private static EffectiveConfig defaults() {
    return switch (ConfigParser.parse("defaults", "", Map.of())) {
      case ConfigParser.Valid(Loaded loaded) -> loaded.effective();
      case ConfigParser.Invalid invalid -> throw new IllegalStateException(invalid.toString());
    };
  }

  private static String byDefault(EffectiveConfig defaults, String key) {
    Setting setting = defaults.setting(key);
    return setting == null || setting.value() == null ? "" : setting.value();
  }

  private void walk(List<Statement> statements, String prefix, boolean idle) {
    var seen = new HashSet<String>();
    for (Statement statement : statements) {
      String path = prefix + statement.name();
      Directive directive = SrsDirectives.TABLE.find(path);
      if (statement.hasBlock() && SrsDirectives.TABLE.isSection(path)) {
        if (!seen.add(path) && !REPEATABLE.contains(path)) {
          inner(statement, path, Verdict.UNSUPPORTED, SECOND);
        } else {
          section(statement, path, idle);
        }
      } else if (directive == null) {
        findings.unknown(statement, path, nearest(path));
        access.unknown(path);
      } else if (statement.hasBlock()) {
        inner(statement, path, directive.verdict(), directive.reason());
      } else if (!seen.add(path) && !REPEATABLE.contains(path) && !directive.path().endsWith("*")) {
        findings.unsupported(statement, directive, SECOND);
      } else {
        directive(statement, directive, idle);
      }
    }
  }

  private static @Nullable String nearest(String path) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    for (Directive directive : SrsDirectives.TABLE.directives()) {
      if (directive.path().endsWith("." + name)) {
        return directive.path(); // it stands in the wrong block
      }
    }
    return null;
  }

  /** One stands in a vhost of its own. */
  private void bandCheck(Statement vhost) {
    Statement section = vhost.first("bandcheck");
    if (section != null && isOn("vhost.bandcheck", section)) {
      SrsBandCheck.read(vhost, section, draft, findings);
    }
  }

  private void section(Statement statement, String path, boolean idle) {
    boolean off = idle || !isOn(path, statement);
    if (path.equals("vhost") && !off) {
      bandCheck(statement);
    }
    if (path.equals("vhost") && !off && others.containsValue(statement)) {
      return; // is read in the end
    }
    if (path.equals("vhost") && !isChosen(statement)) {
      inner(
          statement,
          path,
          off ? Verdict.IDLE : Verdict.UNSUPPORTED,
          off ? VHOST_OFF : lost(statement));
      SrsScope streams = SrsScope.of(statement.value());
      if (!off && (streams == null || !others.containsKey(streams.host()))) {
        access.otherVhost(statement);
      }
      return;
    }
    switch (path) {
      case "vhost.ingest" -> {
        String own = current == null ? "" : current.value();
        var vhosts = new SrsIngest.Vhosts(own, others.keySet());
        SrsIngest.read(statement, off, vhosts, draft, findings);
        return;
      }
      case "rtmps" -> tls(statement, "rtmp.tls", "1443", off);
      case "http_api" -> {
        if (!off && statement.first("listen") == null) {
          listeners.add(
              Listeners.SRS_API, ListenAddress.any(SRS_API_PORT), Findings.comment(statement));
        }
      }
      case "http_server" -> {
        Statement https = statement.first("https");
        if (https != null) {
          tls(https, "http.tls", "8088", off || !isOn("http_server.https", https));
        }
      }
      case "vhost.refer" -> access.refer(statement, off);
      case "vhost.security" -> access.security(statement, off);
      case "vhost.http_hooks" -> access.hooks(statement, off);
      default -> {}
    }
    walk(statement.block(), path + ".", off);
  }

  private static String lost(Statement vhost) {
    return SrsBandCheck.isIn(vhost)
        ? "it is the vhost of the bandwidth check, where nothing is published or played"
        : "it cannot be a host here, there is one of its name already, or there are more than "
            + MAX_VHOSTS;
  }

  /** Whether a section is in force; those without a switch always are. */
  static boolean isOn(String path, Statement section) {
    if (!SrsDirectives.TABLE.has(path + ".enabled")) {
      return true;
    }
    Statement enabled = section.first("enabled");
    return ON_BY_ITSELF.contains(path)
        ? enabled == null || !enabled.value().equals("off")
        : enabled != null && enabled.value().equals("on");
  }

  /** The same for all that is in a block. */
  private void inner(Statement block, String path, Verdict verdict, String why) {
    if (block.block().isEmpty()) {
      findings.add(block, path, verdict, "", why);
    }
    for (Statement statement : block.block()) {
      String inner = path + "." + statement.name();
      if (inner.equals("vhost.bandcheck") && isOn(inner, statement) && verdict != Verdict.IDLE) {
        continue; // has been looked at
      }
      if (statement.hasBlock()) {
        inner(statement, inner, verdict, why);
      } else if (SrsDirectives.TABLE.find(inner) == null) {
        findings.unknown(statement, inner, nearest(inner));
      } else {
        findings.add(statement, inner, verdict, "", why);
      }
    }
  }

  private void directive(Statement statement, Directive directive, boolean idle) {
    boolean isSwitch = directive.path().endsWith(".enabled");
    if (scope.isAll()
        && directive.path().equals("chunk_size")
        && vhost != null
        && vhost.first("chunk_size") != null) {
      findings.idle(statement, directive, "that of the vhost holds");
    } else if (directive.rule() instanceof Rule.ByHand) {
      if (!idle || isSwitch) {
        byHand(statement, directive, idle);
      } else {
        findings.idle(statement, directive, OFF);
      }
    } else if (idle && !(isSwitch && directive.rule() instanceof Rule.Only)) {
      findings.idle(statement, directive, OFF);
    } else {
      byRule(statement, directive);
    }
  }

  private void byRule(Statement statement, Directive directive) {
    String key = directive.rule().key();
    if (scope.has(key)) {
      findings.byRule(statement, directive, scope.path(key));
      return;
    }
    Rule.Value value = directive.rule().value(statement.value());
    if (value == null) {
      findings.noValue(statement, directive);
    } else if (value.text().equals(draft.get(Draft.path(key)))) {
      findings.taken(statement, directive, "");
    } else {
      String holds = vhost == null ? "what holds by itself" : ConfReader.shown(vhost.value());
      findings.changed(statement, directive, "it is the same for all vhosts: that of " + holds);
    }
  }

  private void byHand(Statement statement, Directive directive, boolean idle) {
    switch (directive.path()) {
      case "listen", "rtmp.listen" -> listen(statement, directive, "rtmp");
      case "http_server.listen" -> listen(statement, directive, "http");
      case "http_api.listen" -> listen(statement, directive, Listeners.SRS_API);
      case "http_api.enabled" -> {
        if (idle) {
          findings.idle(statement, directive, OFF);
        } else {
          findings.usual(statement, directive);
        }
      }
      case "http_server.crossdomain" -> crossdomain(statement, directive);
      case "srs_log_tank" -> tank(statement, directive);
      case "srs_log_file" -> logFile(statement, directive);
      case "srs_log_level" -> level(statement, directive, SrsDirectives.OLD_LEVELS);
      case "srs_log_level_v2" -> level(statement, directive, SrsDirectives.NEW_LEVELS);
      case "heartbeat.enabled" -> heartbeat(statement, directive, idle);
      case "heartbeat.url" -> {} // told with the switch, which has looked at it
      case "heartbeat.device_id" -> deviceId(statement, directive);
      case "vhost.enabled" ->
          findings.taken(
              statement,
              directive,
              scope.isAll() ? "its settings hold for all" : "they are streams of their own");
      case "vhost.min_latency" -> minLatency(statement, directive);
      case "vhost.cluster.mode" -> mode(statement, directive);
      case "vhost.http_remux.mount" -> mount(statement, directive);
      case "vhost.play.time_jitter" -> jitter(statement, directive);
      case "vhost.play.atc", "vhost.play.atc_auto" -> atc(statement, directive);
      default -> {
        String path = directive.path();
        if (path.startsWith("vhost.hls.") || path.startsWith("vhost.dash.")) {
          segments.read(statement, directive, idle);
        } else if (idle) {
          findings.idle(statement, directive, OFF);
        }
        // the rest has been looked at with its section, which has told what it found
      }
    }
  }

  private void listen(Statement statement, Directive directive, String section) {
    var refused = new ArrayList<String>();
    for (String text : statement.arguments()) {
      ListenAddress address = Listeners.parse(text);
      if (address == null || !listeners.add(section, address, Findings.comment(statement))) {
        refused.add(ConfReader.shown(text));
      }
    }
    if (statement.arguments().isEmpty()) {
      findings.noValue(statement, directive);
    } else if (refused.isEmpty()) {
      findings.taken(statement, directive, "");
    } else {
      findings.changed(
          statement,
          directive,
          "without %s: an address is address:port or [IPv6]:port, and there are %d at most"
              .formatted(String.join(", ", refused), Listeners.MAX));
    }
  }

  private void tls(Statement section, String ours, String port, boolean off) {
    if (off) {
      return; // each of its directives is told to be idle
    }
    String listen = valueOf(section, "listen", port);
    String key = valueOf(section, "key", "./conf/server.key");
    String certificate = valueOf(section, "cert", "./conf/server.crt");
    ListenAddress address = Listeners.parse(listen);
    boolean good = address != null && isPath(key) && isPath(certificate);
    if (good && address != null) {
      listeners.add(ours, address, Findings.comment(section));
      draft.set(ours + ".certificate", certificate, Findings.comment(section));
      draft.set(ours + ".key", key, "");
    }
    String path = ours.equals("rtmp.tls") ? "rtmps." : "http_server.https.";
    for (Statement statement : section.block()) {
      Directive directive = SrsDirectives.TABLE.find(path + statement.name());
      boolean holds = directive != null && section.isFirst(statement);
      if (directive != null && holds && good) {
        findings.taken(statement, directive, "");
      } else if (directive != null && holds) {
        findings.unsupported(
            statement, directive, "it needs an address, a key and a certificate that are right");
      }
    }
  }

  /** What a section says, else what SRS takes. */
  private static String valueOf(Statement section, String name, String byDefault) {
    Statement statement = section.first(name);
    return statement == null ? byDefault : statement.value();
  }

  static boolean isPath(String text) {
    try {
      return !text.isBlank() && !Path.of(text).toString().isEmpty() && text.strip().equals(text);
    } catch (InvalidPathException invalid) {
      return false;
    }
  }

  private void crossdomain(Statement statement, Directive directive) {
    if (statement.value().equals("off")) {
      draft.set("http.cors", List.of(), Findings.comment(statement));
      findings.taken(statement, directive, "for streams and API alike");
    } else {
      findings.taken(statement, directive, "it is so by itself");
    }
  }

  private void tank(Statement statement, Directive directive) {
    switch (statement.value()) {
      case "console" -> findings.taken(statement, directive, "it is so by itself");
      case "file" -> findings.taken(statement, directive, "where srs_log_file names one");
      default -> findings.noValue(statement, directive);
    }
  }

  private void logFile(Statement statement, Directive directive) {
    boolean console =
        root.stream()
            .anyMatch(
                other -> other.name().equals("srs_log_tank") && other.value().equals("console"));
    if (console) {
      findings.idle(statement, directive, "srs_log_tank is console");
    } else if (isPath(statement.value())) {
      findings.set(
          statement, directive, Draft.path("log.file"), Rule.Value.same(statement.value()));
    } else {
      findings.noValue(statement, directive);
    }
  }

  private void level(Statement statement, Directive directive, Rule.Words words) {
    boolean newer = root.stream().anyMatch(other -> other.name().equals("srs_log_level_v2"));
    Rule.Value value = words.value(statement.value());
    if (words.equals(SrsDirectives.OLD_LEVELS) && newer) {
      findings.idle(statement, directive, "srs_log_level_v2 holds");
    } else if (value == null) {
      findings.noValue(statement, directive);
    } else {
      findings.set(statement, directive, Draft.path("log.level"), value);
    }
  }

  private void heartbeat(Statement statement, Directive directive, boolean idle) {
    Statement section =
        root.stream().filter(other -> other.name().equals("heartbeat")).findFirst().orElse(null);
    Statement url = section == null ? null : section.first("url");
    Directive urlDirective = SrsDirectives.TABLE.find("heartbeat.url");
    if (idle) {
      findings.idle(statement, directive, OFF);
      return;
    }
    String text = url == null ? "http://127.0.0.1:8085/api/v1/servers" : url.value();
    boolean good = WebAddress.parse(text) != null;
    if (good) {
      draft.set("events.heartbeat.url", text, Findings.comment(url == null ? statement : url));
      findings.taken(statement, directive, "");
    } else {
      findings.unsupported(statement, directive, "it has no address to post to");
    }
    if (url != null && urlDirective != null) {
      if (good) {
        findings.taken(url, urlDirective, "");
      } else {
        findings.noValue(url, urlDirective);
      }
    }
  }

  private void deviceId(Statement statement, Directive directive) {
    if (Word.parse(statement.value()) == null) {
      findings.noValue(statement, directive);
    } else {
      findings.set(
          statement,
          directive,
          Draft.path("events.heartbeat.deviceId"),
          Rule.Value.same(statement.value()));
    }
  }

  private void minLatency(Statement statement, Directive directive) {
    switch (statement.value()) {
      case "on" ->
          findings.set(statement, directive, scope.path("defaults.latency"), Rule.Value.same("0"));
      case "off" -> findings.taken(statement, directive, "latency says how long frames gather");
      default -> findings.noValue(statement, directive);
    }
  }

  private void mode(Statement statement, Directive directive) {
    if (statement.value().equals("local")) {
      findings.taken(statement, directive, "it is so by itself");
      return;
    }
    Directive origin = SrsDirectives.TABLE.find("vhost.cluster.origin");
    String why = origin == null ? "" : origin.reason();
    findings.unsupported(statement, directive, why);
    notes.add("it was an edge: nothing is fetched from its origin yet; " + why);
  }

  private void mount(Statement statement, Directive directive) {
    String mount = statement.value();
    boolean same = mount.startsWith("[vhost]/[app]/[stream].");
    String extension = mount.substring(mount.lastIndexOf('.') + 1);
    if (same && Set.of("flv", "ts", "aac", "mp3").contains(extension)) {
      findings.taken(statement, directive, "it is so by itself");
    } else {
      findings.usual(statement, directive);
    }
  }

  private void jitter(Statement statement, Directive directive) {
    if (statement.value().equals("full")) {
      findings.taken(statement, directive, "jumps of time stamps are always repaired");
    } else {
      findings.unsupported(
          statement, directive, "no counterpart: jumps of time stamps are always repaired");
    }
  }

  private void atc(Statement statement, Directive directive) {
    boolean on = statement.value().equals("on");
    boolean auto = directive.path().endsWith("auto");
    Statement play = current == null ? null : current.first("play");
    Statement atc = play == null ? null : play.first("atc");
    boolean source = atc != null && atc.value().equals("on");
    if (!on && !statement.value().equals("off")) {
      findings.noValue(statement, directive);
    } else if (auto && source) {
      findings.idle(statement, directive, "atc is on");
    } else if (auto) {
      String time = on ? "auto" : "arrival";
      findings.set(statement, directive, scope.path("defaults.time"), Rule.Value.same(time));
    } else if (on) {
      draft.set(scope.path("defaults.time"), "source", Findings.comment(statement));
      findings.set(statement, directive, scope.path("defaults.atc"), Rule.Value.same("true"));
    } else {
      findings.taken(statement, directive, "it is so by itself");
    }
  }

  /** A number that SRS has in seconds, in milliseconds; null when it is none. */
  static @Nullable BigDecimal millis(@Nullable Statement statement) {
    BigDecimal seconds = statement == null ? null : Rule.number(statement.value());
    return seconds == null ? null : seconds.multiply(BigDecimal.valueOf(1_000));
  }
}
