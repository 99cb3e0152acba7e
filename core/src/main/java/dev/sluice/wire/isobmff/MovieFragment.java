package dev.sluice.wire.isobmff;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code moof} with what is in it (ISO/IEC 14496-12, sections 8.8.4 and 8.8.6).
 *
 * @param header its sequence number
 * @param tracks its track fragments, in their order; a track may have several
 */
public record MovieFragment(MovieFragmentHeaderBox header, List<TrackFragment> tracks)
    implements Box {

  /**
   * {@code traf}.
   *
   * @param header whose it is, and defaults
   * @param decodeTime of its first sample; null when it goes on where the one before it ended
   * @param runs in their order
   */
  public record TrackFragment(
      TrackFragmentHeaderBox header,
      @Nullable TrackFragmentDecodeTimeBox decodeTime,
      List<TrackRunBox> runs)
      implements Box {

    public TrackFragment {
      runs = List.copyOf(runs);
    }

    @Override
    public int type() {
      return BoxType.TRAF;
    }

    @Override
    public void writeBody(ByteBuf out) {
      header.write(out);
      if (decodeTime != null) {
        decodeTime.write(out);
      }
      runs.forEach(run -> run.write(out));
    }
  }

  public MovieFragment {
    tracks = List.copyOf(tracks);
  }

  /**
   * Reads the body of one box.
   *
   * @throws MalformedException when it or a box in it ends too early, a header is missing, or it
   *     has more than 2²⁰ samples
   */
  public static MovieFragment read(ByteBuf in) {
    MovieFragmentHeaderBox header = new MovieFragmentHeaderBox(0);
    List<TrackFragment> tracks = new ArrayList<>();
    Boxes boxes = Boxes.in(in, BoxType.MOOF);
    int samples = 0;
    for (ByteBuf child; (child = boxes.next()) != null; ) {
      if (boxes.type() == BoxType.MFHD) {
        header = MovieFragmentHeaderBox.read(child);
      } else if (boxes.type() == BoxType.TRAF) {
        TrackFragment track = readTrack(child, BoxLimits.MAX_RUN_SAMPLES - samples);
        tracks.add(track);
        samples += track.runs.stream().mapToInt(TrackRunBox::sampleCount).sum();
      }
    }
    return new MovieFragment(header, tracks);
  }

  private static TrackFragment readTrack(ByteBuf in, int maxSamples) {
    TrackFragmentHeaderBox header = null;
    TrackFragmentDecodeTimeBox decodeTime = null;
    List<TrackRunBox> runs = new ArrayList<>();
    int samples = 0;
    Boxes boxes = Boxes.in(in, BoxType.TRAF);
    for (ByteBuf child; (child = boxes.next()) != null; ) {
      switch (boxes.type()) {
        case BoxType.TFHD -> header = TrackFragmentHeaderBox.read(child);
        case BoxType.TFDT -> decodeTime = TrackFragmentDecodeTimeBox.read(child);
        case BoxType.TRUN -> {
          TrackRunBox run = TrackRunBox.read(child);
          if (run.sampleCount() > maxSamples - samples) {
            throw new MalformedException(
                "box 'moof' has more than %d samples".formatted(BoxLimits.MAX_RUN_SAMPLES));
          }
          samples += run.sampleCount();
          runs.add(run);
        }
        default -> {}
      }
    }
    if (header == null) {
      throw new MalformedException("box 'traf' has no 'tfhd'");
    }
    return new TrackFragment(header, decodeTime, runs);
  }

  @Override
  public int type() {
    return BoxType.MOOF;
  }

  @Override
  public void writeBody(ByteBuf out) {
    header.write(out);
    tracks.forEach(track -> track.write(out));
  }
}
