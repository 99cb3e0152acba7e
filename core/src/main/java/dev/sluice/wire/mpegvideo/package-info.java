/**
 * MPEG-1 and MPEG-2 video as far as a server must understand it: start codes, sequence headers with
 * their extensions, group and picture headers.
 *
 * <p>Source: ISO/IEC 11172-2, section 2.4; ITU-T H.262 (ISO/IEC 13818-2), section 6.
 *
 * <p>Input is always one whole structure: what ends too early throws {@link
 * dev.sluice.wire.MalformedException}. Immutable; no I/O, threads or clocks.
 */
@NullMarked
package dev.sluice.wire.mpegvideo;

import org.jspecify.annotations.NullMarked;
