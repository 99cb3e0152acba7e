package dev.sluice.testkit.dash;

import dev.sluice.testkit.dash.DashSession.Listed;
import dev.sluice.testkit.dash.MpdText.Segment;
import dev.sluice.testkit.dash.MpdText.Track;
import dev.sluice.testkit.rules.Faults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What was in the segments, beside what the descriptions say of them. */
final class SegmentChecks {
  private static final long MS = 1_000_000L;

  /** A hole at the end of a segment that is none of the timeline yet. */
  private static final long DURATION_TOLERANCE_NS = 100 * MS;

  /** What a producer's clock may be apart between segments, representations and versions. */
  private static final long PRODUCER_TOLERANCE_NS = 100 * MS;

  private SegmentChecks() {}

  // as each answer comes

  static void available(DashSession session, SegmentFetch fetch, Faults faults) {
    Listed listed = session.media.get(fetch.uri());
    if (fetch.status() == 200 || listed == null) {
      if (fetch.status() != 200 && session.inits.containsKey(fetch.uri())) {
        faults.add("status %d, it is an init segment".formatted(fetch.status()));
      }
      return;
    }
    MpdText mpd = listed.track().period.mpd;
    Track track = listed.track();
    long end = mpd.startUtcNs() + track.presentedNs(listed.segment().end());
    long depth = mpd.root.duration("timeShiftBufferDepth");
    long until =
        depth == Element.NONE
            ? Long.MAX_VALUE
            : end + track.ns(listed.segment().duration()) + depth;
    faults.addIf(
        fetch.utcNs() >= end - track.availabilityOffsetNs() && fetch.utcNs() <= until,
        "status %d, it is to be had for another %d ms",
        fetch.status(),
        (until - fetch.utcNs()) / MS);
  }

  static void immutable(DashSession session, SegmentFetch fetch, Faults faults) {
    SegmentFetch before = session.fetches.get(fetch.uri());
    faults.addIf(
        before != null
            && fetch.status() == 200
            && (before.bytes() != fetch.bytes() || !before.digest().equals(fetch.digest())),
        "%d bytes, before it were %d, or others",
        fetch.bytes(),
        before == null ? 0 : before.bytes());
  }

  // at the end

  static void starts(DashSession session, Faults faults) {
    session.withMedia((listed, media) -> {
      long ticks = inTicks(listed.track(), media.startTicks(), media.timescale());
      faults.addIf(
          ticks != listed.segment().time(),
          "%s of %s begins at %d",
          listed.segment(),
          listed.track().key(),
          ticks);
    });
  }

  private static long inTicks(Track track, long ticks, long timescale) {
    return timescale == 0 || timescale == track.timescale
        ? ticks
        : Math.multiplyExact(ticks / timescale, track.timescale)
            + ticks % timescale * track.timescale / timescale;
  }

  static void durations(DashSession session, Faults faults) {
    session.withMedia((listed, media) -> {
      Track track = listed.track();
      long off =
          track.ns(inTicks(track, media.durationTicks(), media.timescale()))
              - track.ns(listed.segment().duration());
      faults.addIf(
          Math.abs(off) > DURATION_TOLERANCE_NS,
          "%s of %s is %d ms longer",
          listed.segment(),
          track.key(),
          off / MS);
    });
  }

  static void codecs(DashSession session, Faults faults) {
    session.inits.forEach((uri, track) -> {
      SegmentFetch fetch = session.fetches.get(uri);
      SegmentFetch.Media media = fetch == null ? null : fetch.media();
      faults.addIf(
          media != null && !media.codecs().equals(track.attribute("codecs")),
          "%s says %s, in %s is %s",
          track.key(),
          track.attribute("codecs"),
          uri,
          media == null ? "" : media.codecs());
    });
  }

  static void timescale(DashSession session, Faults faults) {
    session.inits.forEach((uri, track) -> {
      SegmentFetch fetch = session.fetches.get(uri);
      SegmentFetch.Media media = fetch == null ? null : fetch.media();
      faults.addIf(
          media != null && media.timescale() > 0 && media.timescale() != track.timescale,
          "%s has %d, in %s is %d",
          track.key(),
          track.timescale,
          uri,
          media == null ? 0 : media.timescale());
    });
  }

  /** Whatever begins when minBufferTime is there never runs dry. */
  static void bandwidth(DashSession session, Faults faults) {
    for (TreeMap<Long, Listed> segments : session.byTrack.values()) {
      List<Listed> fetched = new ArrayList<>();
      for (Listed listed : segments.values()) {
        if (session.fetches.containsKey(listed.uri())) {
          fetched.add(listed);
        }
      }
      for (int from = 0; from < fetched.size(); from++) {
        if (runsDry(session, fetched, from, faults)) {
          break;
        }
      }
    }
  }

  private static boolean runsDry(
      DashSession session, List<Listed> fetched, int from, Faults faults) {
    Track track = fetched.get(from).track();
    long bandwidth = track.element.number("bandwidth", 0);
    long bufferNs = Math.max(0, track.period.mpd.root.duration("minBufferTime"));
    double bits = 0;
    long duration = 0;
    Segment before = null;
    for (Listed listed : fetched.subList(from, fetched.size())) {
      SegmentFetch fetch = session.fetches.get(listed.uri());
      if (fetch == null) {
        return false;
      }
      Segment segment = listed.segment();
      if (before != null && segment.time() != before.end()) {
        return false; // what lies between was not fetched
      }
      before = segment;
      bits += 8.0 * fetch.bytes();
      duration += track.ns(segment.duration());
      double most = bandwidth * ((duration + bufferNs) / 1e9);
      if (bits > most) {
        faults.add(
            "%s says %d bit/s, %.0f bits come in %d ms"
                .formatted(track.key(), bandwidth, bits, duration / MS));
        return true;
      }
    }
    return false;
  }

  /** In descriptions and in segments: produced less presented is one number. */
  static void producer(DashSession session, Faults faults) {
    session.leads.forEach((period, leads) -> {
      long least = leads.stream().mapToLong(DashSession.Lead::ns).min().orElse(0);
      for (DashSession.Lead lead : leads) {
        if (lead.ns() - least > PRODUCER_TOLERANCE_NS) {
          faults.add(
              "in period %s what %s says is %d ms from others"
                  .formatted(period, lead.of(), (lead.ns() - least) / MS));
          return;
        }
      }
    });
  }

  static void events(DashSession session, Faults faults) {
    session.withMedia((listed, media) -> {
      Set<String> unsaid = new HashSet<>();
      media.events().forEach(event -> unsaid.add(event.scheme()));
      unsaid.removeAll(listed.track().eventSchemes());
      faults.addIf(
          !unsaid.isEmpty(), "%s of %s has %s", listed.segment(), listed.track().key(), unsaid);
    });
  }

  static void eventsAgain(DashSession session, Faults faults) {
    for (TreeMap<Long, Listed> segments : session.byTrack.values()) {
      Listed before = null;
      for (Listed listed : segments.values()) {
        if (before != null && before.segment().end() == listed.segment().time()) {
          Set<String> missing = events(session, before, false);
          missing.removeAll(events(session, before, true));
          missing.removeAll(events(session, listed, true));
          faults.addIf(
              !missing.isEmpty() && session.isLookedInto(listed.uri()),
              "%s are in %s and not in front of %s",
              missing,
              before.uri(),
              listed.uri());
        }
        before = listed;
      }
    }
  }

  private static Set<String> events(DashSession session, Listed listed, boolean inFront) {
    Set<String> events = new HashSet<>();
    SegmentFetch fetch = session.fetches.get(listed.uri());
    SegmentFetch.Media media = fetch == null ? null : fetch.media();
    for (SegmentFetch.Event event :
        media == null ? List.<SegmentFetch.Event>of() : media.events()) {
      if (event.inFront() == inFront) {
        events.add(event.scheme() + " " + event.id());
      }
    }
    return events;
  }

  static void gaps(DashSession session, Faults faults) {
    for (TreeMap<Long, Listed> segments : session.byTrack.values()) {
      Listed before = null;
      for (Listed listed : segments.values()) {
        Track track = listed.track();
        if (before != null && listed.segment().time() > before.segment().end()) {
          long from = track.presentedNs(before.segment().end());
          long to = track.presentedNs(listed.segment().time());
          faults.addIf(
              !session.isHole(from, to)
                  && !session.isFailover(
                      track.key(), before.segment().end(), listed.segment().time()),
              "%s has a gap of %d ms before %d",
              track.key(),
              (to - from) / MS,
              listed.segment().time());
        }
        before = listed;
      }
    }
  }
}
