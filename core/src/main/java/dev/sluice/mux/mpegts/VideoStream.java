package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.mux.codec.AccessUnitSplitter;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Video as a byte stream with start codes: a PES packet holds one access unit as a rule, but may
 * hold several, or a part of one. A time stamp belongs to the first access unit that begins in its
 * packet (section 2.4.3.7); those that have none follow at the distance of the frames before.
 *
 * <p>An access unit is handed on when the next PES packet begins, if that one clearly begins with
 * another access unit; else when the next access unit begins.
 */
final class VideoStream extends ElementaryStream
    implements AccessUnitSplitter.Output, Normaliser.Output {
  private static final long UNTIMED = -1;
  private static final int OFFSET_BITS = 30;
  private static final long OFFSET_HALF = 1L << OFFSET_BITS - 1;
  private static final long DEFAULT_STEP = 3_600; // 25 frames a second

  private final Codec codec;
  private final AccessUnitSplitter splitter;
  private final Normaliser normaliser;

  /** Whether access units are seen to go on from one PES packet to the next. */
  private boolean unitsSpan;

  /** Whether pictures are left out because they need a damaged one. */
  private boolean waiting;

  // of the access unit at hand
  private long dts;
  private int offset;

  // of the one before
  private long lastDts = TsClock.NONE;
  private long step;
  private @Nullable Track lastTrack;

  private long malformed;
  private long dropped;

  VideoStream(TsContext context, TsClock clock, Codec codec, int trackId, String language) {
    super(context, clock);
    this.codec = codec;
    this.splitter = AccessUnitSplitter.of(codec);
    this.normaliser = VideoNormalisers.of(codec, Normaliser.Framing.START_CODES, trackId, language);
  }

  @Override
  void pes(PesHeader header, ByteBuf payload, boolean damaged) {
    unitsSpan |= !beginsUnit(payload, payload.readerIndex(), payload.writerIndex());
    splitter.take(payload.retainedSlice(), label(header), this);
    if (splitter.droppedUnits() != dropped) {
      dropped = splitter.droppedUnits();
      count(TsFault.OVERSIZED_PES);
    }
  }

  /** A DTS of 33 bits and the PTS's distance to it; or that there is no time. */
  private static long label(PesHeader header) {
    if (header.pts() == PesHeader.NONE) {
      return UNTIMED;
    }
    long dts = header.dts() != PesHeader.NONE ? header.dts() : header.pts();
    long offset = Math.clamp(TsClock.difference(dts, header.pts()), -OFFSET_HALF, OFFSET_HALF - 1);
    return dts << OFFSET_BITS | offset + OFFSET_HALF;
  }

  @Override
  void next(ByteBuf in, int at, int length) {
    int headerSize = at + PesHeader.MIN_SIZE;
    boolean hasPts = length > PesHeader.MIN_SIZE && (in.getByte(at + 7) & 0x80) != 0;
    if (hasPts && !splitter.awaitsSecondField()) {
      int begin = headerSize + in.getUnsignedByte(at + 8);
      if (beginsUnit(in, begin, at + length)) {
        splitter.flush(this);
      }
    }
  }

  /** Whether a start code stands here of something that no access unit has in its middle. */
  private boolean beginsUnit(ByteBuf in, int from, int end) {
    int at = from;
    while (at + 4 < end && at < from + 2 && in.getMedium(at) == 0) {
      at++; // zero_byte
    }
    if (at + 4 >= end || in.getMedium(at) != 1) {
      return false;
    }
    int code = in.getUnsignedByte(at + 3);
    return switch (codec) {
      case H264 -> (code & 0x1F) >= 7 && (code & 0x1F) <= 9; // SPS, PPS, delimiter
      case H265 -> (code >> 1) >= 32 && (code >> 1) <= 35; // VPS, SPS, PPS, delimiter
      default -> code == 0xB3 || code == 0xB8 || code == 0; // sequence, GOP, picture
    };
  }

  @Override
  public void accessUnit(long label, boolean firstOfLabel, ByteBuf bytes, NalIndex units) {
    if (label != UNTIMED && firstOfLabel) {
      dts = label >> OFFSET_BITS;
      offset = (int) ((label & (1L << OFFSET_BITS) - 1) - OFFSET_HALF);
    } else if (lastDts != TsClock.NONE) {
      dts = TsClock.plus(lastDts, step > 0 ? step : usualStep());
    } else {
      count(TsFault.UNTIMED);
      return;
    }
    if (lastDts != TsClock.NONE) {
      step = TsClock.difference(lastDts, dts);
    }
    lastDts = dts;
    normaliser.unit(bytes, units, this);
    if (normaliser.malformed() != malformed) {
      malformed = normaliser.malformed();
      count(TsFault.BAD_PES);
    }
  }

  private long usualStep() {
    VideoFormat format = lastTrack == null ? null : VideoFormat.of(lastTrack);
    VideoFormat.Ratio rate = format == null ? null : format.frameRate();
    return rate == null ? DEFAULT_STEP : Math.max(1, Math.round(90_000 / rate.value()));
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    lastTrack = track;
    if (waiting && !randomAccess) {
      count(TsFault.BEFORE_RANDOM_ACCESS);
      payload.release();
      return;
    }
    waiting = false;
    emit(track, dts, offset, randomAccess, payload);
  }

  /** What was gathered came in whole PES packets: it is whole, unless units span several. */
  @Override
  void hole() {
    if (!unitsSpan) {
      splitter.flush(this);
    }
    splitter.reset();
    waiting = context().settings().damage() == TsSettings.Damage.DROP_TO_RANDOM_ACCESS;
  }

  @Override
  void restart() {
    splitter.reset();
    lastDts = TsClock.NONE;
    step = 0;
  }

  @Override
  void end() {
    splitter.flush(this);
  }

  @Override
  void close() {
    splitter.close();
  }
}
