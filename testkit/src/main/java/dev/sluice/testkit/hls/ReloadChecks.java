package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.PlaylistText.Entry;
import dev.sluice.testkit.hls.Session.Step;
import dev.sluice.testkit.rules.Faults;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What may change from one load of a media playlist to the next. */
final class ReloadChecks {
  private ReloadChecks() {}

  static void sequence(Step step, Faults faults) {
    View before = step.before();
    faults.addIf(
        before != null && step.view().first() < before.first(),
        "EXT-X-MEDIA-SEQUENCE went from %d to %d",
        before == null ? 0 : before.first(),
        step.view().first());
  }

  static void numbers(Step step, Faults faults) {
    for (Entry entry : step.view().entries.values()) {
      Entry known = step.history().all.get(entry.number());
      faults.addIf(
          known != null && !known.resource().equals(entry.resource()),
          "number %d was %s and is %s",
          entry.number(),
          known == null ? "" : known.resource(),
          entry.resource());
    }
  }

  static void tags(Step step, Faults faults) {
    for (Entry entry : step.text().entries) {
      Entry now = step.view().entries.get(entry.number());
      Entry known = step.history().all.get(entry.number());
      if (known == null || now == null || !known.resource().equals(now.resource())) {
        continue;
      }
      boolean same =
          known.durationNs() == now.durationNs()
              && known.discontinuity() == now.discontinuity()
              && known.gap() == now.gap()
              && known.dateNs() == now.dateNs()
              && Objects.equals(known.map(), now.map())
              && Objects.equals(known.key(), now.key());
      faults.addIf(!same, "segment %d has other tags than before", entry.number());
    }
  }

  static void end(Step step, Faults faults) {
    View before = step.before();
    faults.addIf(
        before != null && step.view().last() < before.last(),
        "the last segment was %d and is %d",
        before == null ? 0 : before.last(),
        step.view().last());
  }

  static void target(Step step, Faults faults) {
    View before = step.before();
    faults.addIf(
        before != null && before.text.targetNs != step.text().targetNs && step.text().targetNs > 0,
        "it was %d s and is %d s",
        before == null ? 0 : before.text.targetNs / 1_000_000_000L,
        step.text().targetNs / 1_000_000_000L);
  }

  static void options(Step step, Faults faults) {
    View before = step.before();
    if (before == null) {
      return;
    }
    PlaylistText was = before.text;
    PlaylistText is = step.text();
    faults.addIf(
        was.partTargetNs != is.partTargetNs,
        "PART-TARGET was %d ms and is %d ms",
        was.partTargetNs / 1_000_000,
        is.partTargetNs / 1_000_000);
    faults.addIf(
        !was.control.values().equals(is.control.values()),
        "EXT-X-SERVER-CONTROL was %s and is %s",
        was.control.values(),
        is.control.values());
    faults.addIf(
        !was.value("EXT-X-PLAYLIST-TYPE").equals(is.value("EXT-X-PLAYLIST-TYPE")),
        "EXT-X-PLAYLIST-TYPE was %s and is %s",
        was.value("EXT-X-PLAYLIST-TYPE"),
        is.value("EXT-X-PLAYLIST-TYPE"));
  }

  static void discontinuities(Step step, Faults faults) {
    View before = step.before();
    if (before == null || step.view().first() < before.first()) {
      return;
    }
    long removed = 0;
    for (Entry entry : before.entries.headMap(step.view().first()).values()) {
      removed += entry.discontinuity() ? 1 : 0;
    }
    boolean allKnown = step.view().first() <= before.last() + 1;
    long expected = before.text.discontinuitySequence + removed;
    long is = step.text().discontinuitySequence;
    faults.addIf(
        is < before.text.discontinuitySequence || allKnown && is != expected,
        "EXT-X-DISCONTINUITY-SEQUENCE is %d, with %d removed it would be %d",
        is,
        removed,
        expected);
  }

  static void discontinuityTag(Step step, Faults faults) {
    View before = step.before();
    faults.addIf(
        before != null
            && step.view().first() > before.first()
            && step.text().has("EXT-X-DISCONTINUITY")
            && !step.text().has("EXT-X-DISCONTINUITY-SEQUENCE"),
        "segments were removed, and there is none");
  }

  static void dateRangesSame(Step step, Faults faults) {
    Map<String, Map<String, String>> known = new HashMap<>();
    for (History history : step.session().playlists.values()) {
      history.dateRanges.forEach(
          (id, values) -> known.computeIfAbsent(id, one -> new HashMap<>()).putAll(values));
    }
    for (Attributes range : step.text().all("EXT-X-DATERANGE")) {
      Map<String, String> before = known.computeIfAbsent(range.text("ID"), one -> new HashMap<>());
      for (Map.Entry<String, String> value : range.values().entrySet()) {
        String was = before.putIfAbsent(value.getKey(), value.getValue());
        faults.addIf(
            was != null && !was.equals(value.getValue()),
            "%s of %s was %s and is %s",
            value.getKey(),
            range.text("ID"),
            was,
            value.getValue());
      }
    }
  }

  /** A range that begins in what is listed is listed. */
  static void dateRangesKept(Step step, Faults faults) {
    View before = step.before();
    View view = step.view();
    long from =
        view.entries.isEmpty()
            ? PlaylistText.UNDATED
            : view.entries.firstEntry().getValue().dateNs();
    if (before == null || from == PlaylistText.UNDATED || step.text().skipped > 0) {
      return;
    }
    Set<String> are = new HashSet<>();
    step.text().all("EXT-X-DATERANGE").forEach(range -> are.add(range.text("ID")));
    for (Attributes range : before.text.all("EXT-X-DATERANGE")) {
      long start = PlaylistText.date(range.text("START-DATE"));
      faults.addIf(
          start >= from && start < from + view.durationNs() && !are.contains(range.text("ID")),
          "%s is gone",
          range.text("ID"));
    }
  }

  static void type(Step step, Faults faults) {
    View before = step.before();
    String type = step.text().value("EXT-X-PLAYLIST-TYPE");
    if (before == null || type.isEmpty()) {
      return;
    }
    faults.addIf(
        step.view().first() > before.first(), "segments of a playlist of type %s are gone", type);
    faults.addIf(
        type.equals("VOD") && step.view().last() > before.last(),
        "segments were added to a playlist of type VOD");
  }

  static void ended(Step step, Faults faults) {
    View before = step.before();
    if (before == null || !before.text.ended()) {
      return;
    }
    faults.addIf(!step.text().ended(), "EXT-X-ENDLIST is gone");
    faults.addIf(step.view().last() > before.last(), "segments came behind the end");
  }

  static void longEnough(Step step, Faults faults) {
    View before = step.before();
    long duration = step.view().durationNs();
    faults.addIf(
        before != null
            && step.view().first() > before.first()
            && !step.text().ended()
            && duration < 3 * step.text().targetNs,
        "segments were removed, %d ms are left",
        duration / 1_000_000);
  }

  static void inTime(Step step, Faults faults) {
    View before = step.before();
    if (before == null || step.text().ended() || step.view().last() != before.last()) {
      return;
    }
    long since = step.text().load.answeredNs() - step.history().lastSegmentSinceNs;
    faults.addIf(
        since > step.text().targetNs * 3 / 2,
        "segment %d has been the last for %d ms",
        step.view().last(),
        since / 1_000_000);
  }
}
