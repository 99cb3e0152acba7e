package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.av1.Av1CodecConfigurationRecord;
import dev.sluice.wire.av1.Av1FrameHeader;
import dev.sluice.wire.av1.Av1SequenceHeader;
import dev.sluice.wire.av1.Leb128;
import dev.sluice.wire.av1.Obu;
import dev.sluice.wire.av1.ObuIndex;
import dev.sluice.wire.av1.TsObus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * AV1. Delimiters, tile lists and padding go away, each OBU has its size; all else stays as it is.
 * Random access is a temporal unit that begins with a key frame that is shown, whatever the
 * container says; such a unit has its sequence header, also where the container holds it apart.
 *
 * <p>A byte stream is either the form of MPEG-2 TS with start codes or, as some senders put it
 * there, the low-overhead format. A TS may carry a frame that is not shown by itself; it is kept
 * back until the shown one completes the temporal unit.
 */
final class Av1Normaliser implements Normaliser {
  /** Bytes of a decoder configuration; one has a few dozen. */
  static final int MAX_CONFIGURATION_BYTES = 65_536;

  /** Bytes of frames that are not shown yet. */
  static final int MAX_PENDING_BYTES = 16 << 20;

  private final Framing framing;
  private final int trackId;
  private final String language;

  private @Nullable Track track;
  private @Nullable Av1SequenceHeader sequence;
  private Bytes sequencePayload = Bytes.EMPTY;
  private Bytes metadata = Bytes.EMPTY; // OBUs of the container's record
  private int presentationDelay;
  private @Nullable ByteBuf pending;
  private boolean pendingRandomAccess;
  private long malformed;

  /** The OBUs of the unit at hand. */
  private final ObuIndex obus = new ObuIndex();

  Av1Normaliser(Framing framing, int trackId, String language) {
    this.framing = framing;
    this.trackId = trackId;
    this.language = language;
  }

  @Override
  public void configuration(ByteBuf record) {
    if (record.readableBytes() > MAX_CONFIGURATION_BYTES) {
      throw new MalformedException(
          "av1 configuration of %d bytes, allowed are %d"
              .formatted(record.readableBytes(), MAX_CONFIGURATION_BYTES));
    }
    var read = Av1CodecConfigurationRecord.read(record.duplicate());
    ByteBuf in = read.obus().buffer();
    obus.read(in);
    Av1SequenceHeader header = null;
    Bytes payload = Bytes.EMPTY;
    ByteBuf rest = Unpooled.buffer();
    for (int i = 0; i < obus.count(); i++) {
      switch (Obu.type(in.getByte(obus.offset(i)))) {
        case Obu.SEQUENCE_HEADER -> {
          payload = payload(in, i);
          header = Av1SequenceHeader.read(payload.buffer());
        }
        case Obu.METADATA -> obus.writeSized(in, i, rest);
        default -> {}
      }
    }
    metadata = Bytes.copyOf(rest);
    presentationDelay = read.presentationDelay();
    if (header != null) {
      adopt(header, payload);
    } else if (framing == Framing.LENGTH_PREFIXED) {
      ByteBuf without = Unpooled.buffer();
      read.write(without);
      track = track(Bytes.copyOf(without));
    }
  }

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    if (framing == Framing.START_CODES && TsObus.isStartCoded(in)) {
      ByteBuf converted = in.alloc().buffer(in.readableBytes() + 16);
      try {
        TsObus.toLowOverhead(in, converted);
        lowOverhead(converted, output);
      } catch (MalformedException _) {
        malformed++;
      } finally {
        converted.release();
      }
      return;
    }
    lowOverhead(in, output);
  }

  @Override
  public void reset() {
    ByteBuf kept = pending;
    if (kept != null) {
      pending = null;
      kept.release();
    }
  }

  @Override
  public @Nullable Track track() {
    return track;
  }

  @Override
  public long malformed() {
    return malformed;
  }

  private void lowOverhead(ByteBuf in, Output output) {
    Track current;
    boolean randomAccess;
    ByteBuf payload;
    try {
      obus.read(in);
      Frames frames = survey(in);
      current = track;
      if (frames == Frames.NONE || current == null) {
        return;
      }
      randomAccess = frames.randomAccess && sequence != null;
      boolean insert = removeWhatIsNotKept(in) && randomAccess && pending == null;
      payload = payload(in, insert);
      if (!frames.shown && framing == Framing.START_CODES) {
        keepBack(payload, randomAccess);
        return;
      }
    } catch (MalformedException _) {
      malformed++;
      return;
    }
    ByteBuf before = pending;
    if (before == null) {
      output.unit(current, randomAccess, payload);
      return;
    }
    before.writeBytes(payload);
    payload.release();
    pending = null;
    output.unit(current, pendingRandomAccess, before);
  }

  /** What frames a unit has. */
  private enum Frames {
    NONE(false, false),
    HIDDEN(false, false),
    SHOWN(true, false),
    KEY(true, true);

    final boolean shown;
    final boolean randomAccess;

    Frames(boolean shown, boolean randomAccess) {
      this.shown = shown;
      this.randomAccess = randomAccess;
    }
  }

  /** Takes up sequence headers, and looks at frames. */
  private Frames survey(ByteBuf in) {
    Frames frames = Frames.NONE;
    for (int i = 0; i < obus.count(); i++) {
      switch (Obu.type(in.getByte(obus.offset(i)))) {
        case Obu.SEQUENCE_HEADER -> {
          int size = obus.end(i) - obus.payload(i);
          if (!sequencePayload.matches(in, obus.payload(i), size) || sequence == null) {
            Bytes payload = payload(in, i);
            adopt(Av1SequenceHeader.read(payload.buffer()), payload);
          }
        }
        case Obu.FRAME_HEADER, Obu.FRAME -> {
          if (frames == Frames.NONE || frames == Frames.HIDDEN) {
            boolean reduced = sequence != null && sequence.reducedStillPicture();
            var header = Av1FrameHeader.read(in, obus.payload(i), obus.end(i), reduced);
            boolean first = frames == Frames.NONE;
            frames =
                first && header.isShownKeyFrame()
                    ? Frames.KEY
                    : header.shown() ? Frames.SHOWN : Frames.HIDDEN;
          }
        }
        default -> {}
      }
    }
    return frames;
  }

  /** Says whether the unit is left without a sequence header. */
  private boolean removeWhatIsNotKept(ByteBuf in) {
    boolean without = true;
    int kept = 0;
    for (int i = 0; i < obus.count(); i++) {
      int type = Obu.type(in.getByte(obus.offset(i)));
      if (type != Obu.TEMPORAL_DELIMITER && type != Obu.TILE_LIST && type != Obu.PADDING) {
        without &= type != Obu.SEQUENCE_HEADER;
        obus.move(i, kept++);
      }
    }
    obus.truncate(kept);
    return without;
  }

  /** A slice of what came in when the OBUs lie in it as they have to, else a copy. */
  private ByteBuf payload(ByteBuf in, boolean insertSequenceHeader) {
    int last = obus.count() - 1;
    int size = insertSequenceHeader ? 2 + Leb128.MAX_WRITTEN + sequencePayload.size() : 0;
    boolean asItIs = !insertSequenceHeader;
    for (int i = 0; i <= last; i++) {
      size += obus.sizedBytes(in, i);
      asItIs &= obus.hasSize(in, i) && (i == 0 || obus.offset(i) == obus.end(i - 1));
    }
    if (asItIs) {
      return in.retainedSlice(obus.offset(0), obus.end(last) - obus.offset(0));
    }
    ByteBuf out = in.alloc().buffer(size);
    if (insertSequenceHeader) {
      writeSequenceHeader(out);
    }
    for (int i = 0; i <= last; i++) {
      obus.writeSized(in, i, out);
    }
    return out;
  }

  private void keepBack(ByteBuf payload, boolean randomAccess) {
    ByteBuf before = pending;
    if (before == null) {
      pendingRandomAccess = randomAccess;
      // on the heap, since nobody says when a stream is over
      pending = Unpooled.buffer(payload.readableBytes()).writeBytes(payload);
    } else if (before.readableBytes() + payload.readableBytes() > MAX_PENDING_BYTES) {
      pending = null;
      malformed++;
    } else {
      before.writeBytes(payload);
    }
    payload.release();
  }

  private Bytes payload(ByteBuf in, int obu) {
    return Bytes.copyOf(in.slice(obus.payload(obu), obus.end(obu) - obus.payload(obu)));
  }

  private void adopt(Av1SequenceHeader header, Bytes payload) {
    sequence = header;
    sequencePayload = payload;
    ByteBuf configObus = Unpooled.buffer();
    writeSequenceHeader(configObus);
    metadata.writeTo(configObus);
    ByteBuf record = Unpooled.buffer();
    Av1CodecConfigurationRecord.of(header, presentationDelay, Bytes.copyOf(configObus))
        .write(record);
    track = track(Bytes.copyOf(record));
  }

  private void writeSequenceHeader(ByteBuf out) {
    out.writeByte(Obu.sizedHeader(Obu.SEQUENCE_HEADER));
    Leb128.write(sequencePayload.size(), out);
    sequencePayload.writeTo(out);
  }

  private Track track(Bytes record) {
    return Track.of(trackId, Track.Kind.VIDEO, Codec.AV1, Timescale.VIDEO, record, language);
  }
}
