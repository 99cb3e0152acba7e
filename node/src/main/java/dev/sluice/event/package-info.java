/**
 * What happens on a node, as others are told of it: one model of events, the ring of the last ones
 * that readers follow, and what receivers elsewhere get of them.
 *
 * <p>Events are told on loops: to tell one puts it into a bounded queue and never blocks; what has
 * no room is counted, and told by an event of its own. One thread at a time takes them out again,
 * numbers them and hands them on. No I/O, no clock: what is to be sent is an effect, what became of
 * it an event. Nothing secret stands in an {@link dev.sluice.event.Event}.
 *
 * <p>Sources: the HTML standard, 9.2 (server-sent events); SRS's {@code http_hooks} and {@code
 * heartbeat}; nginx-rtmp's {@code on_…} directives.
 */
@NullMarked
package dev.sluice.event;

import org.jspecify.annotations.NullMarked;
