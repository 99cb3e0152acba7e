package dev.sluice.hub.source;

import static dev.sluice.wire.Checks.checkRange;

import java.util.List;

/**
 * What is configured for the sources of one stream. Times are nanoseconds.
 *
 * @param seats at least one and at most {@link #MAX_SEATS}, in the order in which they are listed;
 *     at most one of them is the backup
 * @param sourceTimeoutNs without a frame for so long a source has failed; also how long a source
 *     that was just started may take before the next is started
 * @param videoTimeoutNs without a picture for so long it has failed, too; 0 for never
 * @param audioTimeoutNs without sound for so long it has failed, too; 0 for never
 * @param takeBackAfterNs how long a better source must have been good before it takes back, and how
 *     long nothing is taken back after any change
 * @param takeover which second publisher may take a seat that is taken
 * @param takeoverSilenceNs how long the first must have been silent for that
 * @param reconnectGraceNs how long a stream with publishers only outlasts the last of them
 * @param onDemand whether pulls run only while somebody watches
 * @param lingerNs how long after the last viewer they still run
 */
public record SwitchRules(
    List<Seat> seats,
    long sourceTimeoutNs,
    long videoTimeoutNs,
    long audioTimeoutNs,
    long takeBackAfterNs,
    Takeover takeover,
    long takeoverSilenceNs,
    long reconnectGraceNs,
    boolean onDemand,
    long lingerNs) {
  /** Sources of one stream. */
  public static final int MAX_SEATS = 16;

  /** Which second publisher replaces a first one. */
  public enum Takeover {
    /** One with the same token, once the first has been silent. */
    SAME_TOKEN,
    /** Any that may publish, at once. */
    ALWAYS,
    /** None. */
    NEVER
  }

  public SwitchRules {
    checkRange("seats", seats.size(), 1, MAX_SEATS);
    checkRange("backups", (int) seats.stream().filter(Seat::isBackup).count(), 0, 1);
    checkRange("sourceTimeoutNs", sourceTimeoutNs, 1, Long.MAX_VALUE);
    seats = List.copyOf(seats);
  }

  /** Whether the stream needs no publisher: a job of ours can keep it alive. */
  public boolean standsAlone() {
    return seats.stream().anyMatch(Seat::isOurs);
  }
}
