package dev.sluice.mux.flv;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Data messages: metadata, and what belongs between the frames (captions, cue points). */
final class DataTags {
  private static final Track TRACK =
      new Track(
          FlvDemuxer.DATA_ID,
          Track.Kind.DATA,
          Codec.AMF_DATA,
          Codec.AMF_DATA.label(),
          Timescale.MILLIS,
          Bytes.EMPTY);

  private static final String ON_METADATA = "onMetaData";

  private final FlvDemuxer demuxer;

  DataTags(FlvDemuxer demuxer) {
    this.demuxer = demuxer;
  }

  /** A message of type 15: its first byte says that AMF0 follows; some peers leave it out. */
  void amf3(long timestampMs, ByteBuf in) {
    if (in.getByte(in.readerIndex()) == 0) {
      in.skipBytes(1);
    }
    tag(timestampMs, in);
  }

  /**
   * @param in a view of our own, read and moved
   */
  void tag(long timestampMs, ByteBuf in) {
    int start = in.readerIndex();
    try {
      String name = name(in);
      switch (name) {
        // ffmpeg's time code messages, for one, are no AMF
        case null -> demuxer.drop(FlvDrop.UNKNOWN_TYPE);
        case "@setDataFrame" -> {
          int inner = in.readerIndex();
          message(name(in), timestampMs, in, inner);
        }
        case "@clearDataFrame" -> {
          if (ON_METADATA.equals(name(in))) {
            demuxer.metadata(Bytes.EMPTY);
          }
        }
        default -> message(name, timestampMs, in, start);
      }
    } catch (MalformedException | UnsupportedException _) {
      demuxer.drop(FlvDrop.MALFORMED);
    }
  }

  /**
   * @param in stands behind the name
   * @param start where the message begins, wrapper taken off
   */
  private void message(@Nullable String name, long timestampMs, ByteBuf in, int start) {
    ByteBuf message = in.slice(start, in.writerIndex() - start);
    switch (name) {
      case null -> demuxer.drop(FlvDrop.UNKNOWN_TYPE);
      case "|RtmpSampleAccess", "onStatus" -> demuxer.drop(FlvDrop.SESSION_DATA);
      case ON_METADATA -> metadata(message, in);
      default -> {
        demuxer.announce(TRACK);
        demuxer.emit(TRACK, timestampMs, 0, 0, true, message.retain());
      }
    }
  }

  private void metadata(ByteBuf message, ByteBuf arguments) {
    if (message.readableBytes() > FlvDemuxer.MAX_METADATA_BYTES) {
      demuxer.drop(FlvDrop.TOO_LARGE);
      return;
    }
    List<AmfValue> values = Amf0.readAll(arguments);
    if (values.isEmpty() || !(values.getFirst() instanceof AmfValue.Named)) {
      demuxer.drop(FlvDrop.UNKNOWN_TYPE);
    } else {
      demuxer.metadata(Bytes.copyOf(message));
    }
  }

  private static @Nullable String name(ByteBuf in) {
    return in.isReadable() && Amf0.read(in) instanceof AmfValue.Str(String name) ? name : null;
  }
}
