/**
 * Segments and parts of all streams: made once, kept for as long as playlists need them, and waited
 * for.
 *
 * <p>A {@link dev.sluice.hub.segments.SegmentStream} is not a stream but what was cut from one: it
 * stays when the stream ends, so that players that come back find the numbers where they left them,
 * and the next stream of that name goes on there.
 *
 * <p>Threads: a segment stream has a loop, that of the stream for which it was opened first;
 * everything that is not said to be for any thread is called there. Buffers: bytes are the
 * window's; whoever hands them to a socket retains them.
 */
@NullMarked
package dev.sluice.hub.segments;

import org.jspecify.annotations.NullMarked;
