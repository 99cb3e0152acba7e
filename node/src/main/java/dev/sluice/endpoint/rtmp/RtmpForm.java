package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.flv.FlvMuxer;
import dev.sluice.session.rtmp.RtmpServerSession;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A stream as RTMP messages in chunks of formats 0 and 3 on message stream 1, which any connection
 * of the same chunk size can be given as they are.
 *
 * @param chunkSize bytes of a chunk, as announced to the viewer
 * @param audio whether audio is in it
 * @param video whether video is in it
 */
record RtmpForm(int chunkSize, boolean audio, boolean video) implements Form {
  private static final int DATA_CHUNK_STREAM = 4;
  private static final int VIDEO_CHUNK_STREAM = 6;
  private static final int AUDIO_CHUNK_STREAM = 7;

  /** Bytes that an FLV tag body may have before its payload. */
  private static final int MAX_BODY_HEAD_BYTES = 16;

  @Override
  public String key() {
    return "rtmp/" + chunkSize + "/" + (audio ? "a" : "") + (video ? "v" : "");
  }

  @Override
  public boolean carries(Track.Kind kind) {
    return switch (kind) {
      case AUDIO -> audio;
      case VIDEO -> video;
      case DATA -> true;
    };
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new RtmpMuxer(zeroMs);
  }

  private final class RtmpMuxer implements Muxer {
    private final long zeroMs;
    private final ByteBuf head = Unpooled.buffer(MAX_BODY_HEAD_BYTES);

    RtmpMuxer(long zeroMs) {
      this.zeroMs = zeroMs;
    }

    /**
     * Milliseconds since the stream's incarnation, 32 bits; 0 for sound that belongs before the
     * first picture and came after it.
     */
    private int timestampMs(AccessUnit unit) {
      long utcMs = unit.track().timescale().convertRounded(unit.dts(), Timescale.MILLIS);
      return (int) Math.max(0, utcMs - zeroMs);
    }

    @Override
    public int size(AccessUnit unit) {
      return carries(unit.track().kind())
          ? ChunkWriter.size(timestampMs(unit), FlvMuxer.bodySize(unit), chunkSize)
          : 0;
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      head.clear();
      FlvMuxer.writeBodyHead(unit, head);
      ChunkWriter.write(
          out,
          chunkStream(unit.track()),
          timestampMs(unit),
          FlvMuxer.tagType(unit.track()),
          RtmpServerSession.MESSAGE_STREAM_ID,
          chunkSize,
          head,
          unit.payload());
    }

    @Override
    public void headers(Configuration configuration, long atMs, ByteBuf out) {
      int timestampMs = (int) (atMs - zeroMs);
      metadata(configuration, out);
      for (Track track : configuration.tracks()) {
        Bytes body = carries(track.kind()) ? FlvMuxer.sequenceHeaderBody(track) : Bytes.EMPTY;
        if (body.size() > 0) {
          message(chunkStream(track), FlvMuxer.tagType(track), timestampMs, body, out);
        }
      }
    }

    @Override
    public void metadata(Configuration configuration, ByteBuf out) {
      if (configuration.metadata().size() > 0) {
        message(
            DATA_CHUNK_STREAM,
            MessageType.DATA_AMF0,
            0, // at any other time ffmpeg takes metadata for a subtitle
            configuration.metadata(),
            out);
      }
    }

    private void message(int chunkStream, int type, int timestampMs, Bytes body, ByteBuf out) {
      ChunkWriter.write(
          out,
          chunkStream,
          timestampMs,
          type,
          RtmpServerSession.MESSAGE_STREAM_ID,
          chunkSize,
          body.buffer());
    }

    private static int chunkStream(Track track) {
      return switch (track.kind()) {
        case VIDEO -> VIDEO_CHUNK_STREAM;
        case AUDIO -> AUDIO_CHUNK_STREAM;
        case DATA -> DATA_CHUNK_STREAM;
      };
    }
  }
}
