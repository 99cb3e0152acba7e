package dev.sluice.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Goes by the table: sets what is simply taken, and notes what became of each directive. */
final class Findings {
  private static final String NO_VALUE = "its value is none that it can have";

  private final Draft draft;
  private SrsScope scope = SrsScope.ALL;
  private final List<Finding> list = new ArrayList<>();

  /** Places in the list. */
  private final IdentityHashMap<Statement, Integer> places = new IdentityHashMap<>();

  /** Keys that were set, and by what. */
  private final Map<String, Place> setBy = new HashMap<>();

  Findings(Draft draft) {
    this.draft = draft;
  }

  /** Says which streams what follows is about. */
  void about(SrsScope streams) {
    scope = streams;
  }

  /** Notes what became of a directive; of several words about one the worst remains. */
  void add(Statement statement, String path, Verdict verdict, String counterpart, String reason) {
    if (statement.place().equals(SrsLegacy.NOWHERE)) {
      return;
    }
    String key = scope.isAll() ? counterpart : counterpart.replace("defaults.", "streams.NAME.");
    var finding = new Finding(statement.place(), path, verdict, key, reason);
    Integer before = places.get(statement);
    if (before == null) {
      places.put(statement, list.size());
      list.add(finding);
    } else if (rank(verdict) > rank(list.get(before).verdict())) {
      list.set(before, finding);
    }
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case OUTSIDE, IDLE -> 0;
      case TAKEN -> 1;
      case CHANGED -> 2;
      case UNSUPPORTED -> 3;
      case UNKNOWN -> 4;
    };
  }

  /** Whether there is a word about it. */
  boolean has(Statement statement) {
    return places.containsKey(statement);
  }

  /** Puts them in the order of the text; those of {@code statements} and of what is in them. */
  List<Finding> inOrder(List<Statement> statements) {
    var ordered = new ArrayList<Finding>();
    order(statements, ordered);
    return ordered;
  }

  private void order(List<Statement> statements, List<Finding> ordered) {
    for (Statement statement : statements) {
      Integer place = places.get(statement);
      if (place != null) {
        ordered.add(list.get(place));
      }
      order(statement.block(), ordered);
    }
  }

  /** As the table has it. */
  void usual(Statement statement, Directive directive) {
    add(
        statement,
        directive.path(),
        directive.verdict(),
        directive.counterpart(),
        directive.reason());
  }

  void taken(Statement statement, Directive directive, String reason) {
    add(statement, directive.path(), Verdict.TAKEN, directive.counterpart(), reason);
  }

  void changed(Statement statement, Directive directive, String reason) {
    add(statement, directive.path(), Verdict.CHANGED, directive.counterpart(), reason);
  }

  void unsupported(Statement statement, Directive directive, String reason) {
    add(statement, directive.path(), Verdict.UNSUPPORTED, "", reason);
  }

  void idle(Statement statement, Directive directive, String reason) {
    add(statement, directive.path(), Verdict.IDLE, "", reason);
  }

  void noValue(Statement statement, Directive directive) {
    unsupported(statement, directive, NO_VALUE);
  }

  /** Does what the rule of {@code directive} says, at {@code key}. */
  void byRule(Statement statement, Directive directive, List<String> key) {
    Rule rule = directive.rule();
    if (rule instanceof Rule.None) {
      usual(statement, directive);
      return;
    }
    Rule.Value value = statement.arguments().size() == 1 ? rule.value(statement.value()) : null;
    if (value == null) {
      noValue(statement, directive);
    } else if (rule.key().isEmpty()) { // it can be had in one way only
      boolean had = value.how().isEmpty();
      Verdict verdict = had ? directive.verdict() : Verdict.CHANGED;
      add(
          statement,
          directive.path(),
          verdict,
          directive.counterpart(),
          had ? directive.reason() : value.how());
    } else {
      set(statement, directive, key, value);
    }
  }

  /** Sets a key to {@code value}, unless something else has set it otherwise. */
  void set(Statement statement, Directive directive, List<String> key, Rule.Value value) {
    String name = String.join(".", key);
    String before = draft.get(key);
    Place first = setBy.get(name);
    if (before != null && first != null && !before.equals(value.text())) {
      unsupported(statement, directive, "there is one %s, which %s sets".formatted(name, first));
      return;
    }
    setBy.putIfAbsent(name, statement.place());
    draft.set(key, value.text(), comment(statement));
    boolean byHand = directive.rule() instanceof Rule.ByHand;
    Verdict verdict =
        !value.how().isEmpty()
            ? Verdict.CHANGED
            : byHand && directive.reason().isEmpty() ? Verdict.TAKEN : directive.verdict();
    String reason = join(directive.reason(), value.how());
    add(statement, directive.path(), verdict, directive.counterpart(), reason);
  }

  private static String join(String one, String other) {
    return one.isEmpty() ? other : other.isEmpty() ? one : one + "; " + other;
  }

  /** What a line of the new file says of where it is from. */
  static String comment(Statement statement) {
    return statement.name() + ", " + statement.place();
  }

  /** What nobody knows, with all that is in it. */
  void unknown(Statement statement, String path, @Nullable String nearest) {
    String hint = nearest == null ? "" : "; the nearest is " + nearest;
    add(statement, path, Verdict.UNKNOWN, "", "no directive of this name is known" + hint);
    for (Statement inner : statement.block()) {
      unknown(inner, path + "." + inner.name(), null);
    }
  }
}
