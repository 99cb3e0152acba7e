/**
 * Between FLV tags, which RTMP messages share, and units: demuxer, muxer, and readers of files and
 * byte streams.
 *
 * <p>H.264 and AAC are understood, in the legacy and in the FourCC form; their units hold no byte
 * of FLV and are slices of the tag body. Every other codec is opaque: the whole tag body is the
 * payload, and comes out again as it came in.
 *
 * <p>No I/O, no threads, no clock. Buffers: a tag body that is handed in is borrowed, what is kept
 * of it is retained; it must not change afterwards. Errors: a decoder configuration that cannot be
 * read throws, since nothing of its track can be played; a faulty frame or data message is dropped
 * and counted by {@link dev.sluice.mux.flv.FlvDrop}.
 */
@NullMarked
package dev.sluice.mux.flv;

import org.jspecify.annotations.NullMarked;
