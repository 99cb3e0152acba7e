package dev.sluice.mux.mp4;

import dev.sluice.media.Timescale;
import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxLimits;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.RandomAccessOffsetBox;
import dev.sluice.wire.isobmff.SegmentIndexBox;
import dev.sluice.wire.isobmff.TrackFragmentRandomAccessBox;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a fragmented file's own index where its fragments are: {@code sidx} at the beginning,
 * or {@code mfra} at the end. An index that cannot be read is none: fragments are found without it,
 * more slowly. One that is wrong costs time, too, and nothing else.
 */
final class FragmentIndexReader {
  /** Boxes between {@code moov} and the first fragment that are looked at. */
  private static final int MAX_BOXES = 32;

  private final ByteSource source;
  private final long start;
  private final long trackId;
  private final TrackReader track;
  private final CommonClock clock;

  /**
   * An index of one track.
   *
   * @param start where in the file {@code sidx} or the first fragment may be
   */
  FragmentIndexReader(
      ByteSource source, long start, long trackId, TrackReader track, CommonClock clock) {
    this.source = source;
    this.start = start;
    this.trackId = trackId;
    this.track = track;
    this.clock = clock;
  }

  void fill(SparseIndex index) {
    try {
      SegmentIndexBox box = null;
      long firstPosition = 0;
      FileBoxes boxes = FileBoxes.topLevel(source, start);
      for (int i = 0; i < MAX_BOXES && boxes.next() && boxes.type() != BoxType.MOOF; i++) {
        if (boxes.type() == BoxType.SIDX) {
          var found = SegmentIndexBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES));
          if (box == null || found.referenceId() == trackId && box.referenceId() != trackId) {
            box = found;
            firstPosition = boxes.boxEnd() + Math.min(box.firstOffset(), source.sizeBytes());
          }
        }
      }
      if (box != null) {
        take(box, firstPosition, index);
      } else {
        take(randomAccess(), index);
      }
    } catch (MalformedException | UnsupportedException | ArithmeticException _) {
      // no index, then
    }
  }

  private void take(SegmentIndexBox box, long firstPosition, SparseIndex index) {
    Timescale timescale = new Timescale(box.timescale());
    long shift = track.presentedTicks(0);
    long position = firstPosition;
    long time = box.earliestPresentationTime();
    for (SegmentIndexBox.Reference reference : box.references()) {
      index.offer(clock.ticks(time, timescale) + shift, position);
      position += reference.size();
      time += reference.duration();
    }
  }

  private void take(@Nullable TrackFragmentRandomAccessBox box, SparseIndex index) {
    for (int i = 0; box != null && i < box.count(); i++) {
      index.offer(track.presentedTicks(box.time(i)), box.moofOffset(i));
    }
  }

  private @Nullable TrackFragmentRandomAccessBox randomAccess() {
    long size = source.sizeBytes();
    if (size < RandomAccessOffsetBox.SIZE) {
      return null;
    }
    FileBoxes last = FileBoxes.topLevel(source, size - RandomAccessOffsetBox.SIZE);
    if (!last.next() || last.type() != BoxType.MFRO || !last.isWhole()) {
      return null;
    }
    long parent = RandomAccessOffsetBox.read(last.body(RandomAccessOffsetBox.SIZE)).parentSize();
    if (parent < BoxHeader.MIN_SIZE || parent > Math.min(size, Mp4Limits.MAX_MFRA_BYTES)) {
      return null;
    }
    FileBoxes mfra = FileBoxes.topLevel(source, size - parent);
    if (!mfra.next() || mfra.type() != BoxType.MFRA) {
      return null;
    }
    Boxes boxes = Boxes.in(mfra.body(Mp4Limits.MAX_MFRA_BYTES), BoxType.MFRA);
    for (ByteBuf child; (child = boxes.next()) != null; ) {
      if (boxes.type() == BoxType.TFRA) {
        var box = TrackFragmentRandomAccessBox.read(child);
        if (box.trackId() == trackId) {
          return box;
        }
      }
    }
    return null;
  }
}
