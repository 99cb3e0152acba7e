package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.PlaylistText.Entry;
import dev.sluice.testkit.hls.PlaylistText.Part;
import dev.sluice.testkit.rules.Faults;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** What was in the segments, beside what the playlists say of them. */
final class MediaChecks {
  private static final long MS = 1_000_000L;

  /** What may lie between a duration that is told and the samples: a hole that is no gap yet. */
  private static final long DURATION_TOLERANCE_NS = 100 * MS;

  /** Rounding of durations to six decimals, of starts to ticks, and frames of sound. */
  private static final long START_TOLERANCE_NS = 50 * MS;

  private MediaChecks() {}

  // as each answer comes

  static void available(Session session, Fetch fetch, Faults faults) {
    if (fetch.found()) {
      return;
    }
    for (History history : session.playlists.values()) {
      View view = history.view;
      if (view == null) {
        continue;
      }
      for (Entry entry : view.entries.values()) {
        boolean listed =
            !entry.gap()
                && (fetch.key().equals(entry.resource())
                    || fetch.key().equals(entry.map())
                    || lists(entry, fetch));
        if (listed) {
          faults.add("status %d, listed as number %d".formatted(fetch.status(), entry.number()));
          return;
        }
      }
      faults.addIf(
          view.text.open != null && lists(view.text.open, fetch),
          "status %d, listed as a part",
          fetch.status());
    }
  }

  private static boolean lists(Entry entry, Fetch fetch) {
    return entry.parts().stream().anyMatch(part -> !part.gap() && part.key().equals(fetch.key()));
  }

  static void kept(Session session, Fetch fetch, Faults faults) {
    if (fetch.found()) {
      return;
    }
    for (History history : session.playlists.values()) {
      History.Removal removal = history.removed.get(fetch.key());
      faults.addIf(
          removal != null && fetch.atNs() < removal.keptNs(),
          "status %d, it has to be kept for another %d ms",
          fetch.status(),
          removal == null ? 0 : (removal.keptNs() - fetch.atNs()) / MS);
    }
  }

  static void partsDownloadable(Session session, Fetch fetch, Faults faults) {
    for (History history : session.playlists.values()) {
      Long removed = history.partsRemovedNs.get(fetch.key());
      if (fetch.found() || history.view == null || removed == null) {
        continue;
      }
      long since = fetch.atNs() - removed;
      faults.addIf(
          since < 3 * history.view.text.targetNs,
          "status %d, %d ms after its tag was there",
          fetch.status(),
          since / MS);
    }
  }

  static void immutable(Session session, Fetch fetch, Faults faults) {
    Fetch before = session.fetches.get(fetch.key());
    faults.addIf(
        before != null
            && fetch.found()
            && (before.bytes() != fetch.bytes() || !before.digest().equals(fetch.digest())),
        "%d bytes, before it were %d, or others",
        fetch.bytes(),
        before == null ? 0 : before.bytes());
  }

  // at the end

  static void durations(Session session, Faults faults) {
    for (History history : session.playlists.values()) {
      for (Entry entry : history.all.values()) {
        Fetch.Media media = session.media(entry.resource());
        faults.addIf(
            media != null
                && Math.abs(media.durationNs() - entry.durationNs()) > DURATION_TOLERANCE_NS,
            "%s is said to have %d ms and has %d ms",
            entry.uri(),
            entry.durationNs() / MS,
            media == null ? 0 : media.durationNs() / MS);
      }
    }
  }

  static void continuity(Session session, Faults faults) {
    for (History history : session.playlists.values()) {
      Fetch.Media known = null;
      long passed = 0;
      long number = -1;
      for (Entry entry : history.all.values()) {
        if (entry.discontinuity() || entry.number() != number + 1) {
          known = null;
        }
        number = entry.number();
        Fetch.Media media = session.media(entry.resource());
        if (media != null) {
          long off = known == null ? 0 : media.startNs() - known.startNs() - passed;
          faults.addIf(
              Math.abs(off) > START_TOLERANCE_NS,
              "%s begins %d ms from where it should, without a discontinuity",
              entry.uri(),
              off / MS);
          known = media;
          passed = 0;
        }
        passed += Math.max(0, entry.durationNs());
      }
    }
  }

  static void independent(Session session, Faults faults) {
    for (History history : session.playlists.values()) {
      View view = history.view;
      if (view == null || !view.text.has("EXT-X-INDEPENDENT-SEGMENTS")) {
        continue;
      }
      for (Entry entry : view.entries.values()) {
        Fetch.Media media = session.media(entry.resource());
        faults.addIf(
            media != null && !media.independent(), "%s cannot be decoded by itself", entry.uri());
      }
    }
  }

  static void independentParts(Session session, Faults faults) {
    forEachPart(
        session,
        (part, media) ->
            faults.addIf(
                part.independent() && !media.independent(),
                "%s has no random access point",
                part.key()));
  }

  static void independentPartsSaid(Session session, Faults faults) {
    forEachPart(
        session,
        (part, media) ->
            faults.addIf(
                !part.independent() && media.independent(), "%s does not say so", part.key()));
  }

  /** Calls {@code each} for every part that was looked into. */
  private static void forEachPart(Session session, BiConsumer<Part, Fetch.Media> each) {
    for (History history : session.playlists.values()) {
      for (Entry entry : history.all.values()) {
        for (Part part : entry.parts()) {
          Fetch.Media media = session.media(part.key());
          if (media != null) {
            each.accept(part, media);
          }
        }
      }
    }
  }

  static void partsAreTheSegment(Session session, Faults faults) {
    for (History history : session.playlists.values()) {
      for (Entry entry : history.all.values()) {
        Fetch whole = session.fetches.get(entry.resource());
        long sum = 0;
        boolean all = !entry.parts().isEmpty() && whole != null;
        for (Part part : entry.parts()) {
          Fetch fetch = session.fetches.get(part.key());
          all &= fetch != null;
          sum += fetch == null ? 0 : fetch.bytes();
        }
        faults.addIf(
            all && whole != null && sum != whole.bytes(),
            "%s has %d bytes, its parts have %d",
            entry.uri(),
            whole == null ? 0 : whole.bytes(),
            sum);
      }
    }
  }

  static void codecs(Session session, Faults faults) {
    if (session.multivariant == null) {
      return;
    }
    for (Variants.Variant variant : Variants.of(session.multivariant)) {
      Set<String> said = new HashSet<>();
      for (String codec : variant.attributes().text("CODECS").split(",")) {
        said.add(codec.strip());
      }
      Set<String> missing = new HashSet<>();
      for (String uri : PresentationChecks.together(session, variant)) {
        missing.addAll(codecsOf(session, uri));
      }
      missing.removeAll(said);
      faults.addIf(
          !said.contains("") && !missing.isEmpty(),
          "%s does not say %s in CODECS",
          variant.uri(),
          missing);
    }
  }

  private static Set<String> codecsOf(Session session, String playlist) {
    Set<String> codecs = new HashSet<>();
    History history = session.playlists.get(playlist);
    if (history != null) {
      for (Entry entry : history.all.values()) {
        for (String key : new String[] {entry.resource(), String.valueOf(entry.map())}) {
          Fetch.Media media = session.media(key);
          if (media != null) {
            codecs.addAll(media.codecs());
          }
        }
      }
    }
    return codecs;
  }
}
