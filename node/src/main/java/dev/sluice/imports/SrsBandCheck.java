package dev.sluice.imports;

import dev.sluice.imports.Rule.Count;
import dev.sluice.imports.Rule.Time;
import dev.sluice.node.config.Secret;
import dev.sluice.node.config.Word;
import org.jspecify.annotations.Nullable;

/** {@code bandcheck} of SRS: a vhost where nothing is published and every client is measured. */
final class SrsBandCheck {
  private static final String PATH = "vhost.bandcheck.";
  private static final Count LIMIT = new Count("rtmp.bandCheck.limit", 1, 1_000_000);
  private static final Time INTERVAL = Time.seconds("rtmp.bandCheck.interval", 1_000, 3_600_000);

  private SrsBandCheck() {}

  /** Whether {@code vhost} is one. */
  static boolean isIn(Statement vhost) {
    Statement section = vhost.first("bandcheck");
    return section != null
        && SrsImport.isOn("vhost.bandcheck", section)
        && !vhost.value().equals(SrsImport.DEFAULT_VHOST);
  }

  /** Takes the one of {@code vhost}. */
  static void read(Statement vhost, Statement section, Draft draft, Findings findings) {
    String refused = refusal(vhost, section, draft);
    if (refused.isEmpty()) {
      draft.set("rtmp.bandCheck.vhost", vhost.value(), Findings.comment(section));
    }
    for (Statement statement : section.block()) {
      Directive known = SrsDirectives.TABLE.find(PATH + statement.name());
      if (known == null) {
        findings.unknown(statement, PATH + statement.name(), null);
      } else if (!section.isFirst(statement)) {
        findings.unsupported(statement, known, SrsImport.SECOND);
      } else if (!refused.isEmpty()) {
        findings.unsupported(statement, known, refused);
      } else {
        take(statement, known, draft, findings);
      }
    }
  }

  private static String refusal(Statement vhost, Statement section, Draft draft) {
    Statement key = section.first("key");
    if (vhost.value().equals(SrsImport.DEFAULT_VHOST)) {
      return "no counterpart: everybody who names no other vhost would be measured";
    } else if (Word.parse(vhost.value()) == null) {
      return "its vhost has no name that can be had";
    } else if (key == null || Secret.parse(key.value()) == null) {
      return "it needs a key of 8 to 256 of A-Z a-z 0-9 . _ ~ -";
    }
    return draft.get(Draft.path("rtmp.bandCheck.vhost")) == null
        ? ""
        : "there is one, which another vhost has";
  }

  private static void take(Statement statement, Directive known, Draft draft, Findings findings) {
    switch (statement.name()) {
      case "key" -> {
        draft.set("rtmp.bandCheck.key", statement.value(), "");
        findings.taken(statement, known, "");
      }
      case "interval" -> set(statement, known, INTERVAL.value(statement.value()), findings, "");
      case "limit_kbps" ->
          set(statement, known, LIMIT.value(statement.value()), findings, "kbit/s");
      default -> findings.taken(statement, known, "");
    }
  }

  private static void set(
      Statement statement,
      Directive known,
      Rule.@Nullable Value value,
      Findings findings,
      String unit) {
    if (value == null) {
      findings.noValue(statement, known);
    } else {
      findings.set(
          statement,
          known,
          Draft.path(known.counterpart()),
          new Rule.Value(value.text() + unit, value.how()));
    }
  }
}
