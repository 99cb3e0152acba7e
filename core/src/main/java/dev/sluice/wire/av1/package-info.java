/**
 * AV1 as far as a server must understand it: OBUs, sequence headers, the beginning of frame
 * headers, the configuration record, and the carriage in MPEG-2 TS.
 *
 * <p>Source: AV1 Bitstream &amp; Decoding Process Specification 1.0.0 with errata 1, sections 4.10,
 * 5.3 to 5.9; AV1 Codec ISO Media File Format Binding 1.2; Carriage of AV1 in MPEG-2 TS (draft of
 * the Alliance for Open Media), section 3.2.
 *
 * <p>Input is always one whole structure: what ends too early throws {@link
 * dev.sluice.wire.MalformedException}. Immutable, but for {@link dev.sluice.wire.av1.ObuIndex}; no
 * I/O, threads or clocks.
 */
@NullMarked
package dev.sluice.wire.av1;

import org.jspecify.annotations.NullMarked;
