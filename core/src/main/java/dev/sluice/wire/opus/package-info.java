/**
 * Opus as far as a server must understand it: how the decoder is configured, how long a packet
 * lasts, and what stands before packets in MPEG-TS.
 *
 * <p>Source: RFC 6716, section 3; RFC 7845, section 5.1; Encapsulation of Opus in ISO Base Media
 * File Format 0.8.1, section 4.3.2; ETSI TS Opus 0.1.3 (draft), which everybody follows for
 * MPEG-TS.
 *
 * <p>Input is one whole structure unless a method says otherwise: what ends too early throws {@link
 * dev.sluice.wire.MalformedException}. Immutable; no I/O, threads or clocks.
 */
@NullMarked
package dev.sluice.wire.opus;

import org.jspecify.annotations.NullMarked;
