/**
 * MPEG audio, layers I to III, as far as a server must understand it: the header of each frame.
 *
 * <p>Source: ISO/IEC 11172-3 (MPEG-1) and 13818-3 (MPEG-2), section 2.4; MPEG-2.5 is an extension
 * of the Fraunhofer institute for the lowest rates, which every player knows.
 *
 * <p>Immutable; no I/O, threads or clocks. What is no header throws {@link
 * dev.sluice.wire.MalformedException}.
 */
@NullMarked
package dev.sluice.wire.mpegaudio;

import org.jspecify.annotations.NullMarked;
