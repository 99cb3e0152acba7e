package dev.sluice.wire.dash;

/**
 * The clocks of a description; each is {@link Mpd#UNSET} when it is not said (ISO/IEC 23009-1,
 * section 5.3.1.2).
 *
 * @param availabilityStartNs UTC from which the presentation's time counts
 * @param availabilityEndNs UTC after which nothing can be asked for any more
 * @param publishNs UTC at which this version was made
 * @param presentationDurationNs of all of it
 * @param minimumUpdatePeriodNs after which a client asks for the next version; 0 whenever it needs
 *     one
 * @param minBufferTimeNs for which bandwidths hold; always said
 * @param timeShiftBufferDepthNs how far back segments can be asked for
 * @param suggestedPresentationDelayNs how far behind the clock a client plays
 * @param maxSegmentDurationNs no segment is longer
 * @param maxSubsegmentDurationNs no piece of one is longer
 */
public record MpdTimes(
    long availabilityStartNs,
    long availabilityEndNs,
    long publishNs,
    long presentationDurationNs,
    long minimumUpdatePeriodNs,
    long minBufferTimeNs,
    long timeShiftBufferDepthNs,
    long suggestedPresentationDelayNs,
    long maxSegmentDurationNs,
    long maxSubsegmentDurationNs) {

  /** The same at another {@code publishNs}. */
  MpdTimes published(long utcNs) {
    return new MpdTimes(
        availabilityStartNs,
        availabilityEndNs,
        utcNs,
        presentationDurationNs,
        minimumUpdatePeriodNs,
        minBufferTimeNs,
        timeShiftBufferDepthNs,
        suggestedPresentationDelayNs,
        maxSegmentDurationNs,
        maxSubsegmentDurationNs);
  }

  static MpdTimes read(XmlElement element) {
    element.requiredString("minBufferTime");
    return new MpdTimes(
        element.date("availabilityStartTime"),
        element.date("availabilityEndTime"),
        element.date("publishTime"),
        element.duration("mediaPresentationDuration"),
        element.duration("minimumUpdatePeriod"),
        element.duration("minBufferTime"),
        element.duration("timeShiftBufferDepth"),
        element.duration("suggestedPresentationDelay"),
        element.duration("maxSegmentDuration"),
        element.duration("maxSubsegmentDuration"));
  }

  void write(XmlWriter out) {
    out.date("availabilityStartTime", availabilityStartNs)
        .date("availabilityEndTime", availabilityEndNs)
        .date("publishTime", publishNs)
        .duration("mediaPresentationDuration", presentationDurationNs)
        .duration("minimumUpdatePeriod", minimumUpdatePeriodNs)
        .duration("minBufferTime", minBufferTimeNs)
        .duration("timeShiftBufferDepth", timeShiftBufferDepthNs)
        .duration("suggestedPresentationDelay", suggestedPresentationDelayNs)
        .duration("maxSegmentDuration", maxSegmentDurationNs)
        .duration("maxSubsegmentDuration", maxSubsegmentDurationNs);
  }
}
