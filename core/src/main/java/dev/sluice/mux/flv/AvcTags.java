package dev.sluice.mux.flv;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.h264.AvcDecoderConfigurationRecord;
import dev.sluice.wire.h264.NalUnits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * H.264: lengths become four bytes, and what is no picture is left out.
 *
 * <p>Random access is an IDR picture, whatever the tag says; or a picture that the tag calls a key
 * frame and that has a recovery point SEI or begins with an I slice. So the tag's word is not
 * believed alone, and encoders of open GOPs or with intra refresh can be joined too.
 */
final class AvcTags {
  /** Bytes of a payload that leave room for the tag's header in 24 bits. */
  private static final int MAX_PAYLOAD_BYTES = 0xFF_FFFF - 5;

  private final FlvDemuxer demuxer;
  private int lengthSize = 4;

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
    Bytes configuration = OpaqueTags.configuration("h264", in);
    var record = AvcDecoderConfigurationRecord.read(in);
    lengthSize = record.lengthSize();
    if (lengthSize != 4) {
      ByteBuf rewritten = Unpooled.buffer();
      record.withLengthSize(4).write(rewritten);
      configuration = Bytes.copyOf(rewritten);
    }
    demuxer.announce(
        new Track(
            FlvDemuxer.VIDEO_ID,
            Track.Kind.VIDEO,
            Codec.H264,
            Codec.H264.label(),
            Timescale.VIDEO,
            configuration));
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
    boolean randomAccess;
    try {
      int types = NalUnits.types(in, lengthSize);
      if ((types & NalUnits.PICTURE_TYPES) == 0) {
        demuxer.drop(FlvDrop.WITHOUT_PICTURE);
        return;
      }
      randomAccess =
          (types & 1 << NalUnits.IDR) != 0
              || key
                  && (NalUnits.hasRecoveryPoint(in, lengthSize)
                      || NalUnits.beginsIntra(in, lengthSize));
    } catch (MalformedException _) {
      demuxer.drop(FlvDrop.MALFORMED);
      return;
    }
    if (lengthSize == 4) {
      demuxer.emit(track, timestampMs, compositionMs, randomAccess, in.retainedSlice());
    } else {
      rewrite(track, timestampMs, compositionMs, randomAccess, in);
    }
  }

  private void rewrite(
      Track track, long timestampMs, int compositionMs, boolean randomAccess, ByteBuf in) {
    ByteBuf payload = in.alloc().buffer(in.readableBytes() + 64);
    NalUnits.writeWithLengthSize4(in, lengthSize, payload);
    if (payload.readableBytes() > MAX_PAYLOAD_BYTES) {
      payload.release();
      demuxer.drop(FlvDrop.TOO_LARGE);
      return;
    }
    demuxer.emit(track, timestampMs, compositionMs, randomAccess, payload);
  }
}
