/**
 * H.265 as far as a server must understand it: NAL unit types, parameter sets, and the decoder
 * configuration record.
 *
 * <p>Source: ITU-T H.265 (2021), sections 7.3, 7.4, annexes D and E; ISO/IEC 14496-15, section 8.3
 * and annex E.
 *
 * <p>Input is always one whole structure: what ends too early throws {@link
 * dev.sluice.wire.MalformedException}. Immutable; no I/O, threads or clocks.
 */
@NullMarked
package dev.sluice.wire.h265;

import org.jspecify.annotations.NullMarked;
