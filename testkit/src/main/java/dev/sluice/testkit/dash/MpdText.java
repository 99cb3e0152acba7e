package dev.sluice.testkit.dash;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** A description taken apart, with what is inherited in its place. */
final class MpdText {
  private static final long NS = 1_000_000_000L;

  /** Segments of one timeline, against a wrong {@code r}. */
  private static final int MAX_SEGMENTS = 20_000;

  private static final Pattern IDENTIFIER =
      Pattern.compile("\\$(?:(RepresentationID|Number|Bandwidth|Time)(%0[0-9]{1,2}d)?)?\\$");

  /**
   * A segment.
   *
   * @param time ticks of the media
   * @param duration ticks
   * @param number as of {@code $Number$}
   */
  record Segment(long time, long duration, long number) {
    long end() {
      return time + duration;
    }
  }

  /** A representation in its place, with what it inherits. */
  static final class Track {
    final Period period;
    final Element set;
    final Element element;
    final String id;

    /** From the outermost to the innermost. */
    private final List<Element> templates;

    final long timescale;
    final long offset;
    final List<Segment> segments = new ArrayList<>();

    private Track(Period period, Element set, Element element, List<Element> templates) {
      this.period = period;
      this.set = set;
      this.element = element;
      this.templates = templates;
      id = element.text("id");
      timescale = Math.max(1, templateNumber("timescale", 1));
      offset = templateNumber("presentationTimeOffset", 0);
      readTimeline();
    }

    /** Of all versions of a description. */
    String key() {
      return period.id + "/" + id;
    }

    /** An attribute of it or of its adaptation set; empty when there is none. */
    String attribute(String name) {
      return element.has(name) ? element.text(name) : set.text(name);
    }

    /** An attribute of its segment template; empty when there is none. */
    String template(String name) {
      String found = "";
      for (Element template : templates) {
        found = template.has(name) ? template.text(name) : found;
      }
      return found;
    }

    private long templateNumber(String name, long absent) {
      long found = absent;
      for (Element template : templates) {
        found = template.number(name, found);
      }
      return found;
    }

    boolean hasTemplate() {
      return !templates.isEmpty();
    }

    /** The innermost child of its segment templates; null when there is none. */
    @Nullable Element templateChild(String name) {
      Element found = null;
      for (Element template : templates) {
        Element child = template.first(name);
        found = child == null ? found : child;
      }
      return found;
    }

    /** How long before its end a segment can be asked for. */
    long availabilityOffsetNs() {
      long found = 0;
      for (Element template : templates) {
        long offsetNs = template.seconds("availabilityTimeOffset");
        found = offsetNs == Element.NONE ? found : offsetNs;
      }
      return found;
    }

    boolean inChunks() {
      return template("availabilityTimeComplete").equals("false");
    }

    /** Schemes of the events that are in its segments, as it says. */
    Set<String> eventSchemes() {
      Set<String> schemes = new HashSet<>();
      for (Element of : List.of(set, element)) {
        of.all("InbandEventStream").forEach(each -> schemes.add(each.text("schemeIdUri")));
      }
      return schemes;
    }

    boolean isVideo() {
      return set.text("contentType").equals("video") || attribute("mimeType").startsWith("video/");
    }

    boolean isAudio() {
      return set.text("contentType").equals("audio") || attribute("mimeType").startsWith("audio/");
    }

    long ns(long ticks) {
      return Math.floorDiv(ticks, timescale) * NS
          + Math.floorMod(ticks, timescale) * NS / timescale;
    }

    /** Presentation time, from the start of the presentation. */
    long presentedNs(long ticks) {
      return period.startNs + ns(ticks - offset);
    }

    String url(String template, Segment segment) {
      Matcher identifiers = IDENTIFIER.matcher(template);
      return period.mpd.resolve(
          identifiers.replaceAll(
              found -> Matcher.quoteReplacement(value(found.group(1), found.group(2), segment))));
    }

    private String value(@Nullable String name, @Nullable String format, Segment segment) {
      String text =
          switch (name == null ? "" : name) {
            case "RepresentationID" -> id;
            case "Number" -> Long.toString(segment.number);
            case "Bandwidth" -> element.text("bandwidth");
            case "Time" -> Long.toString(segment.time);
            default -> "$";
          };
      int width = format == null ? 0 : Integer.parseInt(format.substring(2, format.length() - 1));
      return "0".repeat(Math.max(0, width - text.length())) + text;
    }

    String mediaUrl(Segment segment) {
      return url(template("media"), segment);
    }

    String initUrl() {
      return url(template("initialization"), new Segment(0, 1, 0));
    }

    private void readTimeline() {
      Element timeline = templateChild("SegmentTimeline");
      long number = templateNumber("startNumber", 1);
      long at = 0;
      for (Element run : timeline == null ? List.<Element>of() : timeline.all("S")) {
        at = run.number("t", at);
        number = run.number("n", number);
        long duration = run.number("d", 0);
        for (long i = run.number("r", 0); i >= 0 && segments.size() < MAX_SEGMENTS; i--) {
          segments.add(new Segment(at, duration, number++));
          at += duration;
        }
      }
    }

    /** By their times. */
    NavigableMap<Long, Segment> byTime() {
      NavigableMap<Long, Segment> byTime = new TreeMap<>();
      segments.forEach(segment -> byTime.put(segment.time, segment));
      return byTime;
    }
  }

  /** A period in its place. */
  static final class Period {
    final MpdText mpd;
    final Element element;
    final String id;

    /** From the start of the presentation; 0 when it cannot be known. */
    final long startNs;

    final List<Track> tracks = new ArrayList<>();

    private Period(MpdText mpd, Element element, long startNs) {
      this.mpd = mpd;
      this.element = element;
      this.id = element.text("id");
      this.startNs = startNs;
      for (Element set : element.all("AdaptationSet")) {
        for (Element representation : set.all("Representation")) {
          List<Element> templates = new ArrayList<>(element.all("SegmentTemplate"));
          templates.addAll(set.all("SegmentTemplate"));
          templates.addAll(representation.all("SegmentTemplate"));
          tracks.add(new Track(this, set, representation, templates));
        }
      }
    }
  }

  final MpdLoad load;
  final Element root;
  final List<Period> periods = new ArrayList<>();

  private MpdText(MpdLoad load, Element root) {
    this.load = load;
    this.root = root;
    long at = 0;
    for (Element period : root.all("Period")) {
      long start = period.duration("start");
      long duration = period.duration("duration");
      at = start == Element.NONE ? at : start;
      periods.add(new Period(this, period, at));
      at = duration == Element.NONE ? at : at + duration;
    }
  }

  static MpdText of(MpdLoad load) throws SAXException {
    return new MpdText(load, Element.parse(load.text()));
  }

  boolean dynamic() {
    return root.text("type").equals("dynamic");
  }

  /** UTC at which the presentation's time is 0; 0 when it is not said. */
  long startUtcNs() {
    long start = root.date("availabilityStartTime");
    return start == Element.NONE ? 0 : start;
  }

  List<Track> tracks() {
    return periods.stream().flatMap(period -> period.tracks.stream()).toList();
  }

  /** Presentation time at which the period ends; the largest number when it goes on. */
  long endNs(Period period) {
    long duration = period.element.duration("duration");
    int next = periods.indexOf(period) + 1;
    if (duration != Element.NONE) {
      return period.startNs + duration;
    }
    return next < periods.size() ? periods.get(next).startNs : Long.MAX_VALUE;
  }

  /** Whether a segment was listed before its end, so that nobody knew its duration for sure. */
  boolean isBeingMade(Track track, Segment segment, long toleranceNs) {
    return startUtcNs() + track.presentedNs(segment.end()) > load.utcNs() + toleranceNs;
  }

  String resolve(String uri) {
    Element base = root.first("BaseURL");
    try {
      URI from = URI.create(load.uri());
      return (base == null ? from : from.resolve(base.content())).resolve(uri).toString();
    } catch (IllegalArgumentException noUri) {
      return uri;
    }
  }
}
