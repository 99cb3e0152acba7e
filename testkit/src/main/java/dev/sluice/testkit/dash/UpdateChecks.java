package dev.sluice.testkit.dash;

import dev.sluice.testkit.dash.MpdText.Period;
import dev.sluice.testkit.dash.MpdText.Segment;
import dev.sluice.testkit.dash.MpdText.Track;
import dev.sluice.testkit.rules.Faults;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** What may change from one version of a description to the next. */
final class UpdateChecks {
  private static final long MS = 1_000_000L;

  private UpdateChecks() {}

  static void start(MpdText before, MpdText now, Faults faults) {
    for (String name : List.of("availabilityStartTime", "id", "profiles")) {
      faults.addIf(
          !before.root.text(name).equals(now.root.text(name)),
          "%s was %s and is %s",
          name,
          before.root.text(name),
          now.root.text(name));
    }
  }

  static void published(MpdText before, MpdText now, Faults faults) {
    long was = before.root.date("publishTime");
    long is = now.root.date("publishTime");
    if (was == Element.NONE || is == Element.NONE) {
      return;
    }
    faults.addIf(is < was, "it went back by %d ms", (was - is) / MS);
    faults.addIf(
        is == was && !before.load.text().equals(now.load.text()),
        "the description changed, its time did not");
  }

  static void type(MpdText before, MpdText now, Faults faults) {
    faults.addIf(!before.dynamic() && now.dynamic(), "it was static");
    faults.addIf(
        !before.dynamic() && !before.load.text().equals(now.load.text()),
        "it is static and changed");
  }

  static void periods(MpdText before, MpdText now, Faults faults) {
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < before.periods.size(); i++) {
      known.put(before.periods.get(i).id, i);
    }
    int last = -1;
    for (Period period : now.periods) {
      Integer at = known.get(period.id);
      if (at == null) {
        last = Math.max(last, before.periods.size() - 1);
        Period latest = before.periods.isEmpty() ? null : before.periods.getLast();
        faults.addIf(
            latest != null && period.startNs <= latest.startNs,
            "%s is new and not behind %s",
            period.id,
            latest == null ? "" : latest.id);
        continue;
      }
      Period was = before.periods.get(at);
      faults.addIf(
          was.startNs != period.startNs,
          "%s began at %d ms and begins at %d ms",
          period.id,
          was.startNs / MS,
          period.startNs / MS);
      faults.addIf(last >= 0 && at != last + 1, "%s has lost its place", period.id);
      last = at;
    }
    faults.addIf(
        !before.periods.isEmpty() && last < before.periods.size() - 1,
        "%s is gone from the end",
        before.periods.isEmpty() ? "" : before.periods.getLast().id);
  }

  private static Map<String, Track> tracks(MpdText mpd) {
    Map<String, Track> tracks = new HashMap<>();
    mpd.tracks().forEach(track -> tracks.put(track.key(), track));
    return tracks;
  }

  static void representations(MpdText before, MpdText now, Faults faults) {
    Map<String, Track> known = tracks(before);
    Map<String, Track> are = tracks(now);
    for (Period period : now.periods) {
      boolean was = before.periods.stream().anyMatch(one -> one.id.equals(period.id));
      for (Track track : was ? period.tracks : List.<Track>of()) {
        faults.addIf(!known.containsKey(track.key()), "%s is new in its period", track.key());
      }
    }
    known.forEach((key, was) -> {
      Track is = are.get(key);
      boolean periodIsThere = now.periods.stream().anyMatch(one -> one.id.equals(was.period.id));
      faults.addIf(is == null && periodIsThere, "%s is gone from its period", key);
      faults.addIf(is != null && !alike(was, is), "%s is not what it was", key);
    });
  }

  private static boolean alike(Track was, Track is) {
    for (String name :
        List.of("codecs", "mimeType", "bandwidth", "width", "height", "audioSamplingRate")) {
      if (!was.attribute(name).equals(is.attribute(name))) {
        return false;
      }
    }
    return was.set.text("id").equals(is.set.text("id"))
        && was.timescale == is.timescale
        && was.offset == is.offset
        && was.eventSchemes().equals(is.eventSchemes())
        && was.template("media").equals(is.template("media"))
        && was.template("initialization").equals(is.template("initialization"));
  }

  /** Calls {@code pair} for each representation that both versions have with segments. */
  private static void both(MpdText before, MpdText now, Pair pair) {
    Map<String, Track> known = tracks(before);
    for (Track is : now.tracks()) {
      Track was = known.get(is.key());
      if (was != null && !was.segments.isEmpty() && !is.segments.isEmpty()) {
        pair.take(was, is);
      }
    }
  }

  @FunctionalInterface
  private interface Pair {
    void take(Track was, Track is);
  }

  static void segments(MpdText before, MpdText now, Faults faults) {
    both(
        before,
        now,
        (was, is) -> {
          NavigableMap<Long, Segment> old = was.byTime();
          NavigableMap<Long, Segment> next = is.byTime();
          long from = Math.max(old.firstKey(), next.firstKey());
          long to = Math.min(old.lastKey(), next.lastKey());
          if (from <= to) {
            faults.addIf(
                !same(
                    was,
                    List.copyOf(old.subMap(from, true, to, true).values()),
                    List.copyOf(next.subMap(from, true, to, true).values())),
                "%s has others between %d and %d",
                is.key(),
                from,
                to);
          }
          faults.addIf(
              next.firstKey() < old.firstKey(),
              "%s has %d again or anew, in front",
              is.key(),
              next.firstKey());
        });
  }

  /** What was listed while it was made had the duration that was expected of it. */
  private static boolean same(Track was, List<Segment> old, List<Segment> next) {
    boolean same = old.size() == next.size();
    for (int i = 0; same && i < old.size(); i++) {
      boolean expected = was.inChunks() && was.period.mpd.isBeingMade(was, old.get(i), 0);
      same =
          old.get(i).time() == next.get(i).time()
              && (expected || old.get(i).duration() == next.get(i).duration());
    }
    return same;
  }

  static void end(MpdText before, MpdText now, Faults faults) {
    both(
        before,
        now,
        (was, is) ->
            faults.addIf(
                is.segments.getLast().time() < was.segments.getLast().time(),
                "%s ended with %d and ends with %d",
                is.key(),
                was.segments.getLast().time(),
                is.segments.getLast().time()));
  }

  static void numbers(MpdText before, MpdText now, Faults faults) {
    both(
        before,
        now,
        (was, is) -> {
          if (!is.template("media").contains("$Number")) {
            return;
          }
          NavigableMap<Long, Segment> old = was.byTime();
          for (Segment segment : is.segments) {
            Segment known = old.get(segment.time());
            if (known != null && known.number() != segment.number()) {
              faults.add(
                  "%s had %d as number %d and has it as %d"
                      .formatted(is.key(), segment.time(), known.number(), segment.number()));
              return;
            }
          }
        });
  }

  /** What is gone has to have been outside of the buffer. */
  static void front(MpdText before, MpdText now, Faults faults) {
    long depth = now.root.duration("timeShiftBufferDepth");
    both(
        before,
        now,
        (was, is) -> {
          long first = is.segments.getFirst().time();
          for (Segment segment : was.segments) {
            long age = now.load.utcNs() - now.startUtcNs() - is.presentedNs(segment.end());
            if (segment.time() < first && (depth == Element.NONE || age < depth)) {
              faults.add(
                  "%s lost %d, which ended %d ms ago"
                      .formatted(is.key(), segment.time(), age / MS));
              return;
            }
          }
        });
  }
}
