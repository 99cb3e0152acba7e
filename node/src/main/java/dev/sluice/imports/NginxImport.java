package dev.sluice.imports;

import dev.sluice.imports.Rule.Time;
import dev.sluice.media.StreamName;
import dev.sluice.node.config.ListenAddress;
import dev.sluice.node.config.StreamSelector;
import dev.sluice.wire.MalformedException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a configuration of nginx-rtmp into one of ours. */
public final class NginxImport {
  /** Applications of all servers. */
  static final int MAX_APPLICATIONS = 100;

  private static final Time PING = Time.nginx("rtmp.pingInterval", 1_000, 600_000);
  private static final Time PING_AND_TIMEOUT = Time.nginx("rtmp.pingTimeout", 2_000, 3_600_000);
  private static final Time PERIOD = Time.nginx("streams.segmentPeriod", 500, 60_000);
  private static final Time WINDOW = Time.nginx("streams.playlistLength", 2_000, 86_400_000);
  private static final Time CALL = Time.nginx("", 100, 30_000);
  private static final Set<String> BLOCKS = Set.of("server", "application", "recorder");
  private static final String HLS_HOLDS = "HLS and DASH have the same segments: those of HLS";

  private final Draft draft = new Draft();
  private final Findings findings = new Findings(draft);
  private final Listeners listeners = new Listeners();
  private final List<String> notes = new ArrayList<>();
  private final NginxAccess access = new NginxAccess(draft, findings, notes);
  private final Set<String> applications = new HashSet<>();

  private NginxImport() {}

  /**
   * Reads a file: the one of nginx as a whole, or what its {@code rtmp} block is in.
   *
   * @param file how messages name it
   * @throws MalformedException for text that is no configuration
   */
  public static Imported read(String file, String text, Inclusion inclusion) {
    List<Statement> root = ConfReader.read(file, text, ConfReader.Dialect.NGINX, inclusion);
    var made = new NginxImport();
    String yaml = made.all(root);
    return new Imported(
        "# Made of a configuration of nginx-rtmp (%s).\n\n".formatted(ConfReader.shown(file))
            + yaml,
        made.findings.inOrder(root),
        made.notes);
  }

  private String all(List<Statement> root) {
    boolean any = false;
    for (Statement statement : root) {
      if (statement.name().equals("rtmp") && statement.hasBlock()) {
        any = true;
        rtmp(new NginxLevel(null, statement));
        rest(statement, true);
      } else {
        outside(statement);
      }
    }
    if (any) {
      access.write();
    } else {
      notes.add("there is no rtmp block, so there is nothing to take");
    }
    listeners.write(draft, notes);
    return draft.yaml();
  }

  /** What is not in {@code rtmp}: the web server's, but for what the module has there. */
  private void outside(Statement statement) {
    Directive known = NginxDirectives.TABLE.find(statement.name());
    if (known != null && statement.name().startsWith("rtmp_")) {
      findings.byRule(statement, known, Draft.path(known.rule().key()));
    } else {
      findings.add(
          statement, statement.name(), Verdict.OUTSIDE, "", "of nginx itself, which may go on");
      inWeb(statement);
    }
  }

  private void inWeb(Statement block) {
    for (Statement statement : block.block()) {
      Directive known = NginxDirectives.TABLE.find(statement.name());
      if (known != null && statement.name().startsWith("rtmp_")) {
        findings.byRule(statement, known, Draft.path(known.rule().key()));
      }
      inWeb(statement);
    }
  }

  private void rtmp(NginxLevel main) {
    List<Statement> servers = main.block().all("server");
    if (servers.size() > 1) {
      notes.add("the applications of all servers are reached at the ports of all");
    }
    for (Statement server : servers) {
      var level = new NginxLevel(main, server);
      server(level);
      for (Statement application : server.all("application")) {
        application(new NginxLevel(level, application));
      }
    }
  }

  private void server(NginxLevel server) {
    for (Statement listen : server.block().all("listen")) {
      listen(listen);
    }
    for (String name : List.of("timeout", "chunk_size", "max_message", "max_connections")) {
      Statement statement = server.find(name);
      Directive known = NginxDirectives.TABLE.find(name);
      if (statement != null && known != null) {
        findings.byRule(statement, known, Draft.path(known.rule().key()));
      }
    }
    pings(server);
  }

  private void listen(Statement statement) {
    Directive known = known("listen");
    ListenAddress address = Listeners.parse(statement.value());
    List<String> options =
        statement.arguments().isEmpty()
            ? List.of()
            : statement.arguments().subList(1, statement.arguments().size());
    if (options.contains("proxy_protocol")) {
      findings.unsupported(
          statement,
          known,
          "rtmp.proxyProtocol holds for all listeners and needs access.trustedProxies: set both by"
              + " hand");
    } else if (address == null || !listeners.add("rtmp", address, Findings.comment(statement))) {
      findings.unsupported(
          statement, known, "it is not a port, address:port or [IPv6]:port, of 64 at most");
    } else if (options.isEmpty()) {
      findings.taken(statement, known, "");
    } else {
      findings.changed(statement, known, "without its options; a port is one of IPv4 and IPv6");
    }
  }

  private static Directive known(String name) {
    Directive known = NginxDirectives.TABLE.find(name);
    if (known == null) {
      throw new IllegalStateException(name + " is not in the table");
    }
    return known;
  }

  private void pings(NginxLevel server) {
    Statement ping = server.find("ping");
    Statement timeout = server.find("ping_timeout");
    if (ping == null && timeout == null) {
      return;
    }
    BigDecimal every = PING.millis(ping == null ? "60s" : ping.value());
    BigDecimal wait = PING_AND_TIMEOUT.millis(timeout == null ? "30s" : timeout.value());
    if (every == null || wait == null || every.signum() == 0 || wait.signum() == 0) {
      String why = "pings cannot be switched off, and what they are is a time";
      both(ping, timeout, why);
      return;
    }
    Rule.Value interval = PING.ofMillis(every);
    BigDecimal intervalMs = PING.millis(interval.text());
    BigDecimal least = intervalMs == null ? every : intervalMs.add(BigDecimal.ONE);
    Rule.Value silence = PING_AND_TIMEOUT.ofMillis(every.add(wait).max(least));
    if (ping != null) {
      findings.set(ping, known("ping"), Draft.path("rtmp.pingInterval"), interval);
    }
    Statement by = timeout == null ? ping : timeout;
    if (by != null) {
      String before = draft.get(Draft.path("rtmp.pingTimeout"));
      if (before == null) {
        draft.set("rtmp.pingInterval", interval.text(), Findings.comment(by));
        draft.set("rtmp.pingTimeout", silence.text(), Findings.comment(by));
      } else if (!before.equals(silence.text())) {
        both(ping, timeout, "another server has other times; there is one for all");
      }
    }
    if (timeout != null && !findings.has(timeout)) {
      findings.changed(timeout, known("ping_timeout"), known("ping_timeout").reason());
    }
  }

  private void both(@Nullable Statement ping, @Nullable Statement timeout, String why) {
    if (ping != null) {
      findings.unsupported(ping, known("ping"), why);
    }
    if (timeout != null) {
      findings.unsupported(timeout, known("ping_timeout"), why);
    }
  }

  private void application(NginxLevel level) {
    Statement block = level.block();
    String name = block.value();
    String refused = refusal(block);
    if (!refused.isEmpty()) {
      for (Statement statement : block.block()) {
        lost(statement, refused);
      }
      if (block.block().isEmpty()) {
        findings.add(block, "application", Verdict.UNSUPPORTED, "", refused);
      }
      return;
    }
    Statement live = level.find("live");
    if (!level.isOn("live")) {
      if (live != null) {
        findings.taken(live, known("live"), "nobody may publish there");
      }
      return; // the table has a word for each of the rest
    }
    if (live != null) {
      findings.taken(live, known("live"), "");
    }
    String selector = name + "/**";
    streams(level, selector);
    for (Statement pull : block.all("pull")) {
      NginxPull.read(pull, name, draft, findings);
    }
    access.application(level, selector);
  }

  /** Why an application cannot be taken; empty when it can. */
  private String refusal(Statement application) {
    if (application.arguments().size() != 1) {
      return "an application has one name";
    }
    try {
      StreamName.ofDecoded(application.value() + "/x").requirePublishable();
      StreamSelector.parse(application.value() + "/**");
    } catch (MalformedException malformed) {
      return "streams cannot be named so: " + malformed.getMessage();
    }
    if (application.value().indexOf('!') >= 0) {
      return "streams cannot be named so: what stands before a ! is a vhost";
    }
    if (applications.size() == MAX_APPLICATIONS) {
      return "there are more than %d applications".formatted(MAX_APPLICATIONS);
    }
    return applications.add(application.value())
        ? ""
        : "there is an application of this name already, in another server";
  }

  private void lost(Statement statement, String why) {
    Directive known = NginxDirectives.TABLE.find(statement.name());
    if (known != null) {
      findings.unsupported(statement, known, why);
    } else if (!BLOCKS.contains(statement.name())) {
      findings.unknown(statement, statement.name(), null);
    }
    for (Statement inner : statement.block()) {
      lost(inner, why);
    }
  }

  private void streams(NginxLevel level, String selector) {
    boolean hls = level.isOn("hls");
    boolean dash = level.isOn("dash");
    for (String name : List.of("hls", "dash")) {
      Statement statement = level.find(name);
      if (statement != null) {
        String wanted = Boolean.toString(hls || dash);
        draft.set(Draft.stream(selector, "segments"), wanted, Findings.comment(statement));
        if (level.isOn(name) || !hls && !dash) {
          findings.taken(statement, known(name), "");
        } else {
          findings.changed(
              statement, known(name), "HLS and DASH are there together, or not at all");
        }
      }
    }
    for (Directive directive : NginxDirectives.TABLE.directives()) {
      String key = directive.rule().key();
      Statement statement = key.startsWith("streams.") ? level.find(directive.path()) : null;
      if (statement != null && hls) {
        List<String> path = Draft.stream(selector, key.substring("streams.".length()));
        findings.byRule(statement, directive, path);
      } else if (statement != null) {
        findings.idle(statement, directive, "hls is off");
      }
    }
    dash(level, selector, "dash_fragment", PERIOD, hls, dash);
    dash(level, selector, "dash_playlist_length", WINDOW, hls, dash);
    idleStreams(level, selector);
  }

  private void dash(
      NginxLevel level, String selector, String name, Time rule, boolean hls, boolean dash) {
    Statement statement = level.find(name);
    if (statement == null) {
      return;
    }
    Rule.Value value = rule.value(statement.value());
    if (value == null) {
      findings.noValue(statement, known(name));
    } else if (!dash) {
      findings.idle(statement, known(name), "dash is off");
    } else if (hls) {
      findings.unsupported(statement, known(name), HLS_HOLDS);
    } else {
      String key = rule.key().substring("streams.".length());
      findings.set(statement, known(name), Draft.stream(selector, key), value);
    }
  }

  /** Off: who plays what is not published is told so, and who plays when it ends, too. */
  private void idleStreams(NginxLevel level, String selector) {
    Statement statement = level.find("idle_streams");
    if (statement == null) {
      return;
    }
    switch (statement.value()) {
      case "off" -> {
        draft.set(
            Draft.stream(selector, "playBeforePublish"), "refuse", Findings.comment(statement));
        draft.set(Draft.stream(selector, "reconnectGrace"), "0", "");
        findings.taken(statement, known("idle_streams"), "");
      }
      case "on" -> {
        draft.set(Draft.stream(selector, "playBeforePublish"), "wait", Findings.comment(statement));
        draft.set(Draft.stream(selector, "playWaitTimeout"), "0", "");
        findings.add(
            statement,
            "idle_streams",
            Verdict.TAKEN,
            "streams.NAME.playBeforePublish, streams.NAME.playWaitTimeout",
            "");
      }
      default -> findings.noValue(statement, known("idle_streams"));
    }
  }

  /** A word for what has none yet. */
  private void rest(Statement block, boolean top) {
    for (Statement statement : block.block()) {
      String name = statement.name();
      Directive known = NginxDirectives.TABLE.find(name);
      if (BLOCKS.contains(name) && statement.hasBlock()) {
        rest(statement, false);
      } else if (known == null) {
        findings.unknown(statement, name, null);
        access.unknown();
      } else if (!findings.has(statement)) {
        leftOver(statement, known);
      }
    }
    if (top && block.block().isEmpty()) {
      notes.add("the rtmp block is empty");
    }
  }

  private void leftOver(Statement statement, Directive known) {
    boolean general = !(known.rule() instanceof Rule.ByHand) && known.rule().key().isEmpty();
    if (general) {
      findings.byRule(statement, known, List.of());
    } else if (known.path().equals("netcall_timeout")) {
      netcall(statement, known);
    } else {
      findings.idle(
          statement, known, "no application with live on has it, or each has one of its own");
    }
  }

  private void netcall(Statement statement, Directive known) {
    Rule.Value value = CALL.value(statement.value());
    if (value == null) {
      findings.noValue(statement, known);
      return;
    }
    findings.set(statement, known, Draft.path("access.backend.timeLimit"), value);
    if (value.text().equals(draft.get(Draft.path("access.backend.timeLimit")))) {
      draft.set("events.nginx.timeLimit", value.text(), Findings.comment(statement));
    }
  }
}
