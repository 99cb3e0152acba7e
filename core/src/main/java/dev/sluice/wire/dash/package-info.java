/**
 * Media presentation descriptions of DASH as text: what a live packager says, and what is read of
 * others'.
 *
 * <p>Source: ISO/IEC 23009-1:2022, section 5, and its schema {@code DASH-MPD.xsd}; the low-latency
 * elements after the DASH-IF guidelines.
 *
 * <p>An {@link dev.sluice.wire.dash.Mpd} is a record; {@code write} gives its text, {@code read}
 * takes any server's. Elements and attributes that are not known, or are of another namespace, are
 * passed over, as section 5.2.2 of the standard wants. Durations are nanoseconds, dates nanoseconds
 * since the Unix epoch in UTC; both are written with as many decimals as they need. Media times are
 * ticks of the timescale that stands beside them. What is not said is {@link
 * dev.sluice.wire.dash.Mpd#UNSET}, 0 where 0 cannot be said, or null.
 *
 * <p>Immutable; no I/O, threads or clocks. Document type declarations and entities of one's own are
 * refused, so nothing outside the text is ever looked at. What breaks the syntax throws {@link
 * dev.sluice.wire.MalformedException} that names the line; whether a description makes sense beside
 * the one before it is for others to judge.
 */
@NullMarked
package dev.sluice.wire.dash;

import org.jspecify.annotations.NullMarked;
