/**
 * What H.264 and H.265 have in common: NAL units in byte streams and behind lengths, emulation
 * prevention, and the payloads of SEI.
 *
 * <p>Source: ITU-T H.264 (2021) and H.265 (2021), sections 7.3.1, 7.3.2.3 and annex B of both;
 * ISO/IEC 14496-15, section 4.3.
 *
 * <p>Input is always one whole structure. No I/O, threads or clocks; {@link
 * dev.sluice.wire.nal.NalIndex} belongs to one thread.
 */
@NullMarked
package dev.sluice.wire.nal;

import org.jspecify.annotations.NullMarked;
