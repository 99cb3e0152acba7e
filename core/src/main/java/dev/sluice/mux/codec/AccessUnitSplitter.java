package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * Finds the access units of one video track in a byte stream with start codes, whose pieces need
 * not coincide with them: PES packets that hold several pictures or parts of one, and elementary
 * stream files. The two fields of a frame stay together in one access unit.
 *
 * <p>An access unit is given out when the next one begins, or on {@link #flush}. Belongs to one
 * thread; {@link #close} gives memory back.
 */
public final class AccessUnitSplitter implements AutoCloseable {
  /** Bytes that are gathered of one access unit; what is longer is dropped and counted. */
  public static final int MAX_ACCESS_UNIT_BYTES = 16 << 20;

  /** Where access units go; called within {@link #feed} and {@link #flush}. */
  public interface Output {
    /**
     * One access unit with its start codes, as {@link Normaliser} takes it for {@link
     * Normaliser.Framing#START_CODES}.
     *
     * @param label that of the piece in which its first start code began
     * @param firstOfLabel whether it is the first one that began in that piece: the one that the
     *     time stamps of a PES packet belong to
     * @param bytes borrowed; do not change afterwards, so slices of them may be retained
     * @param units its NAL units, as {@link Normaliser#unit(ByteBuf, NalIndex, Normaliser.Output)}
     *     takes them; the receiver's until it returns
     */
    void accessUnit(long label, boolean firstOfLabel, ByteBuf bytes, NalIndex units);
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final PictureBoundaries boundaries;
  private long droppedUnits;

  /** The units that have ended, as far as they have not been given out. */
  private final NalIndex ended = new NalIndex();

  /** Those that are given out. */
  private final NalIndex given = new NalIndex();

  // the pieces that are gathered
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private ByteBuffer memory = NOTHING; // of buffer
  private int pieceStart; // of the last piece
  private long pieceNumber;
  private long label;
  private long previousLabel;

  // the unit behind the last start code; indexes into buffer, −1 where there is none
  private int scanned;
  private int unit = -1;
  private final Start unitStart = new Start();
  private boolean judged;

  // the access unit at hand
  private final Start start = new Start();
  private final Start candidate = new Start();
  private boolean hasPicture;
  private long lastPieceNumber = -1; // in which the access unit given out last began

  /** Where a unit begins: index of its start code, and the piece in which that is. */
  private static final class Start {
    private static final int UNKNOWN = -1;

    int index = UNKNOWN;
    long label;
    long piece;

    boolean isKnown() {
      return index != UNKNOWN;
    }

    void set(int atIndex, long ofLabel, long ofPiece) {
      index = atIndex;
      label = ofLabel;
      piece = ofPiece;
    }

    void set(Start other) {
      set(other.index, other.label, other.piece);
    }

    void forget() {
      index = UNKNOWN;
    }

    void moveBy(int offset) {
      index += isKnown() ? offset : 0;
    }
  }

  private AccessUnitSplitter(PictureBoundaries boundaries) {
    this.boundaries = boundaries;
  }

  /**
   * A splitter that has seen nothing yet.
   *
   * @param codec {@link Codec#H264}, {@link Codec#H265} or {@link Codec#MPEG2_VIDEO}
   * @throws IllegalArgumentException for other codecs
   */
  public static AccessUnitSplitter of(Codec codec) {
    return new AccessUnitSplitter(
        switch (codec) {
          case H264 -> new H264Boundaries();
          case H265 -> new H265Boundaries();
          case MPEG2_VIDEO -> new MpegVideoBoundaries();
          default ->
              throw new IllegalArgumentException(
                  "no byte stream of " + codec.label() + " is split");
        });
  }

  /**
   * Takes the next piece of the stream.
   *
   * @param in borrowed, its indexes stay as they are; it is copied
   * @param label of the caller's choice, comes back with the access units that began in the piece
   */
  public void feed(ByteBuf in, long label, Output output) {
    begin(label);
    if (!buffer.isReadable()) {
      buffer.release();
      buffer = in.alloc().buffer(in.readableBytes());
    }
    append(in, output);
  }

  /**
   * As {@link #feed}, for a piece that need not be copied as long as no access unit goes on in it
   * from the one before: where the two coincide.
   *
   * @param in taken over, a slice that begins at 0; must not change afterwards
   */
  public void take(ByteBuf in, long label, Output output) {
    begin(label);
    if (buffer.isReadable()) {
      append(in, output);
      in.release();
      return;
    }
    buffer.release();
    buffer = in;
    memory = NalIndex.memory(in);
    pieceStart = 0;
    scan(false, output);
    keepWhatIsOpen();
  }

  private void begin(long pieceLabel) {
    previousLabel = pieceNumber == 0 ? pieceLabel : label;
    label = pieceLabel;
    pieceNumber++;
  }

  private void append(ByteBuf in, Output output) {
    int size = in.readableBytes();
    if (buffer.maxCapacity() - buffer.writerIndex() < size) { // a piece that was taken
      ByteBuf larger = buffer.alloc().buffer(buffer.writerIndex() + size);
      larger.writeBytes(buffer, 0, buffer.writerIndex());
      buffer.release();
      buffer = larger;
    }
    pieceStart = buffer.writerIndex();
    buffer.writeBytes(in, in.readerIndex(), size);
    memory = NalIndex.memory(buffer);
    scan(false, output);
    keepWhatIsOpen();
  }

  /** Gives out the access unit at hand: its end is known from elsewhere, or the stream ends. */
  public void flush(Output output) {
    scan(true, output);
    if (start.isKnown()) {
      give(buffer.writerIndex(), output);
    }
    forget();
  }

  /** Forgets what has been gathered: bytes are missing between the last piece and the next. */
  public void reset() {
    forget();
    boundaries.reset();
  }

  /**
   * Whether the picture gathered last is a first field whose second may follow: {@link #flush}
   * would part them.
   */
  public boolean awaitsSecondField() {
    return boundaries.awaitsSecondField();
  }

  /** Access units that were left out because they were too long. */
  public long droppedUnits() {
    return droppedUnits;
  }

  /** Gives memory back. */
  @Override
  public void close() {
    forget();
  }

  private void forget() {
    buffer.release();
    buffer = Unpooled.EMPTY_BUFFER;
    memory = NOTHING;
    ended.clear();
    scanned = 0;
    unit = -1;
    unitStart.forget();
    start.forget();
    candidate.forget();
    hasPicture = false;
  }

  private void scan(boolean last, Output output) {
    int end = buffer.writerIndex();
    while (true) {
      int code = NalIndex.startCode(memory, scanned, end);
      boolean found = code < end;
      if (unit >= 0 && !judged) {
        judge(code, found || last, output);
      }
      if (!found) {
        scanned = Math.max(scanned, end - 2); // a start code may have begun
        if (last && unit >= 0) {
          endUnit(end);
        }
        return;
      }
      if (unit >= 0) {
        endUnit(code);
      }
      unit = code + 3;
      scanned = unit;
      judged = false;
      if (code >= pieceStart) {
        unitStart.set(code, label, pieceNumber);
      } else {
        unitStart.set(code, previousLabel, pieceNumber - 1);
      }
      if (!start.isKnown()) {
        start.set(unitStart);
      }
    }
  }

  private void judge(int unitEnd, boolean whole, Output output) {
    int length = unitEnd - unit;
    if (length == 0) {
      judged = whole;
      return;
    }
    if (!whole && length < boundaries.neededBytes(buffer.getUnsignedByte(unit))) {
      return;
    }
    judged = true;
    switch (boundaries.begin(buffer, unit, length)) {
      case NEUTRAL -> {}
      case STARTS -> {
        if (hasPicture) {
          cut(output);
          hasPicture = false;
        }
      }
      case MAY_START -> {
        if (hasPicture && !candidate.isKnown()) {
          candidate.set(unitStart);
        }
      }
      case PICTURE -> {
        if (hasPicture) {
          cut(output);
        }
        hasPicture = true;
      }
      case CONTINUES -> {
        candidate.forget();
        hasPicture = true;
      }
    }
  }

  private void endUnit(int end) {
    if (end > unit) {
      boundaries.end(buffer, unit, end - unit);
      ended.add(memory, unit, end);
    }
  }

  private void cut(Output output) {
    Start next = candidate.isKnown() ? candidate : unitStart;
    give(next.index, output);
    if (!candidate.isKnown()) {
      ended.clear(); // nothing has ended yet of the access unit that begins with this one
    }
    start.set(next);
    candidate.forget();
  }

  private void give(int end, Output output) {
    boolean first = start.piece != lastPieceNumber;
    lastPieceNumber = start.piece;
    given.takeFrom(ended, end, memory);
    ByteBuf bytes = buffer.duplicate().setIndex(start.index, end);
    output.accessUnit(start.label, first, bytes, given);
  }

  /** Moves the access unit at hand to a buffer of its own, when it is the smaller part of this. */
  private void keepWhatIsOpen() {
    int end = buffer.writerIndex();
    int from = start.isKnown() ? start.index : Math.max(0, end - 2);
    if (end - from > MAX_ACCESS_UNIT_BYTES) {
      droppedUnits++;
      reset();
      return;
    }
    if (from <= end - from) {
      return; // a zero before the start code, as a rule
    }
    ByteBuf rest = buffer.alloc().buffer(end - from);
    rest.writeBytes(buffer, from, end - from);
    buffer.release();
    buffer = rest;
    memory = NalIndex.memory(rest);
    ended.moveBy(-from);
    scanned -= from;
    unit -= unit < 0 ? 0 : from;
    unitStart.moveBy(-from);
    start.moveBy(-from);
    candidate.moveBy(-from);
  }
}
