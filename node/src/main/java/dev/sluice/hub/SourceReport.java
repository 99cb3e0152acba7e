package dev.sluice.hub;

import dev.sluice.hub.source.Level;
import dev.sluice.hub.source.Seat;
import dev.sluice.hub.source.SourceSpec;
import org.jspecify.annotations.Nullable;

/**
 * A source of a stream at one moment.
 *
 * @param running whether a job of ours is at it
 * @param active whether viewers get what it delivers
 * @param pinned whether an operator has put it before all others
 * @param client who is there; null when nobody is
 * @param sinceNs how long it has been there
 * @param bitrateBps bits per second that come, averaged
 * @param note what its job says of itself; null when there is none
 */
public record SourceReport(
    SourceSpec spec,
    Seat seat,
    Level level,
    boolean running,
    boolean active,
    boolean pinned,
    @Nullable Client client,
    long sinceNs,
    long bitrateBps,
    @Nullable String note) {}
