/**
 * AAC as far as a server must understand it: how the decoder is configured.
 *
 * <p>Source: ISO/IEC 14496-3 (2019), section 1.6 and section 4.4.1.
 *
 * <p>Input is always one whole structure: what ends too early throws {@link
 * dev.sluice.wire.MalformedException}. Immutable; no I/O, threads or clocks.
 */
@NullMarked
package dev.sluice.wire.aac;

import org.jspecify.annotations.NullMarked;
