/**
 * Playlists of HTTP Live Streaming as text: media playlists, with the parts, hints and reports of
 * low latency, and multivariant playlists.
 *
 * <p>Source: RFC 8216 and its revision, draft-pantos-hls-rfc8216bis.
 *
 * <p>A playlist is a record; {@code write} gives its text, {@code read} takes any server's. Tags
 * and attributes that are not known are passed over, as section 6.3.1 wants. Durations are
 * nanoseconds, dates nanoseconds since the Unix epoch in UTC; they are written with six decimals at
 * most and with milliseconds. Immutable; no I/O, threads or clocks. What breaks the syntax throws
 * {@link dev.sluice.wire.MalformedException} that names the line; whether a playlist makes sense
 * (sections 4 and 6 have many rules) is for those to judge who know the one before it.
 */
@NullMarked
package dev.sluice.wire.hls;

import org.jspecify.annotations.NullMarked;
