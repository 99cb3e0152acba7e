/**
 * Between MPEG-2 transport streams and units: demuxer, muxer, and a reader of files.
 *
 * <p>Source: ISO/IEC 13818-1 with the documents that {@code dev.sluice.wire.mpegts} names. On the
 * way in, a packet's payload is copied once, into the PES packet that it belongs to; what the
 * normalisers and splitters of {@code dev.sluice.mux.codec} make of that is theirs.
 *
 * <p>No I/O, no threads, no clock. Buffers: what is fed is borrowed and copied; payloads that are
 * handed on are owned by the receiver. Errors: a transport stream comes over lossy networks, so
 * nothing in it throws; each fault is counted by its {@link dev.sluice.mux.mpegts.TsFault}, and
 * what it touched is left out or marked as the {@link dev.sluice.mux.mpegts.TsSettings} say.
 */
@NullMarked
package dev.sluice.mux.mpegts;

import org.jspecify.annotations.NullMarked;
