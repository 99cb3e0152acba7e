package dev.sluice.mux.flv;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/** One track of a codec that is not understood: whole tag bodies are its payload. */
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
  void sequenceHeader(String label, WholeBody body) {
    ByteBuf bytes = body.retained();
    try {
      demuxer.announce(track(label, Bytes.copyOf(bytes)));
    } finally {
      bytes.release();
    }
  }

  /** A frame; the first one of a codec without sequence headers begins its track. */
  void frame(
      String label,
      long timestampMs,
      int compositionMs,
      int offsetNs,
      boolean randomAccess,
      WholeBody body) {
    Track track = demuxer.track(trackId);
    if (track == null || track.codec() != Codec.OPAQUE || !track.label().equals(label)) {
      track = track(label, Bytes.EMPTY);
      demuxer.announce(track);
    }
    demuxer.emit(track, timestampMs, compositionMs, offsetNs, randomAccess, body.retained());
  }

  private Track track(String label, Bytes configuration) {
    return new Track(trackId, kind, Codec.OPAQUE, label, timescale, configuration);
  }
}
