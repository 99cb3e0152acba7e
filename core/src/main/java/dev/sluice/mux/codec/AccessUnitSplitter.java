package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

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
     * One access unit with its start codes, as {@link Normaliser#unit} takes it for {@link
     * Normaliser.Framing#START_CODES}.
     *
     * @param label that of the piece in which its first start code began
     * @param firstOfLabel whether it is the first one that began in that piece: the one that the
     *     time stamps of a PES packet belong to
     * @param bytes borrowed; do not change afterwards, so slices of them may be retained
     */
    void accessUnit(long label, boolean firstOfLabel, ByteBuf bytes);
  }

  private final PictureBoundaries boundaries;
  private long droppedUnits;

  // the pieces that are gathered
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private int pieceStart; // of the last piece
  private long pieceNumber;
  private long label;
  private long previousLabel;

  // the unit behind the last start code; indexes into buffer, −1 where there is none
  private int scanned;
  private int unit = -1;
  private Start unitStart = Start.NONE;
  private boolean judged;

  // the access unit at hand
  private Start start = Start.NONE;
  private Start candidate = Start.NONE;
  private boolean hasPicture;
  private long lastPieceNumber = -1; // in which the access unit given out last began

  /** Where a unit begins: index of its start code, and the piece in which that is. */
  private record Start(int index, long label, long piece) {
    static final Start NONE = new Start(-1, 0, -1);

    boolean isKnown() {
      return index >= 0;
    }

    Start movedBy(int offset) {
      return isKnown() ? new Start(index + offset, label, piece) : this;
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
    scanned = 0;
    unit = -1;
    unitStart = Start.NONE;
    start = Start.NONE;
    candidate = Start.NONE;
    hasPicture = false;
  }

  private void scan(boolean last, Output output) {
    int end = buffer.writerIndex();
    while (true) {
      int code = NalIndex.startCode(buffer, scanned, end);
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
      unitStart =
          code >= pieceStart
              ? new Start(code, label, pieceNumber)
              : new Start(code, previousLabel, pieceNumber - 1);
      if (!start.isKnown()) {
        start = unitStart;
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
          candidate = unitStart;
        }
      }
      case PICTURE -> {
        if (hasPicture) {
          cut(output);
        }
        hasPicture = true;
      }
      case CONTINUES -> {
        candidate = Start.NONE;
        hasPicture = true;
      }
    }
  }

  private void endUnit(int end) {
    if (end > unit) {
      boundaries.end(buffer, unit, end - unit);
    }
  }

  private void cut(Output output) {
    Start next = candidate.isKnown() ? candidate : unitStart;
    give(next.index(), output);
    start = next;
    candidate = Start.NONE;
  }

  private void give(int end, Output output) {
    boolean first = start.piece() != lastPieceNumber;
    lastPieceNumber = start.piece();
    output.accessUnit(start.label(), first, buffer.slice(start.index(), end - start.index()));
  }

  /** Moves the access unit at hand to a buffer of its own, when it is the smaller part of this. */
  private void keepWhatIsOpen() {
    int end = buffer.writerIndex();
    int from = start.isKnown() ? start.index() : Math.max(0, end - 2);
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
    scanned -= from;
    unit -= unit < 0 ? 0 : from;
    unitStart = unitStart.movedBy(-from);
    start = start.movedBy(-from);
    candidate = candidate.movedBy(-from);
  }
}
