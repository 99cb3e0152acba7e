/**
 * AAC as far as a server must understand it: how the decoder is configured, and how frames are told
 * apart in ADTS and in LATM/LOAS.
 *
 * <p>Source: ISO/IEC 14496-3 (2019), sections 1.6, 1.7, 1.A.2 and 4.4.1.
 *
 * <p>Short headers return null and consume nothing when the input is short; configurations and
 * elements of LATM are whole structures: what ends too early throws {@link
 * dev.sluice.wire.MalformedException}. Immutable; no I/O, threads or clocks.
 */
@NullMarked
package dev.sluice.wire.aac;

import org.jspecify.annotations.NullMarked;
