/**
 * FLV as bytes: the file header, tag headers, and the first bytes of audio and video tag bodies,
 * which RTMP audio and video messages share.
 *
 * <p>Source: Adobe "Video File Format Specification 10.1" (2010), annex E; Veovera "Enhanced RTMP"
 * v2 for the FourCC forms. Big-endian.
 *
 * <p>Immutable; no I/O, threads or clocks. Short input returns null and consumes nothing; input
 * that can never become valid throws {@link dev.sluice.wire.MalformedException}, encrypted tags
 * throw {@link dev.sluice.wire.UnsupportedException}.
 */
@NullMarked
package dev.sluice.wire.flv;

import org.jspecify.annotations.NullMarked;
