package dev.sluice.mux.flv;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** H.264: hands tags to its normaliser, and what that gives to the demuxer. */
final class AvcTags implements Normaliser.Output {
  /** Bytes of a payload that leave room for the tag's header in 24 bits. */
  private static final int MAX_PAYLOAD_BYTES = 0xFF_FFFF - 5;

  private final FlvDemuxer demuxer;
  private final Normaliser normaliser =
      VideoNormalisers.of(Codec.H264, Normaliser.Framing.LENGTH_PREFIXED, FlvDemuxer.VIDEO_ID, "");

  // of the tag at hand
  private long timestampMs;
  private int compositionMs;
  private @Nullable FlvDrop fate;

  AvcTags(FlvDemuxer demuxer) {
    this.demuxer = demuxer;
  }

  /**
   * @throws MalformedException when it cannot be read
   */
  void sequenceHeader(ByteBuf in) {
    if (!in.isReadable()) {
      demuxer.drop(FlvDrop.EMPTY);
      return;
    }
    normaliser.configuration(in);
    Track track = normaliser.track();
    if (track != null) {
      demuxer.announce(track);
    }
  }

  void frame(long timestampMs, int compositionMs, boolean key, ByteBuf in) {
    Track track = demuxer.track(FlvDemuxer.VIDEO_ID);
    if (track == null || track.codec() != Codec.H264) {
      demuxer.drop(FlvDrop.BEFORE_SEQUENCE_HEADER);
      return;
    }
    if (!in.isReadable()) {
      demuxer.drop(FlvDrop.EMPTY);
      return;
    }
    this.timestampMs = timestampMs;
    this.compositionMs = compositionMs;
    long malformedBefore = normaliser.malformed();
    fate = FlvDrop.WITHOUT_PICTURE;
    normaliser.unit(in, key, this);
    if (normaliser.malformed() > malformedBefore) {
      fate = FlvDrop.MALFORMED;
    }
    if (fate != null) {
      demuxer.drop(fate);
    }
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    if (payload.readableBytes() > MAX_PAYLOAD_BYTES) {
      payload.release();
      fate = FlvDrop.TOO_LARGE;
      return;
    }
    fate = null;
    demuxer.announce(track);
    demuxer.emit(track, timestampMs, compositionMs, randomAccess, payload);
  }
}
