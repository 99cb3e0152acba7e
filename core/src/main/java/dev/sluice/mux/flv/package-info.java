/**
 * Between FLV tags, which RTMP messages share, and units: demuxer, muxer, and readers of files and
 * byte streams.
 *
 * <p>Codecs that have a normaliser ({@link dev.sluice.mux.codec}) are understood, in the legacy and
 * in the FourCC form, in single tracks and in several; their units hold no byte of FLV and are
 * slices of the tag body wherever nothing had to be changed. Every other codec is opaque: the whole
 * tag body is the payload, and comes out again as it came in.
 *
 * <p>No I/O, no threads, no clock. Buffers: a tag body that is handed in is borrowed, what is kept
 * of it is retained; it must not change afterwards. Errors: a decoder configuration that cannot be
 * read throws, since nothing of its track can be played; a faulty frame or data message is dropped
 * and counted by {@link dev.sluice.mux.flv.FlvDrop}.
 */
@NullMarked
package dev.sluice.mux.flv;

import org.jspecify.annotations.NullMarked;
