package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

import org.jspecify.annotations.Nullable;

/**
 * How segments are named and when they are (ISO/IEC 23009-1, sections 5.3.9.2 and 5.3.9.4). What is
 * not said is said further out: by the adaptation set, by the period.
 *
 * @param media template of their URLs, for {@link UrlTemplate}; null when it is not said
 * @param initialization template of the init segment's URL; null when it is not said
 * @param timescale ticks a second; {@link Mpd#UNSET} means 1
 * @param presentationTimeOffset ticks of the media at which the period begins; {@link Mpd#UNSET}
 *     means 0
 * @param eptDelta ticks from there to the earliest picture of the first segment, may be negative;
 *     {@link Mpd#UNSET} when it is not said
 * @param duration ticks of each segment where there is no timeline; {@link Mpd#UNSET} when it is
 *     not said
 * @param startNumber number of the first segment; {@link Mpd#UNSET} means 1
 * @param endNumber number of the last one; {@link Mpd#UNSET} when it is not said
 * @param availability from when they can be asked for
 * @param failover stretches that are missing; null when none are told
 * @param timeline when they begin; null when it is not said
 */
public record SegmentTemplate(
    @Nullable String media,
    @Nullable String initialization,
    long timescale,
    long presentationTimeOffset,
    long eptDelta,
    long duration,
    long startNumber,
    long endNumber,
    Availability availability,
    @Nullable FailoverContent failover,
    @Nullable SegmentTimeline timeline) {
  /** Ticks a second, at most. */
  public static final long MAX_TIMESCALE = 0xFFFF_FFFFL;

  public SegmentTemplate {
    if (timescale != Mpd.UNSET) {
      checkRange("timescale", timescale, 1, MAX_TIMESCALE);
    }
  }

  /** Segments by their times, of which nothing more is said. */
  public static SegmentTemplate timed(
      String media, String initialization, long timescale, SegmentTimeline timeline) {
    return new SegmentTemplate(
        media,
        initialization,
        timescale,
        Mpd.UNSET,
        Mpd.UNSET,
        Mpd.UNSET,
        Mpd.UNSET,
        Mpd.UNSET,
        Availability.UNSET,
        null,
        timeline);
  }

  static SegmentTemplate read(XmlElement element) {
    return new SegmentTemplate(
        element.string("media"),
        element.string("initialization"),
        element.integer("timescale", Mpd.UNSET, 1, MAX_TIMESCALE),
        element.integer("presentationTimeOffset", Mpd.UNSET),
        element.integer("eptDelta", Mpd.UNSET, -Long.MAX_VALUE, Long.MAX_VALUE),
        element.integer("duration", Mpd.UNSET),
        element.integer("startNumber", Mpd.UNSET),
        element.integer("endNumber", Mpd.UNSET),
        Availability.read(element),
        element.only("FailoverContent", FailoverContent::read),
        element.only("SegmentTimeline", SegmentTimeline::read));
  }

  void write(XmlWriter out) {
    out.open("SegmentTemplate")
        .attribute("media", media)
        .attribute("initialization", initialization)
        .integer("timescale", timescale)
        .integer("presentationTimeOffset", presentationTimeOffset)
        .integer("eptDelta", eptDelta)
        .integer("duration", duration)
        .integer("startNumber", startNumber)
        .integer("endNumber", endNumber);
    availability.write(out);
    if (failover != null) {
      failover.write(out);
    }
    if (timeline != null) {
      timeline.write(out);
    }
    out.close();
  }
}
