package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.flv.FlvDialect;
import dev.sluice.mux.flv.FlvMuxer;
import dev.sluice.session.rtmp.RtmpServerSession;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream as RTMP messages in chunks of formats 0 and 3 on message stream 1, which any connection
 * of the same chunk size can be given as they are.
 *
 * @param chunkSize bytes of a chunk, as announced to the viewer
 * @param player what the viewer understands
 * @param media which tracks are in it; data goes with each
 * @param fromMs what time stamps count from, UTC in milliseconds, for players that have come from
 *     another stream; null for what the stream says
 */
record RtmpForm(int chunkSize, PlayerDialect player, MediaChoice media, @Nullable Long fromMs)
    implements Form {
  private static final int DATA_CHUNK_STREAM = 4;
  private static final int VIDEO_CHUNK_STREAM = 6;
  private static final int AUDIO_CHUNK_STREAM = 7;

  /** Which codecs a player announces decides whether it gets the bytes, not what they are. */
  @Override
  public String key() {
    String key = "rtmp/" + chunkSize + "/" + player.dialect().label() + "/" + media.key();
    return fromMs == null ? key : key + "/" + fromMs;
  }

  @Override
  public boolean continues() {
    return fromMs != null;
  }

  @Override
  public boolean carries(Track.Kind kind) {
    return media.includes(kind);
  }

  @Override
  public @Nullable String objection(Configuration configuration) {
    return FlvMuxer.objection(player.dialect(), media, configuration.tracks(), player::understands);
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new RtmpMuxer(fromMs == null ? zeroMs : fromMs);
  }

  private final class RtmpMuxer implements Muxer {
    /** Packets beside frames and headers become frames in ffmpeg 8, of most codecs. */
    private final FlvMuxer muxer =
        new FlvMuxer(player.dialect(), media, player.dialect() == FlvDialect.MULTITRACK);

    private final long zeroMs;
    private final ByteBuf head = Unpooled.buffer(FlvMuxer.MAX_BODY_HEAD_BYTES);

    RtmpMuxer(long zeroMs) {
      this.zeroMs = zeroMs;
    }

    @Override
    public void configure(Configuration configuration) {
      muxer.configure(configuration.tracks());
    }

    /**
     * Milliseconds since the incarnation of the stream or that before it, 32 bits; 0 for sound that
     * belongs before the first picture and came after it.
     */
    private int timestampMs(AccessUnit unit) {
      long utcMs = unit.track().timescale().convertRounded(unit.dts(), Timescale.MILLIS);
      return (int) Math.max(0, utcMs - zeroMs);
    }

    @Override
    public int size(AccessUnit unit) {
      return muxer.carries(unit.track())
          ? ChunkWriter.size(timestampMs(unit), muxer.bodySize(unit), chunkSize)
          : 0;
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      head.clear();
      muxer.writeBodyHead(unit, head);
      ChunkWriter.write(
          out,
          chunkStream(FlvMuxer.tagType(unit.track())),
          timestampMs(unit),
          FlvMuxer.tagType(unit.track()),
          RtmpServerSession.MESSAGE_STREAM_ID,
          chunkSize,
          head,
          unit.payload());
    }

    @Override
    public void headers(Configuration configuration, long atMs, ByteBuf out) {
      write(muxer.openings(configuration.metadata()), atMs, out);
    }

    @Override
    public void metadata(Configuration configuration, long atMs, ByteBuf out) {
      write(muxer.metadata(configuration.metadata()), atMs, out);
    }

    private void write(List<FlvMuxer.Opening> openings, long atMs, ByteBuf out) {
      for (FlvMuxer.Opening opening : openings) {
        // at any other time than 0 ffmpeg takes metadata for a subtitle
        boolean script = opening.type() == MessageType.DATA_AMF0;
        ChunkWriter.write(
            out,
            chunkStream(opening.type()),
            script ? 0 : (int) (atMs - zeroMs),
            opening.type(),
            RtmpServerSession.MESSAGE_STREAM_ID,
            chunkSize,
            opening.body().buffer());
      }
    }

    private static int chunkStream(int type) {
      return switch (type) {
        case MessageType.VIDEO -> VIDEO_CHUNK_STREAM;
        case MessageType.AUDIO -> AUDIO_CHUNK_STREAM;
        default -> DATA_CHUNK_STREAM;
      };
    }
  }
}
