/**
 * FLAC as far as a server must understand it: how the decoder is configured, and the header of each
 * frame.
 *
 * <p>Source: RFC 9639, sections 8 and 9; Encapsulation of FLAC in ISO Base Media File Format 0.0.4,
 * section 3.3.2.
 *
 * <p>Immutable; no I/O, threads or clocks. Configurations are whole structures: what ends too early
 * throws {@link dev.sluice.wire.MalformedException}.
 */
@NullMarked
package dev.sluice.wire.flac;

import org.jspecify.annotations.NullMarked;
