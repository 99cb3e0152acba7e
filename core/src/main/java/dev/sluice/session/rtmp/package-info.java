/**
 * RTMP engines: one object for each connection, fed bytes and the time, polled for what to do.
 *
 * <p>{@link dev.sluice.session.rtmp.RtmpServerSession} answers encoders and players. It follows
 * RTMP 1.0 (Adobe, 2012), Enhanced RTMP v2 (reconnect request, capabilities of {@code connect})
 * and, where these are silent, what SRS, FMS and the clients of the field do.
 *
 * <p>Rules: no I/O, no threads, no clock; each object belongs to one thread. Times are nanoseconds
 * of one monotonic clock whose beginning does not matter. Buffers passed in are borrowed and read
 * to their end; buffers in outputs are owned by the caller. Every method may make outputs: poll
 * until null after each call. Nothing that a peer sends throws; it ends in {@link
 * dev.sluice.session.rtmp.Closed} with one sentence, after the protocol's own answer.
 */
@NullMarked
package dev.sluice.session.rtmp;

import org.jspecify.annotations.NullMarked;
