package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.PlaylistText.Entry;
import dev.sluice.testkit.hls.View.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is remembered of one media playlist. */
final class History {
  final String uri;

  /** After the last load; null before the first. */
  @Nullable View view;

  /** Every segment that was ever listed, by its number, as it was first. */
  final TreeMap<Long, Entry> all = new TreeMap<>();

  /** Resources of segments that are no longer listed. */
  final Map<String, Removal> removed = new HashMap<>();

  /** Parts that are no longer listed: when they still were. */
  final Map<String, Long> partsRemovedNs = new HashMap<>();

  /** Resources of segments: when they were not listed yet. Not of those in the first load. */
  private final Map<String, Long> absentNs = new HashMap<>();

  /** Attributes of date ranges by their ids, as they were said first. */
  final Map<String, Map<String, String>> dateRanges = new HashMap<>();

  long longestNs;

  /** When the last segment was first seen to be the last. */
  long lastSegmentSinceNs;

  /** When the last part was first seen to be the last. */
  long lastPartSinceNs;

  /** What another playlist said of this one, and when. */
  @Nullable Position reported;

  long reportedAtNs;

  /**
   * A segment that was removed.
   *
   * @param keptNs until when it has to be there for all that is known
   */
  record Removal(long keptNs) {}

  History(String uri) {
    this.uri = uri;
  }

  /** Takes a load, after it was judged. */
  void take(View next) {
    long nowNs = next.text.load.answeredNs();
    if (view == null || view.last() != next.last()) {
      lastSegmentSinceNs = nowNs;
    }
    if (view == null || !view.position().equals(next.position())) {
      lastPartSinceNs = nowNs;
    }
    longestNs = Math.max(longestNs, next.durationNs());
    if (view != null) {
      remove(view, next);
      long beforeNs = view.text.load.answeredNs();
      for (Entry entry : next.text.entries) {
        if (!all.containsKey(entry.number())) {
          absentNs.put(entry.resource(), beforeNs);
        }
      }
    }
    next.entries.forEach(all::putIfAbsent);
    for (Attributes range : next.text.all("EXT-X-DATERANGE")) {
      Map<String, String> known =
          dateRanges.computeIfAbsent(range.text("ID"), id -> new HashMap<>());
      range.values().forEach(known::putIfAbsent);
    }
    view = next;
  }

  /** Remembers what goes, and until when it has to be there (section 6.2.2). */
  private void remove(View before, View next) {
    long beforeNs = before.text.load.answeredNs();
    for (Entry entry : before.entries.headMap(next.first()).values()) {
      // a playlist that has ended counts from the removal, a live one from the appearance
      Long from = before.text.ended() ? Long.valueOf(beforeNs) : absentNs.get(entry.resource());
      if (from != null) {
        removed.putIfAbsent(entry.resource(), new Removal(from + entry.durationNs() + longestNs));
      }
    }
    for (Entry entry : before.entries.values()) {
      if (next.parts(entry.number()).isEmpty()) {
        entry.parts().forEach(part -> partsRemovedNs.putIfAbsent(part.key(), beforeNs));
      }
    }
  }
}
