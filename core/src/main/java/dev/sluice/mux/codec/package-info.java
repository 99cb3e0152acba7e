/**
 * What is done to each codec once, on the way in, so that no egress has to do it again: the inner
 * form of {@link dev.sluice.media.Codec} is made here and nowhere else.
 *
 * <p>Two kinds of work, one class a codec for each:
 *
 * <ul>
 *   <li>a {@link dev.sluice.mux.codec.Normaliser} takes access units that their container has told
 *       apart (FLV, MP4, Matroska, the pictures of a TS) and gives payload, track and random
 *       access;
 *   <li>an {@link dev.sluice.mux.codec.AudioSplitter} finds the frames of an audio track in a byte
 *       stream that has no other framing (the PES packets of a TS, an {@code .aac} file).
 * </ul>
 *
 * <p>No I/O, no threads, no clock. Buffers: arguments are borrowed; payloads that are handed on are
 * owned by the receiver, and are slices of what came in wherever nothing had to be changed. Errors:
 * a decoder configuration that cannot be read throws {@link dev.sluice.wire.MalformedException} or
 * {@link dev.sluice.wire.UnsupportedException}; faulty units are left out and counted.
 */
@NullMarked
package dev.sluice.mux.codec;

import org.jspecify.annotations.NullMarked;
