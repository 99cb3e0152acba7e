/**
 * Between MP4 and units: a reader of files with random access, progressive and fragmented; and, for
 * CMAF, a muxer of init segments and chunks and a demuxer of a byte stream of them.
 *
 * <p>Source: ISO/IEC 14496-12, 14496-14 and 14496-15, 23000-19 (CMAF), and QuickTime where files
 * follow it. Every codec goes through its {@link dev.sluice.mux.codec.Normaliser} on the way in.
 *
 * <p>Tables of samples are never turned into objects. A file's tables stay where they are and are
 * read through windows of 16 KiB, at most six a track; a file of ten hours takes no more memory
 * than one of a minute, but for one mark of 16 bytes for every 1,024 runs of equal durations or
 * offsets.
 *
 * <p>No I/O but through {@link dev.sluice.mux.ByteSource}, no threads, no clock. Buffers: arguments
 * are borrowed; payloads are owned by the receiver, one buffer a sample. Errors: a file or stream
 * whose structure is broken throws {@link dev.sluice.wire.MalformedException}; a track that is not
 * read is passed over with its reason; a faulty unit is left out and counted.
 */
@NullMarked
package dev.sluice.mux.mp4;

import org.jspecify.annotations.NullMarked;
