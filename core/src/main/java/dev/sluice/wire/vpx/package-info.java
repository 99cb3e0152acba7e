/**
 * VP8 and VP9 as far as a server must understand them: the headers that are not compressed, the
 * index of superframes, and the configuration record.
 *
 * <p>Source: RFC 6386, section 9.1 (VP8); VP9 Bitstream &amp; Decoding Process Specification 0.6,
 * sections 6.1, 6.2 and annex B; VP Codec ISO Media File Format Binding 1.0.
 *
 * <p>Input is always one whole structure: what ends too early throws {@link
 * dev.sluice.wire.MalformedException}. Immutable; no I/O, threads or clocks.
 */
@NullMarked
package dev.sluice.wire.vpx;

import org.jspecify.annotations.NullMarked;
