/**
 * The one inner form that all protocols are turned into and made from: names, tracks, access units
 * and the UTC timeline.
 *
 * <p>Immutable values without I/O, threads or clocks. Times of {@link dev.sluice.media.SourceUnit}s
 * are in their source's own clock; times of {@link dev.sluice.media.AccessUnit}s are UTC in their
 * track's timescale; {@link dev.sluice.media.Timeline} is the only way from the one to the other.
 *
 * <p>Buffers: whoever holds a unit owns one reference to its payload; a payload never changes once
 * it is in a unit, each reader uses its own duplicate.
 */
@NullMarked
package dev.sluice.media;

import org.jspecify.annotations.NullMarked;
