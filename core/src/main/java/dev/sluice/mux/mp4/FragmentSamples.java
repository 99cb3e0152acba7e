package dev.sluice.mux.mp4;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.isobmff.MovieFragment;
import dev.sluice.wire.isobmff.MovieFragment.TrackFragment;
import dev.sluice.wire.isobmff.SampleFlags;
import dev.sluice.wire.isobmff.TrackExtendsBox;
import dev.sluice.wire.isobmff.TrackFragmentHeaderBox;
import dev.sluice.wire.isobmff.TrackRunBox;

/** The samples of one track fragment, in decoding order. */
final class FragmentSamples {
  private final TrackFragment fragment;
  private final long defaultDuration;
  private final long defaultSize;
  private final int defaultFlags;
  private final int entry;
  private final long base;

  private int run;
  private int sample;
  private long position;
  private long dts;

  private FragmentSamples(TrackFragment fragment, TrackExtendsBox defaults, long base) {
    TrackFragmentHeaderBox header = fragment.header();
    this.fragment = fragment;
    this.defaultDuration =
        header.has(TrackFragmentHeaderBox.DEFAULT_DURATION)
            ? header.defaultDuration()
            : defaults.sampleDuration();
    this.defaultSize =
        header.has(TrackFragmentHeaderBox.DEFAULT_SIZE)
            ? header.defaultSize()
            : defaults.sampleSize();
    this.defaultFlags =
        header.has(TrackFragmentHeaderBox.DEFAULT_FLAGS)
            ? header.defaultFlags()
            : defaults.sampleFlags();
    this.entry =
        (int)
            Math.min(
                header.has(TrackFragmentHeaderBox.SAMPLE_DESCRIPTION_INDEX)
                    ? header.sampleDescriptionIndex()
                    : defaults.sampleDescriptionIndex(),
                Integer.MAX_VALUE);
    this.base = base;
    this.position = base;
  }

  /**
   * The samples of one track fragment of a {@code moof}.
   *
   * @param moofPosition where that begins in the file or stream; data offsets count from there
   * @param index of the track fragment
   */
  static FragmentSamples of(
      MovieFragment moof, long moofPosition, int index, TrackDefaults defaults) {
    TrackFragment fragment = moof.tracks().get(index);
    TrackFragmentHeaderBox header = fragment.header();
    long base = moofPosition;
    if (header.has(TrackFragmentHeaderBox.BASE_DATA_OFFSET)) {
      base = header.baseDataOffset();
    } else if (!header.has(TrackFragmentHeaderBox.DEFAULT_BASE_IS_MOOF) && index > 0) {
      base = endOfData(moof, moofPosition, index - 1, defaults);
    }
    return new FragmentSamples(fragment, defaults.of(header.trackId()), base);
  }

  /**
   * Where the data of a track fragment end, where the next one's begin if it says nothing else.
   * Step by step, since a chain of a thousand must not become a thousand calls deep.
   */
  private static long endOfData(
      MovieFragment moof, long moofPosition, int index, TrackDefaults defaults) {
    long end = moofPosition;
    for (int i = 0; i <= index; i++) {
      TrackFragment fragment = moof.tracks().get(i);
      TrackFragmentHeaderBox header = fragment.header();
      long base =
          header.has(TrackFragmentHeaderBox.BASE_DATA_OFFSET)
              ? header.baseDataOffset()
              : i == 0 || header.has(TrackFragmentHeaderBox.DEFAULT_BASE_IS_MOOF)
                  ? moofPosition
                  : end;
      var samples = new FragmentSamples(fragment, defaults.of(header.trackId()), base);
      Sample sample = new Sample();
      end = base;
      while (samples.next(sample)) {
        end = sample.position + sample.size;
      }
    }
    return end;
  }

  /** The track. */
  long trackId() {
    return fragment.header().trackId();
  }

  /** Whether the fragment says the DTS of its first sample. */
  boolean isTimed() {
    return fragment.decodeTime() != null;
  }

  /** DTS of the first sample as the fragment says it, or {@code otherwise} when it does not. */
  long decodeTime(long otherwise) {
    var decodeTime = fragment.decodeTime();
    return decodeTime == null ? otherwise : decodeTime.baseMediaDecodeTime();
  }

  /** Says what the DTS of the next sample is. */
  void startAt(long dts) {
    this.dts = dts;
  }

  /** DTS of the next sample, and so where the last one ends. */
  long dts() {
    return dts;
  }

  /** Where the data of the next sample begin; has no meaning behind the last one. */
  long position() {
    skipEmptyRuns();
    return position;
  }

  /** Whether there is another sample. */
  boolean hasNext() {
    skipEmptyRuns();
    return run < fragment.runs().size();
  }

  /**
   * Fills in the next sample and goes on; false behind the last one.
   *
   * @throws MalformedException when its data would begin before the file or past all bounds
   */
  boolean next(Sample into) {
    if (!hasNext()) {
      return false;
    }
    TrackRunBox current = fragment.runs().get(run);
    into.dts = dts;
    into.duration = current.duration(sample, defaultDuration);
    into.compositionOffset = current.compositionOffset(sample);
    into.position = position;
    into.size = current.size(sample, defaultSize);
    into.sync = SampleFlags.isSync(current.flags(sample, defaultFlags));
    into.entry = entry;
    if (position < 0 || position > Long.MAX_VALUE - into.size) {
      throw new MalformedException("data of a sample at byte " + position);
    }
    position += into.size;
    dts += into.duration;
    sample++;
    return true;
  }

  private void skipEmptyRuns() {
    while (run < fragment.runs().size()) {
      TrackRunBox current = fragment.runs().get(run);
      if (sample < current.sampleCount()) {
        if (sample == 0 && current.has(TrackRunBox.DATA_OFFSET)) {
          position = base + current.dataOffset();
        }
        return;
      }
      run++;
      sample = 0;
    }
  }
}
