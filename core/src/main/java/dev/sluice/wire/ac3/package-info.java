/**
 * AC-3 and Enhanced AC-3 as far as a server must understand them: the header of each syncframe, and
 * what MP4 says of a track.
 *
 * <p>Source: ETSI TS 102 366 V1.4.1, sections 4.3 and 4.4 (AC-3), E.1.2 and E.1.3 (Enhanced AC-3),
 * F.4 and F.6 (MP4); ETSI TS 103 420, section C.3.2 (object audio in Enhanced AC-3).
 *
 * <p>Immutable; no I/O, threads or clocks. Boxes are whole structures: what ends too early throws
 * {@link dev.sluice.wire.MalformedException}.
 */
@NullMarked
package dev.sluice.wire.ac3;

import org.jspecify.annotations.NullMarked;
