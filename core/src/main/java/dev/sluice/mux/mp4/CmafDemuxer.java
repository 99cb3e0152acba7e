package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.SourceClock;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxLimits;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.MovieFragment;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a byte stream of init segments and chunks, as CMAF, fragmented MP4 and DASH or HLS segments
 * have them, in pieces of any size. Several tracks in one stream are read, too.
 *
 * <p>Times are those of the presentation, with the offset of an edit list applied; for CMAF that is
 * the media's own time line. A composition offset may be below 0. Each sample is gathered in a
 * buffer of its own, which grows with what has arrived, not with what was announced.
 *
 * <p>A stream may be entered at any box; what cannot be used until an init segment comes is passed
 * over and counted. Units that are missing leave a gap that is reported.
 */
public final class CmafDemuxer implements AutoCloseable {

  /** Where a demuxer puts what it finds. All calls come during {@link CmafDemuxer#feed}. */
  public interface Output extends SourceOutput {

    /**
     * An init segment that differs from the one before it has begun.
     *
     * @param clock of all times from now on, which never wrap: the timescale of the track, or what
     *     those of several have in common
     */
    void clock(SourceClock clock);

    /**
     * What the producer's clock showed.
     *
     * @param trackId of the track that is meant, as units have it; −1 when it is not read
     * @param mediaTime the moment, in ticks of the clock
     */
    void referenceTime(int trackId, ProducerReferenceTimeBox box, long mediaTime);

    /** A message for players, as it came. */
    void event(EventMessageBox box);

    /**
     * A fragment does not begin where the one before it on its track ended.
     *
     * @param trackId as units have it
     * @param expected DTS in ticks of the clock
     * @param found DTS in ticks of the clock; less than {@code expected} when they overlap
     */
    void gap(int trackId, long expected, long found);
  }

  /** Bytes that a buffer has room for before more have arrived. */
  private static final int FIRST_BYTES = 65_536;

  private final Output output;
  private final ByteBufAllocator allocator;
  private final long[] dropped = new long[CmafDrop.values().length];

  /** Bytes of the stream that were taken so far. */
  private long position;

  /** What is gathered at the moment, a header or a box; null in between. */
  private @Nullable ByteBuf part;

  /** The box whose body is being read. */
  private @Nullable BoxHeader box;

  private long bodyEnd;
  private @Nullable CmafTracks tracks;
  private @Nullable CmafFragment fragment;

  /** A demuxer that has seen nothing yet; {@link #close} gives up what has not become a unit. */
  public CmafDemuxer(Output output, ByteBufAllocator allocator) {
    this.output = output;
    this.allocator = allocator;
  }

  /**
   * Takes the next bytes, all of them.
   *
   * @param bytes borrowed; copied
   * @throws MalformedException when they cannot be boxes, or a box that matters cannot be read
   * @throws dev.sluice.wire.UnsupportedException when no track of an init segment can be read, or a
   *     box is of a version that is not known
   */
  public void feed(ByteBuf bytes) {
    while (bytes.isReadable()) {
      BoxHeader current = box;
      if (current == null) {
        readHeader(bytes);
      } else if (current.type() == BoxType.MDAT) {
        readData(bytes);
      } else if (isKept(current.type())) {
        readBody(bytes, current);
      } else {
        skip(bytes, bodyEnd);
      }
      endOfBody();
    }
  }

  /** Samples and boxes for which nothing came out, by reason. */
  public long dropped(CmafDrop reason) {
    long ofCodecs = reason == CmafDrop.MALFORMED && tracks != null ? tracks.malformed() : 0;
    return dropped[reason.ordinal()] + ofCodecs;
  }

  @Override
  public void close() {
    releasePart();
    dropFragment();
  }

  /** Reads it where it is when all of it is there, as mostly it is. */
  private void readHeader(ByteBuf bytes) {
    BoxHeader header;
    if (part == null && bytes.readableBytes() >= BoxHeader.MAX_SIZE) {
      header = requireNonNull(BoxHeader.read(bytes));
      position += header.size();
    } else {
      header = gatherHeader(bytes);
    }
    if (header != null) {
      enter(header);
    }
  }

  /** A header that comes in parts; null when more of it has to come. */
  private @Nullable BoxHeader gatherHeader(ByteBuf bytes) {
    ByteBuf gathered = part;
    if (gathered == null) {
      gathered = allocator.buffer(BoxHeader.MAX_SIZE);
      part = gathered;
    }
    BoxHeader header = null;
    while (header == null && bytes.isReadable()) { // it says its own length
      gathered.writeByte(bytes.readByte());
      position++;
      header = BoxHeader.read(gathered);
    }
    if (header != null) {
      releasePart();
    }
    return header;
  }

  private void enter(BoxHeader header) {
    box = header;
    bodyEnd =
        header.bodySize() == BoxHeader.TO_THE_END || header.bodySize() > Long.MAX_VALUE - position
            ? Long.MAX_VALUE
            : position + header.bodySize();
    if (isKept(header.type()) && bodyEnd - position > maxBytes(header.type())) {
      throw new MalformedException(
          "box '%s' of %d bytes, allowed are %d"
              .formatted(BoxType.text(header.type()), header.boxSize(), maxBytes(header.type())));
    }
  }

  /** Boxes that are read as a whole. */
  private static boolean isKept(int type) {
    return switch (type) {
      case BoxType.MOOV, BoxType.MOOF, BoxType.PRFT, BoxType.EMSG -> true;
      default -> false;
    };
  }

  private static int maxBytes(int type) {
    return switch (type) {
      case BoxType.MOOV -> Mp4Limits.MAX_INIT_BYTES;
      case BoxType.MOOF -> BoxLimits.MAX_MOOF_BYTES;
      default -> BoxLimits.MAX_SMALL_BOX_BYTES;
    };
  }

  private void readBody(ByteBuf bytes, BoxHeader header) {
    ByteBuf gathered = part;
    if (gathered == null) {
      gathered = allocator.buffer((int) Math.min(header.bodySize(), FIRST_BYTES));
      part = gathered;
    }
    take(bytes, gathered, bodyEnd);
  }

  private void readData(ByteBuf bytes) {
    CmafFragment current = fragment;
    if (current == null) {
      skip(bytes, bodyEnd);
      return;
    }
    Sample sample = current.sample();
    if (sample == null) {
      skip(bytes, bodyEnd);
    } else if (sample.position < position - (part == null ? 0 : part.readableBytes())) {
      drop(CmafDrop.DATA_PASSED);
      current.advance();
    } else if (part == null && sample.position > position) {
      skip(bytes, Math.min(sample.position, bodyEnd));
    } else {
      readSample(bytes, current, sample);
    }
  }

  private void readSample(ByteBuf bytes, CmafFragment current, Sample sample) {
    ByteBuf gathered = part;
    if (gathered == null) {
      gathered = allocator.buffer((int) Math.min(sample.size, FIRST_BYTES));
      part = gathered;
    }
    take(bytes, gathered, Math.min(sample.position + sample.size, bodyEnd));
    if (gathered.readableBytes() == sample.size) {
      part = null;
      try {
        current.give(gathered, output);
      } finally {
        gathered.release();
      }
      current.advance();
    }
  }

  /** Appends what comes to {@code gathered}, up to {@code end} of the stream. */
  private void take(ByteBuf bytes, ByteBuf gathered, long end) {
    int length = (int) Math.min(end - position, bytes.readableBytes());
    gathered.writeBytes(bytes, length);
    position += length;
  }

  private void skip(ByteBuf bytes, long end) {
    int length = (int) Math.min(end - position, bytes.readableBytes());
    bytes.skipBytes(length);
    position += length;
  }

  private void endOfBody() {
    BoxHeader current = box;
    if (current == null || position < bodyEnd) {
      return;
    }
    box = null;
    if (current.type() == BoxType.MDAT) {
      releasePart(); // a sample that reaches past the end
      if (fragment == null) {
        drop(tracks == null ? CmafDrop.BEFORE_INIT : CmafDrop.DATA_PASSED);
      }
      return;
    }
    ByteBuf body = part == null ? allocator.buffer(0) : part;
    part = null;
    try {
      if (isKept(current.type())) {
        box(current, body);
      }
    } finally {
      body.release();
    }
  }

  private void box(BoxHeader header, ByteBuf body) {
    switch (header.type()) {
      case BoxType.MOOV -> init(body);
      case BoxType.MOOF -> fragment(header, body);
      case BoxType.PRFT -> referenceTime(ProducerReferenceTimeBox.read(body));
      case BoxType.EMSG -> output.event(EventMessageBox.read(body));
      default -> throw new IllegalStateException("box that is not kept");
    }
  }

  private void init(ByteBuf body) {
    CmafTracks before = tracks;
    if (before != null && before.isOf(body)) {
      return;
    }
    dropFragment();
    if (before != null) {
      dropped[CmafDrop.MALFORMED.ordinal()] += before.malformed();
    }
    CmafTracks next = CmafTracks.read(body);
    tracks = next;
    output.clock(next.clock());
    next.announce(output);
  }

  private void fragment(BoxHeader header, ByteBuf body) {
    dropFragment();
    CmafTracks known = tracks;
    if (known == null) {
      drop(CmafDrop.BEFORE_INIT);
      return;
    }
    MovieFragment moof = MovieFragment.read(body);
    fragment = new CmafFragment(moof, position - header.boxSize(), known, output);
    dropped[CmafDrop.UNKNOWN_TRACK.ordinal()] += fragment.unknownTracks();
  }

  private void referenceTime(ProducerReferenceTimeBox box) {
    CmafTracks known = tracks;
    if (known == null) {
      drop(CmafDrop.BEFORE_INIT);
    } else {
      known.referenceTime(box, output);
    }
  }

  /** Samples whose data have not come will not come any more. */
  private void dropFragment() {
    CmafFragment current = fragment;
    fragment = null;
    while (current != null && current.sample() != null) {
      drop(CmafDrop.DATA_MISSING);
      current.advance();
    }
  }

  private void drop(CmafDrop reason) {
    dropped[reason.ordinal()]++;
  }

  private void releasePart() {
    ByteBuf gathered = part;
    part = null;
    if (gathered != null) {
      gathered.release();
    }
  }
}
