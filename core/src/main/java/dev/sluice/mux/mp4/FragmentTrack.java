package dev.sluice.mux.mp4;

import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.isobmff.BoxLimits;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.MovieFragment;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one track in the fragments of a file, in decoding order. It looks for its next
 * fragment itself, passing over those of others, so that tracks may lie in any order.
 */
final class FragmentTrack {
  /** The fragments of a file; the one that was read last is kept, since tracks mostly share it. */
  static final class Fragments {
    final ByteSource source;
    final TrackDefaults defaults;
    private long lastPosition = -1;
    private @Nullable MovieFragment last;

    Fragments(ByteSource source, TrackDefaults defaults) {
      this.source = source;
      this.defaults = defaults;
    }

    MovieFragment read(FileBoxes box) {
      MovieFragment known = last;
      if (known == null || lastPosition != box.start()) {
        known = MovieFragment.read(box.body(BoxLimits.MAX_MOOF_BYTES));
        last = known;
        lastPosition = box.start();
      }
      return known;
    }
  }

  private final Fragments fragments;
  private final long trackId;
  private final long start;
  private final long firstDts;

  private FileBoxes boxes;
  private @Nullable MovieFragment moof;
  private long moofPosition;
  private long moofDts;
  private boolean timed = true;
  private int nextIndex;
  private @Nullable FragmentSamples samples;
  private long dts;

  /**
   * A place before the first fragment.
   *
   * @param start where in the file the first fragment may be
   * @param firstDts of its first sample when the fragment does not say it
   */
  FragmentTrack(Fragments fragments, long trackId, long start, long firstDts) {
    this.fragments = fragments;
    this.trackId = trackId;
    this.start = start;
    this.firstDts = firstDts;
    this.boxes = FileBoxes.topLevel(fragments.source, start);
    this.dts = firstDts;
  }

  /** Goes back before the first fragment. */
  void restart() {
    restart(start, firstDts);
  }

  /**
   * Goes to the box at {@code position}.
   *
   * @param dts of the next sample when its fragment does not say it
   */
  void restart(long position, long dts) {
    boxes = FileBoxes.topLevel(fragments.source, position);
    moof = null;
    samples = null;
    nextIndex = 0;
    this.dts = dts;
  }

  /** Where the {@code moof} of the last sample begins. */
  long moofPosition() {
    return moofPosition;
  }

  /** The DTS that was reached when that began. */
  long moofDts() {
    return moofDts;
  }

  /** Whether all fragments so far said their DTS, so that reading can begin at any of them. */
  boolean isTimed() {
    return timed;
  }

  /**
   * Fills in the next sample and goes on; false behind the last one.
   *
   * @throws dev.sluice.wire.MalformedException when a fragment cannot be read
   */
  boolean next(Sample into) {
    while (samples == null || !samples.next(into)) {
      if (samples != null) {
        dts = samples.dts();
        samples = null;
      }
      if (!nextFragment()) {
        return false;
      }
    }
    return true;
  }

  private boolean nextFragment() {
    while (true) {
      MovieFragment current = moof;
      while (current != null && nextIndex < current.tracks().size()) {
        int index = nextIndex++;
        if (current.tracks().get(index).header().trackId() == trackId) {
          var found = FragmentSamples.of(current, moofPosition, index, fragments.defaults);
          timed &= found.isTimed();
          found.startAt(found.decodeTime(dts));
          samples = found;
          return true;
        }
      }
      if (!nextMoof()) {
        moof = null;
        return false;
      }
      moof = fragments.read(boxes);
      moofPosition = boxes.start();
      moofDts = dts;
      nextIndex = 0;
    }
  }

  private boolean nextMoof() {
    for (int passed = 0; passed < Mp4Limits.MAX_BOXES_WITHOUT_FRAGMENT; passed++) {
      if (!boxes.next()) {
        return false;
      }
      if (boxes.type() == BoxType.MOOF) {
        return true;
      }
    }
    throw new MalformedException(
        "%d boxes without a fragment among them".formatted(Mp4Limits.MAX_BOXES_WITHOUT_FRAGMENT));
  }
}
