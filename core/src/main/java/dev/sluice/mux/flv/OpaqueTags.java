package dev.sluice.mux.flv;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/** Tags of codecs that are not understood: the whole body is the payload. */
final class OpaqueTags {
  private final FlvDemuxer demuxer;
  private final int trackId;
  private final Track.Kind kind;
  private final Timescale timescale;

  OpaqueTags(FlvDemuxer demuxer, int trackId, Track.Kind kind, Timescale timescale) {
    this.demuxer = demuxer;
    this.trackId = trackId;
    this.kind = kind;
    this.timescale = timescale;
  }

  /** A sequence header: the body is the configuration of a track. */
  void sequenceHeader(String label, ByteBuf body) {
    demuxer.announce(track(label, configuration(label, body)));
  }

  /** A frame of a codec without sequence headers. */
  void frame(String label, long timestampMs, boolean randomAccess, ByteBuf body) {
    if (!isCurrent(label)) {
      demuxer.announce(track(label, Bytes.EMPTY));
    }
    frameOfCurrent(label, timestampMs, 0, randomAccess, body);
  }

  /** A frame, dropped when its codec's sequence header has not been seen. */
  void frameOfCurrent(
      String label, long timestampMs, int compositionMs, boolean randomAccess, ByteBuf body) {
    Track track = demuxer.track(trackId);
    if (track == null || !isCurrent(label)) {
      demuxer.drop(FlvDrop.BEFORE_SEQUENCE_HEADER);
      return;
    }
    demuxer.emit(track, timestampMs, compositionMs, randomAccess, body.retainedSlice());
  }

  /** A multitrack or ModEx packet: carried only where there is no single track. */
  void multitrack(String label, long timestampMs, boolean randomAccess, ByteBuf body) {
    if (demuxer.track(trackId) != null && !isCurrent(label)) {
      demuxer.drop(FlvDrop.MULTITRACK);
      return;
    }
    frame(label, timestampMs, randomAccess, body);
  }

  boolean isCurrent(String label) {
    Track track = demuxer.track(trackId);
    return track != null && track.codec() == Codec.OPAQUE && track.label().equals(label);
  }

  /**
   * Copies a decoder configuration.
   *
   * @throws MalformedException when it is larger than is kept
   */
  static Bytes configuration(String label, ByteBuf bytes) {
    if (bytes.readableBytes() > FlvDemuxer.MAX_CONFIGURATION_BYTES) {
      throw new MalformedException(
          "%s sequence header of %d bytes, allowed are %d"
              .formatted(label, bytes.readableBytes(), FlvDemuxer.MAX_CONFIGURATION_BYTES));
    }
    return Bytes.copyOf(bytes);
  }

  private Track track(String label, Bytes configuration) {
    return new Track(trackId, kind, Codec.OPAQUE, label, timescale, configuration);
  }
}
