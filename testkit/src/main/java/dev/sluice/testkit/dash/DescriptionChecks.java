package dev.sluice.testkit.dash;

import dev.sluice.testkit.dash.MpdText.Period;
import dev.sluice.testkit.dash.MpdText.Segment;
import dev.sluice.testkit.dash.MpdText.Track;
import dev.sluice.testkit.rules.Faults;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What one description shows by itself. */
final class DescriptionChecks {
  private static final long MS = 1_000_000L;

  private static final Pattern KNOWN_CLOCK =
      Pattern.compile(
          "urn:mpeg:dash:utc:(http-xsdate|http-iso|http-head|direct|ntp|sntp|http-ntp):2014");

  private DescriptionChecks() {}

  static void root(MpdText mpd, Faults faults) {
    faults.addIf(
        !mpd.root.name().equals("MPD") || !mpd.root.namespace().equals(Element.NAMESPACE),
        "the root is %s of %s",
        mpd.root.name(),
        mpd.root.namespace());
    faults.addIf(mpd.periods.isEmpty(), "there is no Period");
  }

  static void attributes(MpdText mpd, Faults faults) {
    faults.addIf(mpd.root.text("profiles").isEmpty(), "there is no profiles");
    faults.addIf(mpd.root.duration("minBufferTime") == Element.NONE, "there is no minBufferTime");
    for (String date : List.of("availabilityStartTime", "publishTime")) {
      faults.addIf(
          mpd.dynamic() && mpd.root.date(date) == Element.NONE,
          "%s is no date with a zone: %s",
          date,
          mpd.root.text(date));
    }
    faults.addIf(
        !mpd.dynamic()
            && mpd.root.duration("mediaPresentationDuration") == Element.NONE
            && !mpd.periods.isEmpty()
            && mpd.periods.getLast().element.duration("duration") == Element.NONE,
        "static without a duration");
  }

  static void updatePeriod(MpdText mpd, Faults faults) {
    boolean open = !mpd.periods.isEmpty() && mpd.endNs(mpd.periods.getLast()) == Long.MAX_VALUE;
    faults.addIf(
        mpd.dynamic() && open && mpd.root.duration("minimumUpdatePeriod") == Element.NONE,
        "the last period goes on, and there is no minimumUpdatePeriod");
  }

  static void timing(MpdText mpd, Faults faults) {
    List<Element> clocks = mpd.root.all("UTCTiming");
    faults.addIf(mpd.dynamic() && clocks.isEmpty(), "there is none");
    for (Element clock : clocks) {
      faults.addIf(
          !KNOWN_CLOCK.matcher(clock.text("schemeIdUri")).matches()
              || clock.text("value").isEmpty(),
          "%s with the value %s",
          clock.text("schemeIdUri"),
          clock.text("value"));
    }
  }

  static void periodIds(MpdText mpd, Faults faults) {
    Set<String> ids = new HashSet<>();
    for (Period period : mpd.periods) {
      faults.addIf(mpd.dynamic() && period.id.isEmpty(), "a period has none");
      faults.addIf(!period.id.isEmpty() && !ids.add(period.id), "two have %s", period.id);
    }
  }

  static void periodStarts(MpdText mpd, Faults faults) {
    for (int i = 0; i < mpd.periods.size(); i++) {
      Period period = mpd.periods.get(i);
      Period before = i == 0 ? null : mpd.periods.get(i - 1);
      boolean said = period.element.duration("start") != Element.NONE;
      boolean follows = before != null && before.element.duration("duration") != Element.NONE;
      faults.addIf(
          mpd.dynamic() && !said && !follows, "it cannot be known where %s starts", period.id);
      faults.addIf(
          before != null && (said || follows) && period.startNs <= before.startNs,
          "%s starts %d ms behind the one before",
          period.id,
          before == null ? 0 : (period.startNs - before.startNs) / MS);
    }
  }

  static void setIds(MpdText mpd, Faults faults) {
    for (Period period : mpd.periods) {
      Set<String> ids = new HashSet<>();
      for (Element set : period.element.all("AdaptationSet")) {
        faults.addIf(
            set.has("id") && !ids.add(set.text("id")),
            "period %s has two of %s",
            period.id,
            set.text("id"));
      }
    }
  }

  static void representationIds(MpdText mpd, Faults faults) {
    for (Period period : mpd.periods) {
      Set<String> ids = new HashSet<>();
      for (Track track : period.tracks) {
        faults.addIf(
            track.id.isEmpty() || !ids.add(track.id),
            "period %s has two of \"%s\", or it is none",
            period.id,
            track.id);
      }
    }
  }

  static void representation(MpdText mpd, Faults faults) {
    for (Track track : mpd.tracks()) {
      faults.addIf(
          track.element.number("bandwidth") <= 0,
          "%s has bandwidth %s",
          track.key(),
          track.element.text("bandwidth"));
      faults.addIf(track.attribute("mimeType").isEmpty(), "%s has no mimeType", track.key());
      faults.addIf(track.attribute("codecs").isEmpty(), "%s has no codecs", track.key());
    }
  }

  static void picture(MpdText mpd, Faults faults) {
    for (Track track : mpd.tracks()) {
      for (String name : List.of("width", "height", "frameRate")) {
        faults.addIf(
            track.isVideo() && track.attribute(name).isEmpty(), "%s has no %s", track.key(), name);
      }
    }
  }

  static void sound(MpdText mpd, Faults faults) {
    for (Track track : mpd.tracks()) {
      boolean channels =
          track.element.first("AudioChannelConfiguration") != null
              || track.set.first("AudioChannelConfiguration") != null;
      faults.addIf(
          track.isAudio() && (track.attribute("audioSamplingRate").isEmpty() || !channels),
          "%s has no audioSamplingRate or no AudioChannelConfiguration",
          track.key());
    }
  }

  static void template(MpdText mpd, Faults faults) {
    for (Track track : mpd.tracks()) {
      String media = track.template("media");
      faults.addIf(
          !media.contains("$Time") && !media.contains("$Number"),
          "media of %s is %s",
          track.key(),
          media);
      String init = track.template("initialization");
      faults.addIf(
          init.isEmpty() || init.contains("$Time") || init.contains("$Number"),
          "initialization of %s is %s",
          track.key(),
          init);
      faults.addIf(
          (media + init)
              .replaceAll("\\$((RepresentationID|(Number|Bandwidth|Time)(%0[0-9]{1,2}d)?))?\\$", "")
              .contains("$"),
          "a $ is left over: %s, %s",
          media,
          init);
      faults.addIf(
          track.templateChild("SegmentTimeline") == null && track.template("duration").isEmpty(),
          "%s has neither a timeline nor a duration",
          track.key());
    }
  }

  static void order(MpdText mpd, Faults faults) {
    for (Track track : mpd.tracks()) {
      Segment before = null;
      for (Segment segment : track.segments) {
        faults.addIf(
            segment.duration() <= 0,
            "%s has %d with the duration %d",
            track.key(),
            segment.time(),
            segment.duration());
        faults.addIf(
            before != null && segment.time() < before.end(),
            "%s has %d before the end of %d",
            track.key(),
            segment.time(),
            before == null ? 0 : before.time());
        before = segment;
      }
    }
  }

  static void longest(MpdText mpd, Faults faults) {
    long most = mpd.root.duration("maxSegmentDuration");
    faults.addIf(mpd.dynamic() && most == Element.NONE, "there is no maxSegmentDuration");
    for (Track track : mpd.tracks()) {
      for (Segment segment : track.segments) {
        faults.addIf(
            most != Element.NONE && track.ns(segment.duration()) > most,
            "%s has %d with %d ms",
            track.key(),
            segment.time(),
            track.ns(segment.duration()) / MS);
      }
    }
  }

  static void aligned(MpdText mpd, Faults faults) {
    for (Period period : mpd.periods) {
      Map<String, Track> first = new HashMap<>();
      for (Track track : period.tracks) {
        if (!track.set.text("segmentAlignment").equals("true")) {
          continue;
        }
        Track known = first.putIfAbsent(track.set.text("id"), track);
        faults.addIf(
            known != null
                && !known.segments.stream()
                    .map(segment -> known.ns(segment.time()))
                    .toList()
                    .equals(
                        track.segments.stream().map(segment -> track.ns(segment.time())).toList()),
            "%s and %s have segments at other times",
            known == null ? "" : known.key(),
            track.key());
      }
    }
  }

  static void inPeriod(MpdText mpd, Faults faults) {
    for (Track track : mpd.tracks()) {
      for (Segment segment : track.segments) {
        long from = track.presentedNs(segment.time());
        long to = track.presentedNs(segment.end());
        faults.addIf(
            to <= track.period.startNs || from >= mpd.endNs(track.period),
            "%s has %d, %d ms from the start of its period, outside",
            track.key(),
            segment.time(),
            (from - track.period.startNs) / MS);
      }
    }
  }

  static void delay(MpdText mpd, Faults faults) {
    long delay = mpd.root.duration("suggestedPresentationDelay");
    long depth = mpd.root.duration("timeShiftBufferDepth");
    faults.addIf(
        delay != Element.NONE && depth != Element.NONE && delay > depth,
        "%d ms, the buffer has %d ms",
        delay / MS,
        depth / MS);
  }

  /** A clock that is half a second off is another rule's matter. */
  static void notAhead(MpdText mpd, Faults faults) {
    long tolerance = 500 * MS;
    for (Track track : mpd.dynamic() ? mpd.tracks() : List.<Track>of()) {
      for (Segment segment : track.segments) {
        long available =
            mpd.startUtcNs() + track.presentedNs(segment.end()) - track.availabilityOffsetNs();
        faults.addIf(
            available > mpd.load.utcNs() + tolerance,
            "%s has %d, which can be asked for in %d ms",
            track.key(),
            segment.time(),
            (available - mpd.load.utcNs()) / MS);
      }
    }
  }

  static void window(MpdText mpd, Faults faults) {
    long depth = mpd.root.duration("timeShiftBufferDepth");
    if (depth == Element.NONE) {
      return;
    }
    long longest = Math.max(0, mpd.root.duration("maxSegmentDuration"));
    for (Track track : mpd.dynamic() ? mpd.tracks() : List.<Track>of()) {
      if (track.segments.isEmpty()) {
        continue;
      }
      Segment first = track.segments.getFirst();
      long age = mpd.load.utcNs() - mpd.startUtcNs() - track.presentedNs(first.end());
      faults.addIf(
          age > depth + 2 * longest,
          "%s has %d, which ended %d ms ago",
          track.key(),
          first.time(),
          age / MS);
    }
  }

  // low latency

  private static boolean lowLatency(MpdText mpd) {
    return mpd.tracks().stream().anyMatch(Track::inChunks);
  }

  /** What is listed is there, so it is no fault that it could be asked for before it began. */
  static void offset(MpdText mpd, Faults faults) {
    long targetNs = Long.MAX_VALUE;
    for (Element service : mpd.root.all("ServiceDescription")) {
      for (Element latency : service.all("Latency")) {
        targetNs = Math.min(targetNs, latency.number("target", Long.MAX_VALUE / MS) * MS);
      }
    }
    for (Track track : mpd.tracks()) {
      long longestNs =
          track.segments.stream()
              .mapToLong(segment -> track.ns(segment.duration()))
              .max()
              .orElse(0);
      long shorterNs = longestNs - track.availabilityOffsetNs();
      faults.addIf(
          track.inChunks() && longestNs > 0 && (shorterNs <= 0 || shorterNs >= targetNs),
          "%s has availabilityTimeOffset %s, its longest segment has %d ms",
          track.key(),
          track.template("availabilityTimeOffset"),
          longestNs / MS);
    }
  }

  static void complete(MpdText mpd, Faults faults) {
    for (Track track : mpd.tracks()) {
      faults.addIf(
          track.inChunks() != track.availabilityOffsetNs() > 0,
          "%s has availabilityTimeOffset %s and availabilityTimeComplete %s",
          track.key(),
          track.template("availabilityTimeOffset"),
          track.template("availabilityTimeComplete"));
    }
  }

  static void service(MpdText mpd, Faults faults) {
    boolean target = false;
    for (Element service : mpd.root.all("ServiceDescription")) {
      for (Element latency : service.all("Latency")) {
        long min = latency.number("min", 0);
        long is = latency.number("target");
        long max = latency.number("max", Long.MAX_VALUE);
        target |= is > 0;
        faults.addIf(
            is != Element.NONE && (min > is || is > max),
            "the target is %d, min %s, max %s",
            is,
            latency.text("min"),
            latency.text("max"));
      }
      for (Element rate : service.all("PlaybackRate")) {
        long natural = 1_000_000_000L;
        long min = rate.seconds("min");
        long max = rate.seconds("max");
        faults.addIf(
            min != Element.NONE && min > natural || max != Element.NONE && max < natural,
            "rates from %s to %s",
            rate.text("min"),
            rate.text("max"));
      }
    }
    faults.addIf(lowLatency(mpd) && !target, "there is no target latency");
  }

  static void producerThere(MpdText mpd, Faults faults) {
    Set<String> ids = new HashSet<>();
    for (Track track : mpd.tracks()) {
      List<Element> times = Producer.of(track);
      times.forEach(time -> ids.add(time.text("id")));
      faults.addIf(track.inChunks() && times.isEmpty(), "%s has none", track.key());
      for (Element time : times) {
        faults.addIf(
            time.date("wallClockTime") == Element.NONE || time.number("presentationTime") < 0,
            "%s has one without a date or a time",
            track.key());
      }
    }
    for (Element service : mpd.root.all("ServiceDescription")) {
      for (Element latency : service.all("Latency")) {
        faults.addIf(
            latency.has("referenceId") && !ids.contains(latency.text("referenceId")),
            "the latency counts from %s, which is not there",
            latency.text("referenceId"));
      }
    }
  }
}
