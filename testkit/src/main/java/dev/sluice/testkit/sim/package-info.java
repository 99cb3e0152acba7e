/**
 * A simulator: time that only moves when told to, and a network of hosts with loss, delay, jitter,
 * reordering, duplication, limited bandwidth, cuts and partitions.
 *
 * <p>Everything runs in the thread of the test and is decided by the seed and the order of calls:
 * the same test with the same seed sees the same packets at the same nanoseconds. A host pair draws
 * from its own random source, so that traffic between others does not change what it meets.
 *
 * <p>Times are nanoseconds of {@link dev.sluice.testkit.sim.VirtualTime}. Payloads are copied when
 * they are sent and belong to the receiver when they arrive.
 */
@NullMarked
package dev.sluice.testkit.sim;

import org.jspecify.annotations.NullMarked;
