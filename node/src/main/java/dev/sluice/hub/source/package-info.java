/**
 * Which of a stream's sources is the one that viewers get: the source switch, as an engine.
 *
 * <p>A stream has <em>seats</em>, one for each source that is configured. A seat is taken by an
 * <em>arrival</em>: a publisher that came, or a job of ours that was started. What sources say of
 * themselves counts for nothing; they are judged by what they deliver.
 *
 * <p>{@link dev.sluice.hub.source.SourceSwitch#step} is a pure function: state, event and time go
 * in, the next state and effects come out. Immutable; no I/O, no threads, no clock, no media: of a
 * unit it hears that it came, whether it was picture or sound, and whether a stream can begin with
 * it. Instants are monotonic nanoseconds, compared by difference only.
 *
 * <p>Source: our own. Where Flussonic has the same option, it means the same here.
 */
@NullMarked
package dev.sluice.hub.source;

import org.jspecify.annotations.NullMarked;
