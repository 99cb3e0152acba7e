package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What H.264 and H.265 have in common: lengths become four bytes, parameter sets go into the
 * configuration, delimiters and filler go away; all else stays byte for byte, captions in SEI too.
 *
 * <p>Parameter sets in the units take the place of those with their type and ID. In a byte stream a
 * picture that starts a sequence and brings changed sets, and all that it needs, makes the others
 * forgotten: so an encoder that begins anew with other IDs leaves nothing behind.
 */
abstract class NalNormaliser implements Normaliser {
  /** What is done with a NAL unit. */
  enum Part {
    /** Kept; without one of these the unit is nothing to decode. */
    PICTURE,
    /** Kept; a picture from which a coded video sequence begins. */
    SEQUENCE_START,
    /** Goes into the configuration. */
    PARAMETER_SET,
    /** Kept. */
    OTHER,
    /** Left out. */
    DROPPED
  }

  /**
   * A decoder configuration of a container.
   *
   * @param lengthSize bytes before each NAL unit
   * @param sets the parameter sets
   * @param record the same in the inner form
   */
  record Configuration(int lengthSize, ParameterSets sets, Bytes record) {}

  /** Bytes of each length in the inner form. */
  static final int LENGTH_SIZE = 4;

  /** Bytes of a decoder configuration; one has a few dozen. */
  static final int MAX_CONFIGURATION_BYTES = 65_536;

  private final Codec codec;
  private final Framing framing;
  private final int trackId;
  private final String language;

  private ParameterSets sets = new ParameterSets();
  private int lengthSize = LENGTH_SIZE;
  private @Nullable Track track;
  private long malformed;

  /** The NAL units of an access unit that comes without a list of them. */
  private final NalIndex found = new NalIndex();

  // of the access unit at hand
  private Part[] parts = new Part[16]; // one for each NAL unit
  private boolean hasPicture;
  private boolean startsSequence;

  NalNormaliser(Codec codec, Framing framing, int trackId, String language) {
    this.codec = codec;
    this.framing = framing;
    this.trackId = trackId;
    this.language = language;
  }

  /** What is done with the NAL unit of {@code length} bytes at {@code offset}. */
  abstract Part part(ByteBuf in, int offset, int length);

  /** Reads the record of a container. */
  abstract Configuration readConfiguration(ByteBuf in);

  /**
   * Reads a parameter set that came among the units.
   *
   * @throws MalformedException when it cannot be read
   */
  abstract ParameterSets.Set readSet(Bytes nalUnit);

  /** Sets of a type that a record holds. */
  abstract int maxOfType(int type);

  /** Whether a decoder can begin with these. */
  abstract boolean complete(ParameterSets of);

  /** Builds the record of sets that are complete. */
  abstract Bytes record(ParameterSets of);

  /**
   * Whether decoding can begin at an access unit.
   *
   * @param kept its NAL units, with a picture among them
   * @param sequenceStart whether one of them is {@link Part#SEQUENCE_START}
   * @param key the container's word; true where it has none
   * @throws MalformedException when what decides it cannot be read
   */
  abstract boolean randomAccess(ByteBuf in, NalIndex kept, boolean sequenceStart, boolean key);

  final boolean isByteStream() {
    return framing == Framing.START_CODES;
  }

  @Override
  public final void configuration(ByteBuf record) {
    int size = record.readableBytes();
    if (size > MAX_CONFIGURATION_BYTES) {
      throw new MalformedException(
          "%s configuration of %d bytes, allowed are %d"
              .formatted(codec.label(), size, MAX_CONFIGURATION_BYTES));
    }
    if (isByteStream() && size > 0 && record.getByte(record.readerIndex()) == 0) {
      found.readByteStream(record); // records begin with their version, which is 1
      fold(record, found, false);
      return;
    }
    Configuration read = readConfiguration(record.duplicate());
    lengthSize = read.lengthSize();
    sets = read.sets();
    adopt(read.record());
  }

  @Override
  public final void unit(ByteBuf in, boolean key, Output output) {
    try {
      if (isByteStream()) {
        found.readByteStream(in);
      } else if (track != null) {
        found.readLengthPrefixed(in, lengthSize);
      } else {
        return; // the size of lengths is not known
      }
    } catch (MalformedException _) {
      malformed++;
      return;
    }
    unit(in, found, key, output);
  }

  @Override
  public final void unit(ByteBuf in, NalIndex units, Output output) {
    unit(in, units, true, output);
  }

  private void unit(ByteBuf in, NalIndex units, boolean key, Output output) {
    Track current;
    boolean randomAccess;
    ByteBuf payload;
    try {
      units.checkComplete();
      survey(in, units);
      current = track;
      if (!hasPicture || current == null) {
        return;
      }
      removeWhatIsNotKept(units);
      randomAccess = randomAccess(in, units, startsSequence, key);
      payload = payload(in, units);
    } catch (MalformedException _) {
      malformed++;
      return;
    }
    output.unit(current, randomAccess, payload);
  }

  @Override
  public final @Nullable Track track() {
    return track;
  }

  @Override
  public final long malformed() {
    return malformed;
  }

  /** Looks at what the NAL units are, and takes up parameter sets. */
  private void survey(ByteBuf in, NalIndex units) {
    hasPicture = false;
    startsSequence = false;
    boolean changed = false;
    if (parts.length < units.count()) {
      parts = new Part[2 * units.count()];
    }
    for (int i = 0; i < units.count(); i++) {
      Part part = part(in, units.offset(i), units.length(i));
      parts[i] = part;
      switch (part) {
        case PICTURE -> hasPicture = true;
        case SEQUENCE_START -> {
          hasPicture = true;
          startsSequence = true;
        }
        case PARAMETER_SET -> changed |= !sets.holds(in, units.offset(i), units.length(i));
        case OTHER, DROPPED -> {}
      }
    }
    if (changed) {
      fold(in, units, startsSequence && isByteStream());
    }
  }

  /**
   * Takes up the parameter sets among the units, all or, when one is faulty, none.
   *
   * @param restart whether the others are forgotten when these suffice
   */
  private void fold(ByteBuf in, NalIndex units, boolean restart) {
    ParameterSets brought = new ParameterSets();
    for (int i = 0; i < units.count(); i++) {
      int offset = units.offset(i);
      int length = units.length(i);
      if (part(in, offset, length) == Part.PARAMETER_SET
          && (restart || !sets.holds(in, offset, length))) {
        ParameterSets.Set set = readSet(Bytes.copyOf(in.slice(offset, length)));
        brought.put(set, maxOfType(set.type()));
      }
    }
    ParameterSets next = brought;
    if (!restart || !complete(brought)) {
      next = sets.copy();
      for (ParameterSets.Set set : brought.all()) {
        next.put(set, maxOfType(set.type()));
      }
    }
    Bytes record = complete(next) ? record(next) : null;
    sets = next;
    if (record != null) {
      adopt(record);
    }
  }

  private void adopt(Bytes record) {
    track = Track.of(trackId, Track.Kind.VIDEO, codec, Timescale.VIDEO, record, language);
  }

  private void removeWhatIsNotKept(NalIndex units) {
    int kept = 0;
    for (int i = 0; i < units.count(); i++) {
      if (parts[i] != Part.PARAMETER_SET && parts[i] != Part.DROPPED) {
        units.move(i, kept++);
      }
    }
    units.truncate(kept);
  }

  /** A slice of what came in when the kept units lie in it as they have to, else a copy. */
  private ByteBuf payload(ByteBuf in, NalIndex units) {
    int last = units.count() - 1;
    int size = 0;
    boolean asItIs = !isByteStream() && lengthSize == LENGTH_SIZE;
    for (int i = 0; i <= last; i++) {
      size += LENGTH_SIZE + units.length(i);
      asItIs &=
          i == 0 || units.offset(i) == units.offset(i - 1) + units.length(i - 1) + LENGTH_SIZE;
    }
    if (asItIs) {
      return in.retainedSlice(units.offset(0) - LENGTH_SIZE, size);
    }
    ByteBuf out = in.alloc().buffer(size);
    if (!isByteStream()) {
      for (int i = 0; i <= last; i++) {
        out.writeInt(units.length(i)).writeBytes(in, units.offset(i), units.length(i));
      }
      return out;
    }
    ByteBuffer from = units.memory(); // the view is there; Netty would make one for each unit
    ByteBuffer to = out.internalNioBuffer(0, size);
    int at = to.position();
    for (int i = 0; i <= last; i++) {
      int length = units.length(i);
      to.putInt(at, length).put(at + LENGTH_SIZE, from, units.offset(i), length);
      at += LENGTH_SIZE + length;
    }
    return out.writerIndex(size);
  }
}
