package dev.sluice.mux.mp4;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxLimits;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.MovieFragmentHeaderBox;
import dev.sluice.wire.isobmff.SampleFlags;
import dev.sluice.wire.isobmff.TrackFragmentDecodeTimeBox;
import dev.sluice.wire.isobmff.TrackFragmentHeaderBox;
import dev.sluice.wire.isobmff.TrackRunBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * A chunk that is ready to be written: its size is known, no payload has been copied. It borrows
 * its units, which have to live until it has been written.
 *
 * <p>Defaults are stated once where all samples agree, or all but the first.
 */
public final class CmafChunk {
  private final List<AccessUnit> units;
  private final long endDts;
  private final ByteBuf front;

  /** The flags of {@code tfhd} and {@code trun}, and so which values are where. */
  private final int headerFlags;

  private final int runFlags;
  private final int moofBytes;
  private final int payloadBytes;

  CmafChunk(List<AccessUnit> units, long endDts, ChunkExtras extras) {
    checkRange("number of units", units.size(), 1, BoxLimits.MAX_RUN_SAMPLES);
    this.units = units;
    this.endDts = endDts;
    this.front = front(extras);
    int last = units.size() - 1;
    Track track = units.getFirst().track();
    checkRange("first DTS", units.getFirst().dts(), 0, Long.MAX_VALUE);
    boolean oneDuration = true;
    boolean oneSize = true;
    boolean noOffset = true;
    boolean oneFlagsButFirst = true;
    long payload = 0;
    for (int i = 0; i <= last; i++) {
      AccessUnit unit = units.get(i);
      if (!unit.track().equals(track)) {
        throw new IllegalArgumentException("units of several tracks, or configurations of one");
      }
      checkRange("duration", duration(i), 0, 0xFFFF_FFFFL);
      long offset = unit.pts() - unit.dts();
      checkRange("composition offset", offset, Integer.MIN_VALUE, Integer.MAX_VALUE);
      payload += unit.sizeBytes();
      oneDuration &= duration(i) == duration(0);
      oneSize &= unit.sizeBytes() == units.getFirst().sizeBytes();
      noOffset &= offset == 0;
      oneFlagsButFirst &= i == 0 || flags(i) == flags(last);
    }
    this.headerFlags =
        TrackFragmentHeaderBox.DEFAULT_BASE_IS_MOOF
            | (oneDuration ? TrackFragmentHeaderBox.DEFAULT_DURATION : 0)
            | (oneSize ? TrackFragmentHeaderBox.DEFAULT_SIZE : 0)
            | (oneFlagsButFirst ? TrackFragmentHeaderBox.DEFAULT_FLAGS : 0);
    this.runFlags =
        TrackRunBox.DATA_OFFSET
            | (oneDuration ? 0 : TrackRunBox.DURATION)
            | (oneSize ? 0 : TrackRunBox.SIZE)
            | (noOffset ? 0 : TrackRunBox.COMPOSITION_OFFSET)
            | (!oneFlagsButFirst
                ? TrackRunBox.FLAGS
                : flags(0) != flags(last) ? TrackRunBox.FIRST_SAMPLE_FLAGS : 0);
    this.moofBytes =
        BoxHeader.MIN_SIZE
            + MovieFragmentHeaderBox.SIZE
            + BoxHeader.MIN_SIZE
            + TrackFragmentHeaderBox.sizeBytes(headerFlags)
            + TrackFragmentDecodeTimeBox.SIZE
            + TrackRunBox.sizeBytes(runFlags, units.size());
    checkRange("bytes of payload", payload, 0, Integer.MAX_VALUE - headBytes());
    this.payloadBytes = (int) payload;
  }

  /** Bytes of the whole chunk. */
  public int sizeBytes() {
    return headBytes() + payloadBytes;
  }

  /** Bytes in front of the first unit's payload. */
  public int headBytes() {
    return front.readableBytes() + moofBytes + BoxHeader.MIN_SIZE;
  }

  /** Appends the whole chunk, {@link #sizeBytes}; each payload is copied once. */
  public void write(ByteBuf out) {
    out.ensureWritable(sizeBytes());
    writeHead(out);
    for (int i = 0; i < units.size(); i++) {
      ByteBuf payload = units.get(i).payload();
      out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }
  }

  /** Appends what stands in front of the payloads, {@link #headBytes}. */
  public void writeHead(ByteBuf out) {
    out.writeBytes(front, front.readerIndex(), front.readableBytes());
    writeMoof(out);
    out.writeInt(BoxHeader.MIN_SIZE + payloadBytes).writeInt(BoxType.MDAT);
  }

  /**
   * The whole chunk without a copy of any payload: the head, and slices of the units' own buffers.
   *
   * @return owned by the caller; it holds one reference to each payload
   */
  public ByteBuf gather(ByteBufAllocator allocator) {
    ByteBuf head = allocator.buffer(headBytes(), headBytes());
    writeHead(head);
    CompositeByteBuf whole = allocator.compositeBuffer(1 + units.size());
    whole.addComponent(true, head);
    for (int i = 0; i < units.size(); i++) {
      whole.addComponent(true, units.get(i).payload().retainedSlice());
    }
    return whole;
  }

  private void writeMoof(ByteBuf out) {
    AccessUnit first = units.getFirst();
    int last = units.size() - 1;
    out.writeInt(moofBytes).writeInt(BoxType.MOOF);
    long sequence = first.track().timescale().convert(first.dts(), Timescale.MILLIS) & 0xFFFF_FFFFL;
    new MovieFragmentHeaderBox(sequence).write(out);
    int traf = Boxes.begin(BoxType.TRAF, out);
    new TrackFragmentHeaderBox(
            headerFlags, CmafMuxer.TRACK_ID, 0, 0, duration(0), first.sizeBytes(), flags(last))
        .write(out);
    new TrackFragmentDecodeTimeBox(first.dts()).write(out);
    int trun = Boxes.begin(BoxType.TRUN, out);
    int dataOffset = moofBytes + BoxHeader.MIN_SIZE;
    TrackRunBox.writeStart(1, runFlags, units.size(), dataOffset, flags(0), out);
    for (int i = 0; i <= last; i++) {
      writeSample(i, out);
    }
    Boxes.end(trun, out);
    Boxes.end(traf, out);
  }

  private void writeSample(int index, ByteBuf out) {
    AccessUnit unit = units.get(index);
    if ((runFlags & TrackRunBox.DURATION) != 0) {
      out.writeInt((int) duration(index));
    }
    if ((runFlags & TrackRunBox.SIZE) != 0) {
      out.writeInt(unit.sizeBytes());
    }
    if ((runFlags & TrackRunBox.FLAGS) != 0) {
      out.writeInt(flags(index));
    }
    if ((runFlags & TrackRunBox.COMPOSITION_OFFSET) != 0) {
      out.writeInt((int) (unit.pts() - unit.dts()));
    }
  }

  private long duration(int index) {
    long next = index + 1 < units.size() ? units.get(index + 1).dts() : endDts;
    return next - units.get(index).dts();
  }

  private int flags(int index) {
    return units.get(index).randomAccess() ? SampleFlags.RANDOM_ACCESS : SampleFlags.DEPENDENT;
  }

  private static ByteBuf front(ChunkExtras extras) {
    if (extras.equals(ChunkExtras.NONE)) {
      return Unpooled.EMPTY_BUFFER;
    }
    ByteBuf out = Unpooled.buffer(128);
    if (extras.segmentType() != null) {
      extras.segmentType().write(out);
    }
    if (extras.referenceTime() != null) {
      extras.referenceTime().write(out);
    }
    for (EventMessageBox event : extras.events()) {
      event.write(out);
    }
    return out;
  }
}
