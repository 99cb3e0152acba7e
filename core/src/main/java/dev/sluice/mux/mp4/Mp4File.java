package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An MP4 or QuickTime file, progressive or fragmented.
 *
 * <p>Times are those of the presentation: edit lists are applied. What a decoder needs before the
 * first edit comes with times below 0, an audio encoder's priming above all. No PTS is below its
 * DTS. All tracks share one clock, {@link CommonClock}.
 *
 * <p>The first video track has ID 0, the first audio track 1; others follow from 3.
 */
public final class Mp4File implements MediaFile {
  private final ByteSource source;
  private final ByteBufAllocator allocator;
  private final CommonClock clock;
  private final List<Reading> readings;
  private final List<String> passedOver;
  private final SparseIndex index;
  private final long firstPtsTicks;
  private final long endTicks;

  Mp4File(
      ByteSource source,
      ByteBufAllocator allocator,
      CommonClock clock,
      List<Reading> readings,
      List<String> passedOver,
      SparseIndex index,
      long endTicks) {
    this.source = source;
    this.allocator = allocator;
    this.clock = clock;
    this.readings = readings;
    this.passedOver = passedOver;
    this.index = index;
    this.firstPtsTicks =
        readings.stream()
            .filter(reading -> reading.samples.atSample())
            .mapToLong(reading -> reading.samples.firstPtsTicks())
            .min()
            .orElse(0);
    this.endTicks = endTicks;
  }

  /**
   * Opens a file: reads its {@code moov} but for the tables of samples, of which it looks through
   * those of durations and offsets once, and the first sample of tracks that are not described
   * otherwise.
   *
   * @param allocator of payloads
   * @throws MalformedException when it is no MP4, or is broken
   * @throws UnsupportedException when none of its tracks can be read, naming the reason for each
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  public static Mp4File open(ByteSource source, ByteBufAllocator allocator) {
    return new Mp4Opener(source, allocator).open();
  }

  @Override
  public SourceClock clock() {
    return clock.clock();
  }

  @Override
  public List<Track> tracks() {
    List<Track> tracks = new ArrayList<>();
    for (Reading reading : readings) {
      Track track = reading.codec.track();
      if (track != null) {
        tracks.add(track);
      }
    }
    return tracks;
  }

  /** Why tracks of the file are not among {@link #tracks}, a sentence each. */
  public List<String> passedOver() {
    return passedOver;
  }

  /** Samples that were left out so far because they could not be read. */
  public long dropped() {
    return readings.stream().mapToLong(reading -> reading.codec.dropped()).sum();
  }

  @Override
  public long durationNs() {
    return endTicks < firstPtsTicks
        ? -1
        : clock.toNs(Math.min(endTicks - firstPtsTicks, clock.longest()));
  }

  @Override
  public boolean next(SourceOutput output) {
    Reading reading;
    while ((reading = earliest()) != null) {
      if (give(reading, output)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long seek(long atNs) {
    long at = firstPtsTicks + clock.ofNs(Math.max(0, atNs));
    Reading main = readings.getFirst();
    main.samples.seek(at, index);
    long where = main.samples.atSample() ? main.samples.ptsTicks() : at;
    for (Reading reading : readings.subList(1, readings.size())) {
      reading.samples.seek(where, index);
      if (!reading.isVideo()) {
        reading.skipWhatEndsBefore(where);
      }
    }
    return clock.toNs(where - firstPtsTicks);
  }

  private @Nullable Reading earliest() {
    Reading earliest = null;
    for (Reading reading : readings) {
      if (reading.samples.atSample()
          && (earliest == null || reading.samples.dtsTicks() < earliest.samples.dtsTicks())) {
        earliest = reading;
      }
    }
    return earliest;
  }

  private boolean give(Reading reading, SourceOutput output) {
    ByteBuf data = read(source, allocator, reading.samples.sample());
    try {
      return reading.give(data, output);
    } finally {
      data.release();
    }
  }

  /** Reads the data of a sample; owned by the caller. */
  static ByteBuf read(ByteSource source, ByteBufAllocator allocator, Sample sample) {
    if (sample.size > Mp4Limits.MAX_SAMPLE_BYTES) {
      throw new MalformedException(
          "sample of %d bytes, allowed are %d".formatted(sample.size, Mp4Limits.MAX_SAMPLE_BYTES));
    }
    if (sample.position > source.sizeBytes() - sample.size) {
      throw new MalformedException(
          "sample of %d bytes at byte %d of a file of %d"
              .formatted(sample.size, sample.position, source.sizeBytes()));
    }
    ByteBuf data = allocator.buffer((int) sample.size);
    try {
      int read = source.read(sample.position, (int) sample.size, data);
      if (read != sample.size) {
        throw new MalformedException("file ends in a sample at byte " + sample.position);
      }
      return data.retain();
    } finally {
      data.release();
    }
  }

  /** One track. */
  static final class Reading implements Normaliser.Output {
    private final boolean video;
    private final TrackReader samples;
    private final TrackCodec codec;
    private final CommonClock clock;
    private @Nullable Track announced;

    /** Of the sample that is given: where its units go, its offset, and how many have gone. */
    private @Nullable SourceOutput output;

    private int offset;
    private int given;

    Reading(boolean video, TrackReader samples, TrackCodec codec, CommonClock clock) {
      this.video = video;
      this.samples = samples;
      this.codec = codec;
      this.clock = clock;
    }

    boolean isVideo() {
      return video;
    }

    TrackReader samples() {
      return samples;
    }

    /** Gives what is in a sample and goes on; false when there was nothing in it. */
    private boolean give(ByteBuf data, SourceOutput to) {
      output = to;
      given = 0;
      offset = clock.offset(samples.dtsTicks(), samples.ptsTicks());
      codec.unit(data, samples.sample(), this);
      samples.advance();
      return given > 0;
    }

    @Override
    public void unit(Track track, boolean randomAccess, ByteBuf payload) {
      SourceOutput to = requireNonNull(output);
      if (!track.equals(announced)) {
        announced = track;
        to.track(track);
      }
      long dts = samples.dtsTicks() + (given == 0 ? 0 : given * frameTicks(track));
      given++;
      to.unit(new SourceUnit(track, dts, offset, randomAccess, payload));
    }

    /** How far the frames of one sample are apart, of which some encoders of MP3 put several in. */
    private long frameTicks(Track track) {
      AudioFormat format = AudioFormat.of(track);
      return format == null ? 0 : clock.ticks(format.frameSamples(), track.timescale());
    }

    /** Passes over samples that are over when the pictures begin. */
    private void skipWhatEndsBefore(long ticks) {
      while (samples.atSample() && samples.sampleEndTicks() <= ticks) {
        samples.advance();
      }
    }
  }
}
