/**
 * Streams, their sources, the forms they are handed out in, and their viewers; knows no protocol.
 *
 * <p>How a frame passes: a {@link dev.sluice.hub.Publication} carries the units of a source to the
 * loop that owns the {@link dev.sluice.hub.LiveStream}; its timeline turns them into access units;
 * each {@link dev.sluice.hub.Feed} (a stream in one {@link dev.sluice.hub.Form}) gathers them into
 * immutable {@link dev.sluice.hub.Block}s; a block is handed once to each loop that has viewers,
 * where a {@link dev.sluice.hub.Fanout} writes the same memory to every {@link
 * dev.sluice.hub.Viewer}.
 *
 * <p>Threads: a stream, its feeds and its timers live on one {@link dev.sluice.hub.Loop}, the one
 * where the stream began; a viewer and its sink live on the loop of the viewer's connection; a
 * publication's calls come from its connection's loop. Between loops only tasks pass. No locks, no
 * blocking, no clock of its own: time is {@link dev.sluice.hub.Loop#nowNs} and {@link
 * dev.sluice.hub.UtcClock}.
 *
 * <p>Buffers: a unit that is offered is owned by the hub; a buffer that is written to a sink is
 * owned by the sink.
 *
 * <p>Errors: what escapes a stream's code ends that stream with {@link
 * dev.sluice.hub.Reason#FAILED}, never its loop. Every refusal and every end is a {@link
 * dev.sluice.hub.Reason}.
 */
@NullMarked
package dev.sluice.hub;

import org.jspecify.annotations.NullMarked;
