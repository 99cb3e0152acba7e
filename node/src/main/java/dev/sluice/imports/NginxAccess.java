package dev.sluice.imports;

import dev.sluice.access.AddressBlock;
import dev.sluice.imports.Rule.Time;
import dev.sluice.imports.Rule.Value;
import dev.sluice.node.config.WebAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may publish and play with nginx-rtmp: {@code allow}, {@code deny} and {@code on_…}. */
final class NginxAccess {
  private static final String CLOSED = "; until you decide, it needs the token (access.rules)";
  private static final String GET = "back ends are asked by POST, notify_method says get";
  private static final String NO_ADDRESS = "it is not http[s]://host[:port][/path][?query]";
  private static final Time UPDATES = Time.nginx("access.recheck", 1_000, 86_400_000);
  private static final List<String> LISTS = List.of("allow", "deny");

  /** Callbacks that only tell. */
  private static final List<String> TOLD =
      List.of("on_disconnect", "on_publish_done", "on_play_done", "on_done");

  private final Draft draft;
  private final Findings findings;
  private final List<String> notes;
  private final Map<String, Doors> applications = new LinkedHashMap<>();

  /** Of each callback the addresses that applications have; an empty one for those without. */
  private final Map<String, Map<String, List<Statement>>> told = new LinkedHashMap<>();

  private final List<Connect> connects = new ArrayList<>();
  private boolean unknown;

  /** Both of an application. */
  private record Doors(Door publish, Door play) {
    boolean isClosed() {
      return publish.isClosed() || play.isClosed();
    }

    void close() {
      publish.close();
      play.close();
    }
  }

  /** Who is asked about connections to an application; null for nobody. */
  private record Connect(@Nullable Statement statement, Doors doors) {
    String address() {
      return statement == null ? "" : statement.value();
    }
  }

  NginxAccess(Draft draft, Findings findings, List<String> notes) {
    this.draft = draft;
    this.findings = findings;
    this.notes = notes;
  }

  private static Directive known(String name) {
    return Objects.requireNonNull(NginxDirectives.TABLE.find(name), name);
  }

  /** Something that nobody knows may be a check, too: all doors are closed. */
  void unknown() {
    unknown = true;
  }

  /** Takes an application in which is published. */
  void application(NginxLevel level, String selector) {
    var doors = new Doors(new Door(), new Door());
    applications.put(selector, doors);
    lists(level, doors);
    boolean get = level.value("notify_method", "post").equals("get");
    Statement method = level.find("notify_method");
    if (method != null) {
      if (get) {
        findings.unsupported(method, known("notify_method"), GET);
      } else {
        findings.taken(method, known("notify_method"), "it is so by itself");
      }
    }
    asked(level, "on_publish", doors.publish, get);
    asked(level, "on_play", doors.play, get);
    updates(level, doors, get);
    Statement connect = level.find("on_connect");
    if (connect != null && (get || !isAddress(connect))) {
      doors.close();
      findings.unsupported(connect, known("on_connect"), (get ? GET : NO_ADDRESS) + CLOSED);
    } else {
      connects.add(new Connect(connect, doors));
    }
    for (String name : TOLD) {
      Statement statement = level.find(name);
      if (statement != null && (get || !isAddress(statement))) {
        findings.unsupported(statement, known(name), get ? GET : NO_ADDRESS);
      } else {
        told.computeIfAbsent(name, _ -> new LinkedHashMap<>())
            .computeIfAbsent(statement == null ? "" : statement.value(), _ -> new ArrayList<>())
            .addAll(statement == null ? List.of() : List.of(statement));
      }
    }
  }

  private static boolean isAddress(Statement statement) {
    return statement.arguments().size() == 1 && WebAddress.parse(statement.value()) != null;
  }

  private void asked(NginxLevel level, String name, Door door, boolean get) {
    Statement statement = level.find(name);
    if (statement == null) {
      return;
    }
    Directive known = known(name);
    List<String> key = Draft.path(known.counterpart());
    String other = draft.get(key);
    if (get || !isAddress(statement)) {
      door.close();
      String why = get ? GET : NO_ADDRESS;
      findings.unsupported(statement, known, why + CLOSED);
    } else if (level.all(List.of(name)).size() > 1 && repeated(level, name)) {
      door.close();
      findings.unsupported(statement, known, "it is there twice in one block" + CLOSED);
    } else if (other != null && !other.equals(statement.value())) {
      door.close();
      findings.unsupported(
          statement, known, "there is one back end, which another application has" + CLOSED);
    } else {
      door.askBackend();
      draft.set(key, statement.value(), Findings.comment(statement));
      draft.set("access.backend.form", "nginx", "");
      String redirect =
          name.equals("on_play")
              ? "a redirect to a server is the player's, nothing is pulled"
              : "a redirect to a server is a no, nothing is pushed";
      findings.changed(statement, known, "for all protocols, not for RTMP only; " + redirect);
    }
  }

  private void updates(NginxLevel level, Doors doors, boolean get) {
    Statement statement = level.find("on_update");
    if (statement == null) {
      return;
    }
    Directive known = known("on_update");
    if (get || !isAddress(statement)) {
      findings.unsupported(statement, known, get ? GET : NO_ADDRESS);
    } else if (!doors.publish.asksBackend() && !doors.play.asksBackend()) {
      findings.unsupported(
          statement,
          known,
          "neither on_play nor on_publish lets anybody in, so it is told of none");
    } else {
      findings.set(
          statement, known, Draft.path(known.counterpart()), Value.same(statement.value()));
      period(level, statement);
    }
  }

  private void period(NginxLevel level, Statement update) {
    Statement statement = level.find("notify_update_timeout");
    Directive known = known("notify_update_timeout");
    Value period = UPDATES.value(statement == null ? "30s" : statement.value());
    if (period != null) {
      findings.set(
          statement == null ? update : statement, known, Draft.path(UPDATES.key()), period);
    } else if (statement != null) {
      findings.noValue(statement, known);
    }
  }

  private static boolean repeated(NginxLevel level, String name) {
    for (NginxLevel at = level; at != null; at = at.outer()) {
      int count = at.block().all(name).size();
      if (count > 0) {
        return count > 1;
      }
    }
    return false;
  }

  /** What {@code allow} or {@code deny} says. */
  private record AddressRule(Statement statement, boolean allow, @Nullable AddressBlock block) {}

  private void lists(NginxLevel level, Doors doors) {
    List<Statement> statements = level.all(LISTS);
    boolean readable = true;
    var forPublish = new ArrayList<AddressRule>();
    var forPlay = new ArrayList<AddressRule>();
    for (Statement statement : statements) {
      List<String> arguments = statement.arguments();
      String address = arguments.isEmpty() ? "" : arguments.getLast();
      String action = arguments.size() == 2 ? arguments.getFirst() : "";
      AddressBlock block = AddressBlock.parse(address);
      boolean good =
          (arguments.size() == 1 || action.equals("publish") || action.equals("play"))
              && (block != null || address.equals("all"));
      var rule = new AddressRule(statement, statement.name().equals("allow"), block);
      if (!good) {
        readable = false;
        findings.unsupported(
            statement,
            known(statement.name()),
            "it is not: publish, play or nothing, then all, an address or a block" + CLOSED);
        continue;
      }
      if (!action.equals("play")) {
        forPublish.add(rule);
      }
      if (!action.equals("publish")) {
        forPlay.add(rule);
      }
    }
    if (!readable) {
      doors.close();
    }
    String publish = lists(forPublish, doors.publish);
    String play = lists(forPlay, doors.play);
    for (Statement statement : statements) {
      Directive known = known(statement.name());
      String why = publish.isEmpty() ? play : publish;
      if (why.isEmpty()) {
        findings.usual(statement, known);
      } else {
        findings.unsupported(statement, known, why + CLOSED);
      }
    }
  }

  /**
   * The first rule that matches holds with nginx; here what is denied goes before what is allowed.
   * So a denied block must not have a part that an earlier rule allows.
   *
   * @return why that is not to be had; empty when it is
   */
  private static String lists(List<AddressRule> rules, Door door) {
    var allowed = new ArrayList<AddressBlock>();
    var denied = new ArrayList<AddressBlock>();
    for (AddressRule rule : rules) {
      AddressBlock block = rule.block;
      if (block == null && rule.allow) {
        door.not(denied);
        return "";
      } else if (block == null) {
        door.not(denied);
        door.only(allowed);
        if (allowed.isEmpty()) {
          door.nobody();
        }
        return "";
      } else if (rule.allow) {
        allowed.add(block);
      } else if (allowed.stream().anyMatch(earlier -> overlap(earlier, block))) {
        door.close();
        return "what is denied has a part that an earlier rule allows, which cannot be said here";
      } else {
        denied.add(block);
      }
    }
    door.not(denied);
    return "";
  }

  private static boolean overlap(AddressBlock one, AddressBlock other) {
    return one.prefix() <= other.prefix() ? one.contains(other.base()) : other.contains(one.base());
  }

  /** Everybody is asked about, so all applications have to have the same one. */
  private void connects() {
    long kinds = connects.stream().map(Connect::address).distinct().count();
    for (Connect connect : connects) {
      Statement statement = connect.statement;
      if (statement != null && kinds == 1) {
        Directive known = known("on_connect");
        draft.set(known.counterpart(), List.of(statement.value()), Findings.comment(statement));
        findings.changed(statement, known, "it is asked once it is known what is wanted");
      } else if (statement != null) {
        connect.doors.close();
        findings.unsupported(
            statement,
            known("on_connect"),
            "it would be asked about the other applications, too" + CLOSED);
      }
    }
  }

  /** Writes what was found. */
  void write() {
    connects();
    String none = "only the applications below are served, as with nginx-rtmp";
    draft.set("access.publish", "nobody", none);
    draft.set("access.play", "nobody", "");
    boolean open = false;
    boolean guarded = false;
    for (Map.Entry<String, Doors> application : applications.entrySet()) {
      Doors doors = application.getValue();
      if (unknown) {
        doors.close();
      }
      open |= doors.publish.needs().equals("anybody") && !doors.publish.hasLists();
      guarded |= !doors.publish.needs().equals("anybody");
      if (doors.publish.isAs(doors.play)) {
        doors.publish.write(rule(application.getKey()));
      } else {
        doors.publish.write(rule(application.getKey()).set("actions", "publish", ""));
        doors.play.write(rule(application.getKey()).set("actions", "play", ""));
      }
    }
    if (open) {
      notes.add("anybody may publish where needs is anybody, as it was with nginx-rtmp");
    }
    if (guarded) {
      draft.set("access.trustLoopback", "false", "nginx-rtmp asks its own host like any other");
    }
    if (unknown) {
      notes.add("what is unknown may be a check: everything needs the token until you decide");
    } else if (applications.values().stream().anyMatch(Doors::isClosed)) {
      notes.add("some checks could not be taken: where needs is token, you are to decide");
    }
    told.forEach(this::tell);
  }

  private Draft.Element rule(String selector) {
    return draft.add("access.rules").set("streams", selector, "");
  }

  /** Of a callback: it is told of all streams, so all applications have to have the same one. */
  private void tell(String name, Map<String, List<Statement>> addresses) {
    for (Map.Entry<String, List<Statement>> entry : addresses.entrySet()) {
      for (Statement statement : entry.getValue()) {
        if (addresses.size() > 1) {
          findings.unsupported(
              statement, known(name), "it would be told of the other applications, too");
        } else {
          String key = known(name).counterpart();
          draft.set(key, List.of(entry.getKey()), Findings.comment(statement));
          findings.taken(statement, known(name), "");
        }
      }
    }
  }
}
