package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegvideo.PictureHeader;
import dev.sluice.wire.mpegvideo.SequenceHeader;
import dev.sluice.wire.mpegvideo.StartCode;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * MPEG-1 and MPEG-2 video. Units stay as they are; of both framings they have start codes. Random
 * access is an I picture that comes after a sequence header; where the container holds that apart,
 * an I picture that it calls a key frame.
 *
 * <p>A sequence header that differs in nothing but its quantiser matrices makes no new track: it
 * stands in the unit, too.
 */
final class MpegVideoNormaliser implements Normaliser {
  private final Framing framing;
  private final int trackId;
  private final String language;

  private @Nullable Track track;
  private @Nullable SequenceHeader sequence;
  private boolean sequenceHeaderBefore; // behind the last picture
  private long malformed;

  MpegVideoNormaliser(Framing framing, int trackId, String language) {
    this.framing = framing;
    this.trackId = trackId;
    this.language = language;
  }

  @Override
  public void configuration(ByteBuf record) {
    int begin = record.readerIndex();
    int end = record.writerIndex();
    int code = NalIndex.startCode(record, begin, end);
    adopt(record, code, sequenceEnd(record, code, end));
  }

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    boolean randomAccess;
    Track current;
    try {
      PictureHeader picture = survey(in);
      current = track;
      if (picture == null || current == null) {
        return;
      }
      boolean reachable = sequenceHeaderBefore || framing == Framing.LENGTH_PREFIXED && key;
      randomAccess = reachable && picture.type() == PictureHeader.Type.INTRA;
      sequenceHeaderBefore = false;
    } catch (MalformedException _) {
      malformed++;
      return;
    }
    output.unit(current, randomAccess, in.retainedSlice());
  }

  @Override
  public @Nullable Track track() {
    return track;
  }

  @Override
  public long malformed() {
    return malformed;
  }

  /** Takes up sequence headers; the first picture, if there is one. */
  private @Nullable PictureHeader survey(ByteBuf in) {
    int end = in.writerIndex();
    int code = NalIndex.startCode(in, in.readerIndex(), end);
    while (end - code > 3) {
      switch (in.getUnsignedByte(code + 3)) {
        case StartCode.SEQUENCE -> {
          int sequenceEnd = sequenceEnd(in, code, end);
          adopt(in, code, sequenceEnd);
          sequenceHeaderBefore = true;
          code = sequenceEnd;
        }
        case StartCode.PICTURE -> {
          return PictureHeader.read(in, code + 4, end);
        }
        default -> code = NalIndex.startCode(in, code + 4, end);
      }
    }
    return null;
  }

  /** Where the extensions end that follow the sequence header at {@code code}. */
  private static int sequenceEnd(ByteBuf in, int code, int end) {
    int next = code;
    do {
      next = NalIndex.startCode(in, Math.min(end, next + 4), end);
    } while (end - next > 3 && in.getUnsignedByte(next + 3) == StartCode.EXTENSION);
    return next;
  }

  private void adopt(ByteBuf in, int begin, int end) {
    ByteBuf header = in.slice(begin, end - begin);
    SequenceHeader read = SequenceHeader.read(header);
    if (!read.equals(sequence)) {
      sequence = read;
      track =
          Track.of(
              trackId,
              Track.Kind.VIDEO,
              Codec.MPEG2_VIDEO,
              Timescale.VIDEO,
              Bytes.copyOf(header),
              language);
    }
  }
}
