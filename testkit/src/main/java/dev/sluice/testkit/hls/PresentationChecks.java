package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.PlaylistText.Entry;
import dev.sluice.testkit.hls.Variants.Variant;
import dev.sluice.testkit.rules.Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the media playlists of one presentation have to have in common, judged at the end. */
final class PresentationChecks {
  private static final long MS = 1_000_000L;

  /** Dates are rounded to milliseconds, both of them. */
  private static final long DATE_TOLERANCE_NS = 2 * MS;

  private PresentationChecks() {}

  /** The playlists that are played for a variant: its own, and the longest of each group. */
  static Set<String> together(Session session, Variant variant) {
    Set<String> uris = new LinkedHashSet<>();
    uris.add(variant.uri());
    PlaylistText multivariant = session.multivariant;
    if (multivariant != null) {
      for (Attributes rendition : multivariant.all("EXT-X-MEDIA")) {
        boolean ofIt = rendition.text("GROUP-ID").equals(variant.attributes().get("AUDIO"));
        if (rendition.text("TYPE").equals("AUDIO") && ofIt && rendition.has("URI")) {
          uris.add(multivariant.resolve(rendition.text("URI")));
        }
      }
    }
    return uris;
  }

  static void targets(Session session, Faults faults) {
    Set<Long> targets = new TreeSet<>();
    for (History history : session.playlists.values()) {
      if (history.view != null && history.view.text.targetNs > 0) {
        targets.add(history.view.text.targetNs / 1_000_000_000L);
      }
    }
    faults.addIf(session.multivariant != null && targets.size() > 1, "there are %s", targets);
  }

  static void types(Session session, Faults faults) {
    Set<String> types = new TreeSet<>();
    for (History history : session.playlists.values()) {
      if (history.view != null) {
        types.add(history.view.text.value("EXT-X-PLAYLIST-TYPE"));
      }
    }
    faults.addIf(session.multivariant != null && types.size() > 1, "there are %s", types);
  }

  static void controls(Session session, Faults faults) {
    Set<Map<String, String>> controls = new LinkedHashSet<>();
    for (History history : session.playlists.values()) {
      if (history.view != null) {
        controls.add(history.view.text.control.values());
      }
    }
    faults.addIf(session.multivariant != null && controls.size() > 1, "there are %s", controls);
  }

  static void dates(Session session, Faults faults) {
    Set<Boolean> dated = new LinkedHashSet<>();
    for (History history : session.playlists.values()) {
      if (history.view != null) {
        dated.add(history.all.values().stream().anyMatch(e -> e.dateNs() != PlaylistText.UNDATED));
      }
    }
    faults.addIf(
        session.multivariant != null && dated.size() > 1, "some playlists have them, some do not");
  }

  /** Of all playlists, by stretch between discontinuities: date minus media time is one number. */
  static void datesAgree(Session session, Faults faults) {
    Map<Long, Long> offsets = new HashMap<>();
    for (History history : session.playlists.values()) {
      for (Entry entry : history.all.values()) {
        Fetch.Media media = session.media(entry.resource());
        if (media == null || entry.dateNs() == PlaylistText.UNDATED) {
          continue;
        }
        long offset = entry.dateNs() - media.startNs();
        long known = offsets.computeIfAbsent(entry.discontinuityNumber(), stretch -> offset);
        faults.addIf(
            Math.abs(offset - known) > DATE_TOLERANCE_NS,
            "%s is dated %d ms beside the others",
            entry.uri(),
            (offset - known) / MS);
      }
    }
  }

  /** Where a stretch begins by date, in any two playlists that saw it begin. */
  static void discontinuities(Session session, Faults faults) {
    Map<Long, Entry> begins = new HashMap<>();
    long target = 0;
    for (History history : session.playlists.values()) {
      target = history.view == null ? target : Math.max(target, history.view.text.targetNs);
    }
    for (History history : session.playlists.values()) {
      for (Entry entry : history.all.values()) {
        if (!entry.discontinuity() || entry.dateNs() == PlaylistText.UNDATED) {
          continue;
        }
        Entry known = begins.putIfAbsent(entry.discontinuityNumber(), entry);
        faults.addIf(
            known != null && Math.abs(known.dateNs() - entry.dateNs()) > target,
            "number %d begins with %s and, %d ms away, with %s",
            entry.discontinuityNumber(),
            known == null ? "" : known.uri(),
            known == null ? 0 : (entry.dateNs() - known.dateNs()) / MS,
            entry.uri());
      }
    }
  }

  static void peak(Session session, Faults faults) {
    if (session.multivariant == null) {
      return;
    }
    for (Variant variant : Variants.of(session.multivariant)) {
      long said = variant.attributes().number("BANDWIDTH");
      long sum = 0;
      long sound = 0;
      for (String uri : together(session, variant)) {
        long peak = peakOf(session, uri);
        if (uri.equals(variant.uri())) {
          sum = peak;
        } else {
          sound = Math.max(sound, peak); // one of them is played
        }
      }
      faults.addIf(
          said > 0 && sum + sound > said,
          "%s says %d bit/s, measured are %d",
          variant.uri(),
          said,
          sum + sound);
    }
  }

  /** Most bits a second of any segments in a row that last half to one and a half targets. */
  private static long peakOf(Session session, String uri) {
    History history = session.playlists.get(uri);
    if (history == null || history.view == null) {
      return 0;
    }
    long target = history.view.text.targetNs;
    long peak = 0;
    List<Entry> all = new ArrayList<>(history.all.values());
    for (int from = 0; from < all.size(); from++) {
      long bytes = 0;
      long duration = 0;
      for (int to = from; to < all.size() && duration <= target * 3 / 2; to++) {
        Fetch fetch = session.fetches.get(all.get(to).resource());
        if (fetch == null) {
          break;
        }
        bytes += fetch.bytes();
        duration += Math.max(0, all.get(to).durationNs());
        if (duration >= target / 2 && duration <= target * 3 / 2) {
          peak = Math.max(peak, rate(bytes, duration));
        }
      }
    }
    return peak;
  }

  private static long rate(long bytes, long durationNs) {
    return (long) (bytes * 8 / (durationNs / 1e9));
  }

  static void average(Session session, Faults faults) {
    if (session.multivariant == null) {
      return;
    }
    for (Variant variant : Variants.of(session.multivariant)) {
      long said = variant.attributes().number("AVERAGE-BANDWIDTH");
      long own = 0;
      long sound = 0;
      for (String uri : together(session, variant)) {
        long average = averageOf(session, uri);
        if (uri.equals(variant.uri())) {
          own = average;
        } else {
          sound = Math.max(sound, average);
        }
      }
      faults.addIf(
          said > 0 && own + sound > said + said / 10,
          "%s says %d bit/s, measured are %d",
          variant.uri(),
          said,
          own + sound);
    }
  }

  private static long averageOf(Session session, String uri) {
    History history = session.playlists.get(uri);
    long bytes = 0;
    long duration = 0;
    if (history != null) {
      for (Entry entry : history.all.values()) {
        Fetch fetch = session.fetches.get(entry.resource());
        if (fetch != null && entry.durationNs() > 0) {
          bytes += fetch.bytes();
          duration += entry.durationNs();
        }
      }
    }
    return duration == 0 ? 0 : rate(bytes, duration);
  }
}
