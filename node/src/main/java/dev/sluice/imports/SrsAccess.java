package dev.sluice.imports;

import dev.sluice.access.AddressBlock;
import dev.sluice.node.config.WebAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may publish and play with SRS: {@code refer}, {@code security} and {@code http_hooks}. */
final class SrsAccess {
  private static final String CLOSED =
      "; until you decide, it needs the token (access.publish, access.play, access.rules)";

  private static final String OF_ALL = "it is the same for all vhosts, and another one's holds";

  private final Draft draft;
  private final Findings findings;
  private final List<String> notes;
  private final SrsScope scope;
  private final Door publish = new Door();
  private final Door play = new Door();

  /** Hooks that are only told, and the keys that they become. */
  private static final Map<String, String> TOLD =
      Map.of(
          "on_connect", "events.srs.onConnect",
          "on_close", "events.srs.onClose",
          "on_unpublish", "events.srs.onUnpublish",
          "on_stop", "events.srs.onStop");

  SrsAccess(Draft draft, Findings findings, List<String> notes, SrsScope scope) {
    this.scope = scope;
    this.draft = draft;
    this.findings = findings;
    this.notes = notes;
  }

  /** Whether something could not be taken that guarded. */
  boolean isClosed() {
    return publish.isClosed() || play.isClosed();
  }

  private static Directive directive(String path) {
    return Objects.requireNonNull(SrsDirectives.TABLE.find(path), path);
  }

  /** Something nobody knows: where it could have been a check, the doors are closed. */
  void unknown(String path) {
    if (path.startsWith("vhost.security.") || path.startsWith("vhost.refer.")) {
      publish.close();
      play.close();
    }
  }

  /** A vhost whose settings are lost: what it guarded would be open. */
  void otherVhost(Statement vhost) {
    for (String name : List.of("security", "refer", "http_hooks")) {
      Statement section = vhost.first(name);
      if (section != null && SrsImport.isOn("vhost." + name, section)) {
        publish.close();
        play.close();
        notes.add(
            "the vhost %s has %s of its own, which cannot be taken: to publish and to play needs"
                    .formatted(ConfReader.shown(vhost.value()), name)
                + " the token until you decide");
      }
    }
  }

  /** {@code refer}: hosts of pages. */
  void refer(Statement section, boolean off) {
    Statement all = section.first("all");
    for (Statement statement : section.block()) {
      String name = statement.name();
      Directive known = SrsDirectives.TABLE.find("vhost.refer." + name);
      if (known == null || off || !section.isFirst(statement)) {
        continue;
      }
      boolean both = all != null && !name.equals("all") && !name.equals("enabled");
      if (name.equals("enabled")) {
        findings.taken(statement, known, "");
      } else if (statement.arguments().isEmpty()) {
        findings.taken(statement, known, "it names no page: all are allowed");
      } else if (both && all != null && !statement.arguments().equals(all.arguments())) {
        (name.equals("publish") ? publish : play).close();
        findings.unsupported(statement, known, "two lists that both have to hold" + CLOSED);
      } else if (!both) {
        pages(statement, known);
      } else {
        findings.taken(statement, known, "as with all");
      }
    }
  }

  private void pages(Statement statement, Directive known) {
    String name = statement.name();
    boolean good = true;
    if (!name.equals("play")) {
      good = publish.onlyPages(statement.arguments());
    }
    if (!name.equals("publish")) {
      good &= play.onlyPages(statement.arguments());
    }
    if (good) {
      findings.changed(
          statement, known, "the host itself and those below it, not all that end alike");
    } else {
      findings.unsupported(statement, known, "a host is labels with dots between" + CLOSED);
    }
  }

  /** {@code security}: addresses. What is denied goes before what is allowed, as here. */
  void security(Statement section, boolean off) {
    if (off) {
      return;
    }
    List<Statement> rules =
        section.block().stream().filter(statement -> isRule(statement.name())).toList();
    if (rules.isEmpty()) {
      publish.nobody();
      play.nobody();
    } else {
      door(publish, "publish", rules);
      door(play, "play", rules);
    }
    Statement enabled = section.first("enabled");
    if (enabled != null) {
      String why = rules.isEmpty() ? "it has no rule, so nobody may do anything" : "";
      findings.taken(enabled, directive("vhost.security.enabled"), why);
    }
    for (Statement rule : rules) {
      Directive known = directive("vhost.security." + rule.name());
      if (isGood(rule)) {
        findings.taken(rule, known, "");
      } else {
        publish.close();
        play.close();
        findings.unsupported(
            rule, known, "it is not: publish or play, then all, an address or a block" + CLOSED);
      }
    }
  }

  private static boolean isRule(String name) {
    return name.equals("allow") || name.equals("deny");
  }

  private static boolean isGood(Statement rule) {
    List<String> arguments = rule.arguments();
    return arguments.size() == 2
        && (arguments.getFirst().equals("publish") || arguments.getFirst().equals("play"))
        && (arguments.getLast().equals("all") || AddressBlock.parse(arguments.getLast()) != null);
  }

  private static void door(Door door, String action, List<Statement> rules) {
    var allowed = new ArrayList<AddressBlock>();
    var denied = new ArrayList<AddressBlock>();
    boolean all = false;
    for (Statement rule : rules) {
      if (!isGood(rule) || !rule.value().equals(action)) {
        continue;
      }
      AddressBlock block = AddressBlock.parse(rule.arguments().getLast());
      boolean deny = rule.name().equals("deny");
      if (block != null) {
        (deny ? denied : allowed).add(block);
      } else if (deny) {
        door.nobody();
      } else {
        all = true;
      }
    }
    door.not(denied);
    if (!all) {
      door.only(allowed);
    }
  }

  /** {@code http_hooks}. */
  void hooks(Statement section, boolean off) {
    if (off) {
      return;
    }
    for (Statement statement : section.block()) {
      String name = statement.name();
      Directive known = SrsDirectives.TABLE.find("vhost.http_hooks." + name);
      if (known == null || known.rule() instanceof Rule.None) {
        continue; // the walk has a word for it
      }
      if (!section.isFirst(statement)) {
        continue; // SRS takes the first
      }
      List<String> addresses = statement.arguments();
      boolean good =
          addresses.size() <= Door.MAX_LIST
              && addresses.stream().allMatch(address -> WebAddress.parse(address) != null);
      String key = TOLD.get(name);
      if (name.equals("enabled")) {
        findings.taken(statement, known, "");
      } else if (addresses.isEmpty()) {
        findings.taken(statement, known, "it names nobody to tell");
      } else if (key != null) {
        told(statement, known, key, good);
      } else {
        asked(statement, known, good && addresses.size() == 1);
      }
    }
  }

  private void told(Statement statement, Directive known, String key, boolean good) {
    String all = String.join(", ", statement.arguments());
    if (good && !scope.isAll() && !all.equals(draft.get(Draft.path(key)))) {
      boolean asks = statement.name().equals("on_connect");
      if (asks) {
        publish.close();
        play.close();
      }
      findings.unsupported(statement, known, OF_ALL + (asks ? CLOSED : ""));
      return;
    }
    if (good) {
      draft.set(key, statement.arguments(), Findings.comment(statement));
      findings.taken(statement, known, "");
      return;
    }
    String why = "its addresses are not all http[s]://host[:port][/path][?query]";
    if (statement.name().equals("on_connect")) {
      publish.close();
      play.close();
      why += CLOSED;
    }
    findings.unsupported(statement, known, why);
  }

  private void asked(Statement statement, Directive known, boolean good) {
    boolean publishes = statement.name().equals("on_publish");
    Door door = publishes ? publish : play;
    if (!good) {
      door.close();
      findings.unsupported(
          statement, known, "one address is asked, http[s]://host[:port][/path][?query]" + CLOSED);
      return;
    }
    String key = publishes ? "access.backend.publish" : "access.backend.play";
    String before = draft.get(Draft.path(key));
    if (before != null && !before.equals(statement.value())) {
      door.close();
      findings.unsupported(statement, known, OF_ALL + CLOSED);
      return;
    }
    door.askBackend();
    draft.set(key, statement.value(), Findings.comment(statement));
    draft.set("access.backend.form", "srs", "");
    findings.changed(
        statement, known, "an answer may take 5 s (access.backend.timeLimit), not 30 s");
  }

  /** Writes what was found; nothing at all was to be found where anybody may do anything. */
  void write() {
    boolean open = publish.needs().equals("anybody") && !publish.hasLists();
    draft.set(
        "access.publish",
        publish.needs(),
        open ? "as it was with SRS; without this line publishers need the token" : "");
    draft.set("access.play", play.needs(), "");
    if (open) {
      notes.add("anybody may publish, as it was with SRS; access.publish: token closes that");
    }
    if (!publish.needs().equals("anybody")) {
      draft.set("access.trustLoopback", "false", "SRS asks its own host like any other");
    }
    if (publish.hasLists() && publish.isAs(play)) {
      publish.write(draft.add("access.rules").set("streams", "**", ""));
      return;
    }
    rule("publish", publish);
    rule("play", play);
  }

  /**
   * Rules for the streams of a vhost, where they are not those of all.
   *
   * @param all of the vhost for everybody; null when there is none
   */
  void write(@Nullable SrsAccess all) {
    if (!publish.needs().equals("anybody")) {
      draft.set("access.trustLoopback", "false", "SRS asks its own host like any other");
    }
    if (all != null && publish.isAs(all.publish) && play.isAs(all.play)) {
      return;
    }
    if (publish.isAs(play)) {
      publish.write(draft.add("access.rules").set("streams", scope.pattern(), ""));
      return;
    }
    for (String action : List.of("publish", "play")) {
      Door door = action.equals("publish") ? publish : play;
      door.write(
          draft.add("access.rules").set("streams", scope.pattern(), "").set("actions", action, ""));
    }
  }

  private void rule(String action, Door door) {
    if (door.hasLists()) {
      door.write(draft.add("access.rules").set("streams", "**", "").set("actions", action, ""));
    }
  }
}
