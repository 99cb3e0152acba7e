package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.mp4.CmafTracks.CmafTrack;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.isobmff.MovieFragment;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The samples of a fragment in the order in which their data come. */
final class CmafFragment implements Normaliser.Output {
  /** A track fragment and the sample that it is at. */
  private static final class Part {
    private final CmafTrack track;
    private final FragmentSamples samples;
    private final Sample sample = new Sample();
    private boolean atSample;

    private Part(CmafTrack track, FragmentSamples samples) {
      this.track = track;
      this.samples = samples;
      advance();
    }

    /** Samples without data are nothing. */
    private void advance() {
      do {
        atSample = samples.next(sample);
      } while (atSample && sample.size == 0);
    }
  }

  private final CmafTracks tracks;
  private final List<Part> parts = new ArrayList<>();
  private int unknownTracks;
  private @Nullable Part current;

  /** Of the sample that is given: where its units go, its times, and how many have gone. */
  private CmafDemuxer.@Nullable Output output;

  private long dts;
  private int offset;
  private int given;

  /**
   * Reports gaps, too.
   *
   * @param position where in the stream the {@code moof} begins
   * @throws MalformedException when a sample is larger than is read, or its time past all bounds
   */
  CmafFragment(MovieFragment moof, long position, CmafTracks tracks, CmafDemuxer.Output output) {
    this.tracks = tracks;
    for (int i = 0; i < moof.tracks().size(); i++) {
      CmafTrack track = tracks.byId(moof.tracks().get(i).header().trackId());
      if (track == null) {
        unknownTracks++;
        continue;
      }
      FragmentSamples samples = FragmentSamples.of(moof, position, i, tracks.defaults());
      long expected = track.endDts();
      long found = samples.decodeTime(Math.max(0, expected));
      if (expected >= 0 && found != expected) {
        output.gap(track.id(), tracks.ticks(track, expected), tracks.ticks(track, found));
      }
      samples.startAt(found);
      track.endAt(check(FragmentSamples.of(moof, position, i, tracks.defaults()), found, track));
      parts.add(new Part(track, samples));
    }
    choose();
  }

  /** Looks through all samples; returns where the last one ends. */
  private long check(FragmentSamples samples, long start, CmafTrack track) {
    samples.startAt(start);
    Sample sample = new Sample();
    while (samples.next(sample)) {
      if (sample.size > Mp4Limits.MAX_SAMPLE_BYTES) {
        throw new MalformedException(
            "sample of %d bytes, allowed are %d"
                .formatted(sample.size, Mp4Limits.MAX_SAMPLE_BYTES));
      }
    }
    tracks.ticks(track, samples.dts());
    return samples.dts();
  }

  /** Track fragments of tracks that are not read. */
  int unknownTracks() {
    return unknownTracks;
  }

  /** The sample whose data come next; null when there is none left. */
  @Nullable Sample sample() {
    return current == null ? null : current.sample;
  }

  /** Goes on to the next sample. */
  void advance() {
    requireNonNull(current).advance();
    choose();
  }

  private void choose() {
    current = null;
    for (Part part : parts) {
      if (part.atSample && (current == null || part.sample.position < current.sample.position)) {
        current = part;
      }
    }
  }

  /** Gives the sample. */
  void give(ByteBuf data, CmafDemuxer.Output to) {
    Part part = requireNonNull(current);
    output = to;
    given = 0;
    dts = tracks.ticks(part.track, part.sample.dts);
    offset = tracks.offset(dts, tracks.ticks(part.track, part.sample.pts()));
    part.track.codec().unit(data, part.sample, this);
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    CmafDemuxer.Output to = requireNonNull(output);
    requireNonNull(current).track.announce(track, to);
    long behind = given == 0 ? 0 : given * frameTicks(track);
    given++;
    to.unit(new SourceUnit(track, dts + behind, offset, randomAccess, payload));
  }

  private long frameTicks(Track track) {
    AudioFormat format = AudioFormat.of(track);
    return format == null ? 0 : tracks.ofTrackTicks(format.frameSamples(), track.timescale());
  }
}
