/**
 * What splice information says: where programs and breaks begin and end.
 *
 * <p>Source: ANSI/SCTE 35 (2023), sections 9.6 to 9.8 and 10.3.3. {@link
 * dev.sluice.wire.mpegts.SpliceInfoSection} holds one section whole, with its length and CRC
 * checked, and moves it in time; here it is taken apart. Nothing is larger than a section, which
 * bounds all counts. Of an encrypted section nothing is known but that it is one. Commands and
 * descriptors that nobody here acts upon are kept as their numbers. Times are ticks of 90 kHz, 33
 * bits, pts_adjustment added.
 */
@NullMarked
package dev.sluice.wire.scte35;

import org.jspecify.annotations.NullMarked;
