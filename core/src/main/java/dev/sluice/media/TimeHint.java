package dev.sluice.media;

/**
 * What a source says of UTC: an RTCP sender report, a {@code prft} box, a time code.
 *
 * @param trackId whose clock it is about, as the source numbers its tracks
 * @param sourceTicks a reading of that clock, as it came (it may wrap)
 * @param utcNs UTC at that reading, in nanoseconds since the Unix epoch
 */
public record TimeHint(int trackId, long sourceTicks, long utcNs) {}
