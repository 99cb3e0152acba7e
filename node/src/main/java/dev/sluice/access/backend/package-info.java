/**
 * Whoever a back end of the operator's lets in: what it is asked, in the forms of SRS, Flussonic,
 * nginx-rtmp and Red5, what its replies mean, and when it is asked at all.
 *
 * <p>No I/O, no clock: a call is an effect, its reply an event. {@link
 * dev.sluice.access.backend.BackendCalls} is guarded by its owner.
 */
@NullMarked
package dev.sluice.access.backend;

import org.jspecify.annotations.NullMarked;
