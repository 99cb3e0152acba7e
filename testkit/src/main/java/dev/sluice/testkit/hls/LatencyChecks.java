package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.PlaylistText.Entry;
import dev.sluice.testkit.hls.PlaylistText.Part;
import dev.sluice.testkit.hls.Session.Step;
import dev.sluice.testkit.hls.View.Position;
import dev.sluice.testkit.rules.Faults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Low latency: parts, hints, reports, delta updates, blocking reload. */
final class LatencyChecks {
  /** What sums of durations may be off, each of which is rounded. */
  private static final long ROUNDING_NS = 10_000_000L;

  private LatencyChecks() {}

  private static List<Entry> all(PlaylistText text) {
    List<Entry> all = new ArrayList<>(text.entries);
    if (text.open != null) {
      all.add(text.open);
    }
    return all;
  }

  static void partInf(PlaylistText text, Faults faults) {
    boolean parts = all(text).stream().anyMatch(entry -> !entry.parts().isEmpty());
    faults.addIf(parts && !text.hasParts(), "parts without EXT-X-PART-INF and PART-TARGET");
  }

  static void partWithinTarget(PlaylistText text, Faults faults) {
    for (Entry entry : all(text)) {
      for (int i = 0; i < entry.parts().size(); i++) {
        Part part = entry.parts().get(i);
        faults.addIf(
            part.durationNs() <= 0 || text.hasParts() && part.durationNs() > text.partTargetNs,
            "part %d of segment %d has %s s",
            i,
            entry.number(),
            part.attributes().text("DURATION"));
      }
    }
  }

  static void partLongEnough(PlaylistText text, Faults faults) {
    for (Entry entry : all(text)) {
      for (int i = 0; i < entry.parts().size() - 1; i++) { // the newest one may be the last
        Part part = entry.parts().get(i);
        faults.addIf(
            !part.gap()
                && !part.independent()
                && !entry.parts().get(i + 1).gap()
                && part.durationNs() > 0
                && part.durationNs() * 100 < text.partTargetNs * 85,
            "part %d of segment %d has %s s, less than 85 %% of PART-TARGET",
            i,
            entry.number(),
            part.attributes().text("DURATION"));
      }
    }
  }

  static void partsAddUp(PlaylistText text, Faults faults) {
    for (Entry entry : text.entries) {
      long off = entry.partsNs() - entry.durationNs();
      faults.addIf(
          !entry.parts().isEmpty()
              && entry.durationNs() >= 0
              && Math.abs(off) > 1_000_000L * (1 + entry.parts().size()),
          "segment %d has parts of %d ms and %d ms itself",
          entry.number(),
          entry.partsNs() / 1_000_000,
          entry.durationNs() / 1_000_000);
    }
  }

  static void partUris(PlaylistText text, Faults faults) {
    Set<String> seen = new HashSet<>();
    for (Entry entry : all(text)) {
      for (Part part : entry.parts()) {
        faults.addIf(
            !part.attributes().has("URI"), "a part of segment %d has no URI", entry.number());
        faults.addIf(
            part.attributes().has("URI") && !seen.add(part.key()),
            "segment %d has the part %s again",
            entry.number(),
            part.key());
      }
    }
  }

  static void partHoldBack(PlaylistText text, Faults faults) {
    faults.addIf(
        text.has("EXT-X-PART-INF") && !text.control.has("PART-HOLD-BACK"), "there is none");
  }

  static void partHoldBackTwice(PlaylistText text, Faults faults) {
    long back = text.control.seconds("PART-HOLD-BACK");
    faults.addIf(
        back >= 0 && text.hasParts() && back < 2 * text.partTargetNs,
        "PART-HOLD-BACK is %s",
        text.control.get("PART-HOLD-BACK"));
  }

  static void partHoldBackThrice(PlaylistText text, Faults faults) {
    long back = text.control.seconds("PART-HOLD-BACK");
    faults.addIf(
        back >= 2 * text.partTargetNs && text.hasParts() && back < 3 * text.partTargetNs,
        "PART-HOLD-BACK is %s",
        text.control.get("PART-HOLD-BACK"));
  }

  static void holdBack(PlaylistText text, Faults faults) {
    faults.addIf(
        text.control.has("HOLD-BACK") && text.control.seconds("HOLD-BACK") < 3 * text.targetNs,
        "HOLD-BACK is %s",
        text.control.get("HOLD-BACK"));
  }

  static void skipBoundary(PlaylistText text, Faults faults) {
    faults.addIf(
        text.control.has("CAN-SKIP-UNTIL")
            && text.control.seconds("CAN-SKIP-UNTIL") < 6 * text.targetNs,
        "CAN-SKIP-UNTIL is %s",
        text.control.get("CAN-SKIP-UNTIL"));
    faults.addIf(
        text.control.has("CAN-SKIP-DATERANGES") && !text.control.has("CAN-SKIP-UNTIL"),
        "CAN-SKIP-DATERANGES without CAN-SKIP-UNTIL");
  }

  static void hints(PlaylistText text, Faults faults) {
    for (Attributes hint : text.all("EXT-X-PRELOAD-HINT")) {
      faults.addIf(!hint.has("URI"), "a hint without URI");
      faults.addIf(
          !Set.of("PART", "MAP").contains(hint.text("TYPE")), "TYPE is %s", hint.text("TYPE"));
      faults.addIf(text.ended(), "a hint beside EXT-X-ENDLIST");
    }
  }

  static void hintsAlone(PlaylistText text, Faults faults) {
    Set<String> types = new HashSet<>();
    for (Attributes hint : text.all("EXT-X-PRELOAD-HINT")) {
      faults.addIf(!types.add(hint.text("TYPE")), "two hints of TYPE %s", hint.text("TYPE"));
    }
  }

  /** What applies to a segment applies to its first part. */
  static void tagsBeforeParts(PlaylistText text, Faults faults) {
    boolean parts = false;
    for (PlaylistText.Tag tag : text.tags) {
      switch (tag.name()) {
        case "EXT-X-PART" -> parts = true;
        case "EXTINF" -> parts = false; // its URI comes next, and ends the segment
        case "EXT-X-DISCONTINUITY", "EXT-X-KEY", "EXT-X-MAP", "EXT-X-PROGRAM-DATE-TIME" ->
            faults.addIf(parts, "%s in line %d", tag.name(), tag.line());
        default -> {}
      }
    }
  }

  static void reports(PlaylistText text, Faults faults) {
    for (Attributes report : text.all("EXT-X-RENDITION-REPORT")) {
      String uri = report.text("URI");
      faults.addIf(uri.isEmpty() || uri.contains("://"), "a report of the URI %s", uri);
      for (String name : List.of("LAST-MSN", "LAST-PART")) {
        faults.addIf(
            report.has(name) && report.number(name) < 0, "%s is %s", name, report.text(name));
      }
    }
  }

  static void dated(PlaylistText text, Faults faults) {
    faults.addIf(
        text.hasParts() && text.skipped == 0 && !text.has("EXT-X-PROGRAM-DATE-TIME"),
        "no EXT-X-PROGRAM-DATE-TIME");
  }

  // what needs the loads before

  static void deltaReach(Step step, Faults faults) {
    long boundary = step.text().control.seconds("CAN-SKIP-UNTIL");
    long lastSkipped = step.text().mediaSequence + step.text().skipped - 1;
    long behind = step.view().behindNs(lastSkipped);
    faults.addIf(
        step.text().skipped > 0 && boundary >= 0 && behind < boundary,
        "left out is what is %d ms from the end, the boundary is %d ms",
        behind / 1_000_000,
        boundary / 1_000_000);
  }

  static void deltaAsked(Step step, Faults faults) {
    PlaylistText text = step.text();
    boolean asked = text.load.directive("_HLS_skip") != null;
    if (text.skipped > 0) {
      faults.addIf(!asked, "nobody asked for it");
      faults.addIf(!text.control.has("CAN-SKIP-UNTIL"), "CAN-SKIP-UNTIL does not offer it");
      faults.addIf(text.ended(), "it comes with EXT-X-ENDLIST");
    } else if (asked && knowsFirst(step) && text.control.has("CAN-SKIP-UNTIL") && !text.ended()) {
      long boundary = text.control.seconds("CAN-SKIP-UNTIL");
      faults.addIf(
          step.view().behindNs(step.view().first()) > boundary + ROUNDING_NS,
          "asked for, and all of it was sent");
    }
  }

  /** Who knows nothing of what is listed has to be sent all of it. */
  private static boolean knowsFirst(Step step) {
    View before = step.before();
    return before != null && before.entries.containsKey(step.view().first());
  }

  static void deltaKnown(Step step, Faults faults) {
    faults.addIf(
        step.before() != null && !step.view().unknown.isEmpty(),
        "segments %s were left out and never listed",
        step.view().unknown);
  }

  static void blocked(Step step, Faults faults) {
    long number = step.text().load.number("_HLS_msn");
    if (number < 0 || step.text().ended()) {
      return;
    }
    long part = step.text().load.number("_HLS_part");
    View view = step.view();
    boolean there;
    if (part < 0) {
      there = view.last() >= number;
    } else if (view.last() == number && part >= view.parts(number).size()) {
      there = view.position().compareTo(new Position(number + 1, 0)) >= 0;
    } else {
      there = view.last() >= number || view.position().compareTo(new Position(number, part)) >= 0;
    }
    faults.addIf(!there, "it ends with %s", view.position());
  }

  static void partsKept(Step step, Faults faults) {
    View before = step.before();
    if (before == null) {
      return;
    }
    for (Entry entry : step.view().entries.values()) {
      if (!entry.parts().isEmpty() || before.parts(entry.number()).isEmpty()) {
        continue;
      }
      long fromStart = step.view().behindNs(entry.number()) + Math.max(0, entry.durationNs());
      faults.addIf(
          fromStart <= 3 * step.text().targetNs,
          "those of segment %d, %d ms from the end, are gone",
          entry.number(),
          fromStart / 1_000_000);
    }
  }

  static void partsFromFront(Step step, Faults faults) {
    View before = step.before();
    if (before == null) {
      return;
    }
    boolean kept = false;
    for (Entry entry : step.text().entries) {
      boolean lost = entry.parts().isEmpty() && !before.parts(entry.number()).isEmpty();
      faults.addIf(
          kept && lost, "those of segment %d are gone, earlier ones are not", entry.number());
      kept |= !entry.parts().isEmpty();
    }
  }

  static void partInTime(Step step, Faults faults) {
    View before = step.before();
    PlaylistText text = step.text();
    if (before == null
        || !text.hasParts()
        || text.ended()
        || !before.position().equals(step.view().position())) {
      return;
    }
    long since = text.load.answeredNs() - step.history().lastPartSinceNs;
    faults.addIf(
        since > text.partTargetNs * 3 / 2,
        "%s has been the last for %d ms",
        step.view().position(),
        since / 1_000_000);
  }

  static void partsRemoved(Step step, Faults faults) {
    for (Entry entry : step.text().entries) {
      long behind = entry.parts().isEmpty() ? 0 : step.view().behindNs(entry.number());
      if (step.text().targetNs > 0 && behind > 4 * step.text().targetNs) {
        faults.add(
            "those of segment %d, %d ms from the end, are still there"
                .formatted(entry.number(), behind / 1_000_000));
        return;
      }
    }
  }

  static void partsSame(Step step, Faults faults) {
    View before = step.before();
    if (before == null) {
      return;
    }
    for (Entry entry : all(step.text())) {
      List<Part> old = before.parts(entry.number());
      List<Part> now = entry.parts();
      if (old.isEmpty() || now.isEmpty()) {
        continue;
      }
      boolean same = now.size() >= old.size();
      for (int i = 0; same && i < old.size(); i++) {
        same =
            old.get(i).uri().equals(now.get(i).uri())
                && old.get(i).attributes().values().equals(now.get(i).attributes().values());
      }
      faults.addIf(!same, "those of segment %d changed", entry.number());
    }
  }

  static void hintFulfilled(Step step, Faults faults) {
    View before = step.before();
    String hinted = before == null ? null : hintedPart(before.text);
    String first = before == null ? null : firstNewPart(before, step.view());
    faults.addIf(
        hinted != null && first != null && !hinted.equals(first),
        "hinted was %s, what came is %s",
        hinted,
        first);
  }

  private static @Nullable String hintedPart(PlaylistText text) {
    for (Attributes hint : text.all("EXT-X-PRELOAD-HINT")) {
      if (hint.text("TYPE").equals("PART")) {
        return text.resolve(hint.text("URI"));
      }
    }
    return null;
  }

  /** Null when there is none, or it cannot be known as its segment shows no parts any more. */
  private static @Nullable String firstNewPart(View before, View now) {
    Position known = before.position();
    List<Part> same = now.parts(known.number());
    if (same.size() > known.part() + 1) {
      return same.get((int) known.part() + 1).uri();
    }
    if (same.isEmpty()) {
      return null;
    }
    List<Part> next = now.parts(known.number() + 1);
    return next.isEmpty() ? null : next.getFirst().uri();
  }

  static void reportsComplete(Step step, Faults faults) {
    if (!step.text().hasParts()) {
      return;
    }
    Set<String> missing = new HashSet<>(step.session().named());
    missing.remove(step.text().load.uri());
    for (Attributes report : step.text().all("EXT-X-RENDITION-REPORT")) {
      missing.remove(step.text().resolve(report.text("URI")));
    }
    faults.addIf(!missing.isEmpty(), "there are none of %s", missing);
  }

  /** What a report says; what it leaves out is as of the playlist that it is in. */
  static Position said(Attributes report, View view) {
    long number = report.number("LAST-MSN");
    long part = report.number("LAST-PART");
    Position own = view.reportable();
    return new Position(number < 0 ? own.number() : number, part < 0 ? own.part() : part);
  }

  static void reportsTrue(Step step, Faults faults) {
    Load load = step.text().load;
    for (Attributes report : step.text().all("EXT-X-RENDITION-REPORT")) {
      History other = step.session().playlists.get(step.text().resolve(report.text("URI")));
      if (other == null || other.view == null) {
        continue;
      }
      View known = other.view;
      Position said = said(report, step.view());
      Position was = known.reportable();
      long lag = Math.max(known.text.partTargetNs, 0);
      boolean behind = said.compareTo(was) < 0;
      faults.addIf(
          behind && known.text.load.answeredNs() + lag <= load.askedNs(),
          "%s is said to be at %s and had been at %s",
          other.uri,
          said,
          was);
    }
    Position reported = step.history().reported;
    faults.addIf(
        reported != null
            && step.history().reportedAtNs <= load.askedNs()
            && step.view().reportable().compareTo(reported) < 0,
        "another playlist said %s, it is at %s",
        reported,
        step.view().reportable());
  }
}
