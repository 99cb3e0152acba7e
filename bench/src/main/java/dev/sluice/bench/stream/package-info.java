/**
 * The stream that is published for a measurement, and the proof that a viewer got it whole.
 *
 * <p>{@link dev.sluice.bench.stream.SyntheticStream} is 500 kbit/s of H.264 and AAC that any player
 * can decode, each frame stamped with its number and the moment it was sent. {@link
 * dev.sluice.bench.stream.FrameLedger} remembers a hash of each; {@link
 * dev.sluice.bench.stream.StreamChecker} holds what a viewer receives against it.
 *
 * <p>The clock is an argument everywhere but in {@link dev.sluice.bench.stream.Publisher}, whose
 * thread keeps the stream in real time.
 *
 * <p>Source: ITU-T H.264 (08/2021), sections 7.3 and 9.2; ISO/IEC 14496-3, section 4.4.2; Adobe FLV
 * 10.1, annex E.4.
 */
@NullMarked
package dev.sluice.bench.stream;

import org.jspecify.annotations.NullMarked;
