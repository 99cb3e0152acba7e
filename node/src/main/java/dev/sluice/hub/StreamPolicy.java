package dev.sluice.hub;

import dev.sluice.hub.source.SourcePlan;
import dev.sluice.media.TimeReference;
import dev.sluice.media.TrackEpoch;

/**
 * What was configured for one stream, in the units that the hub works in.
 *
 * @param latencyNs how long units wait for a block to be sent, in the mean of its beginnings; 0
 *     closes a block with every picture
 * @param gopCache whether a joining viewer can be given the current GOP
 * @param gopCacheMaxBytes payload bytes that the GOP cache of a stream may hold
 * @param gopCacheMaxNs media time that the GOP cache of a stream may span
 * @param join where a viewer begins
 * @param waitForPublisher whether a viewer may wait for a stream that nobody publishes
 * @param waitTimeoutNs how long such a viewer waits; 0 means as long as it likes
 * @param sources who delivers, and who when he does not
 * @param maxLeadNs how far a source may run ahead of the clock before it is not read
 * @param backlogMaxBytes unsent bytes of one viewer past which it skips
 * @param backlogMaxNs unsent media time of one viewer past which it skips
 * @param stalledMaxNs how long a viewer may skip without taking a byte before it is disconnected
 * @param maxViewers viewers at a time
 * @param maxBitrateBps bits per second of a source, averaged over 5 s; 0 means no limit
 * @param time whose clock says at which UTC frames are
 * @param tracks whether a source may change the stream's tracks
 * @param absoluteTime whether RTMP and FLV time stamps are UTC milliseconds mod 2³² ("ATC")
 * @param listed whether the stream stands in public lists
 */
public record StreamPolicy(
    long latencyNs,
    boolean gopCache,
    int gopCacheMaxBytes,
    long gopCacheMaxNs,
    Join join,
    boolean waitForPublisher,
    long waitTimeoutNs,
    SourcePlan sources,
    long maxLeadNs,
    long backlogMaxBytes,
    long backlogMaxNs,
    long stalledMaxNs,
    int maxViewers,
    long maxBitrateBps,
    TimeReference time,
    TrackEpoch.Rule tracks,
    boolean absoluteTime,
    boolean listed) {

  /** Of the latency, how long a source rests between two reads of its socket. */
  private static final int REST_DIVISOR = 4;

  /** How long a source is not read after it was: what came meanwhile is taken in one go. */
  public long restNs() {
    return latencyNs / REST_DIVISOR;
  }

  /**
   * How long a block gathers after its first unit was taken. A little less than the latency, since
   * units wait for their source to be read, too: half a rest on the average, and a block so ends
   * between two reads.
   */
  public long gatherNs() {
    return latencyNs - restNs() / 2;
  }

  /** Where a viewer begins. */
  public enum Join {
    /** With the current GOP, from the cache: a picture at once, as old as its key frame. */
    GOP,
    /** With the next random access point: as fresh as can be. */
    LIVE
  }
}
