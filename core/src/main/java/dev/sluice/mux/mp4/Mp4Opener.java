package dev.sluice.mux.mp4;

import dev.sluice.media.Timescale;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.mp4.MovieReader.Movie;
import dev.sluice.mux.mp4.Mp4File.Reading;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.BoxType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Opens an MP4 file: finds its parts and puts tracks, codecs and index together. */
final class Mp4Opener {
  private static final int VIDEO_ID = 0;
  private static final int AUDIO_ID = 1;

  /** ID 2 is that of data in FLV and RTMP. */
  private static final int FIRST_FURTHER_ID = 3;

  /** Samples that are read of a track whose configuration is in its samples. */
  private static final int MAX_SAMPLES_FOR_TRACK = 8;

  private final ByteSource source;
  private final ByteBufAllocator allocator;

  Mp4Opener(ByteSource source, ByteBufAllocator allocator) {
    this.source = source;
    this.allocator = allocator;
  }

  Mp4File open() {
    FileBoxes moov = findMoov();
    Movie movie = MovieReader.read(source, moov);
    List<String> passedOver = new ArrayList<>(movie.passedOver());
    List<TrackBox> boxes = new ArrayList<>();
    List<TrackCodec> codecs = new ArrayList<>();
    for (TrackBox box : inOrder(movie.tracks())) {
      try {
        codecs.add(new TrackCodec(id(box, boxes), box));
        boxes.add(box);
      } catch (UnsupportedException | MalformedException unreadable) {
        passedOver.add(
            "track %d is not read: %s".formatted(box.trackId(), unreadable.getMessage()));
      }
    }
    if (boxes.isEmpty()) {
      throw new UnsupportedException(
          passedOver.isEmpty() ? "MP4 file without a track" : String.join("; ", passedOver));
    }
    CommonClock clock = CommonClock.of(boxes.stream().map(TrackBox::timescale).toList());
    var fragments = new FragmentTrack.Fragments(source, movie.defaults());
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      TrackBox box = boxes.get(i);
      TrackReader samples = reader(box, movie, moov, fragments, codecs.get(i), clock);
      readings.add(
          new Reading(
              box.handlerType() == BoxType.VIDE,
              samples,
              completed(codecs.get(i), samples),
              clock));
    }
    SparseIndex index = new SparseIndex();
    long end = endOfTables(readings);
    if (movie.fragmented()) {
      TrackReader main = readings.getFirst().samples();
      new FragmentIndexReader(source, moov.boxEnd(), boxes.getFirst().trackId(), main, clock)
          .fill(index);
      end = endOfFragments(movie, main, index, clock);
    }
    return new Mp4File(source, allocator, clock, readings, List.copyOf(passedOver), index, end);
  }

  /** Video first, since it decides where reading can begin. */
  private static List<TrackBox> inOrder(List<TrackBox> tracks) {
    List<TrackBox> ordered = new ArrayList<>();
    tracks.stream().filter(box -> box.handlerType() == BoxType.VIDE).forEach(ordered::add);
    tracks.stream().filter(box -> box.handlerType() != BoxType.VIDE).forEach(ordered::add);
    return ordered;
  }

  /** The ID of a track behind those that were taken before it. */
  static int id(TrackBox box, List<TrackBox> before) {
    boolean first = before.stream().noneMatch(it -> it.handlerType() == box.handlerType());
    if (first) {
      return box.handlerType() == BoxType.VIDE ? VIDEO_ID : AUDIO_ID;
    }
    long firsts = before.stream().map(TrackBox::handlerType).distinct().count();
    return FIRST_FURTHER_ID + before.size() - (int) firsts;
  }

  private FileBoxes findMoov() {
    FileBoxes boxes = FileBoxes.topLevel(source, 0);
    for (int passed = 0; passed < Mp4Limits.MAX_BOXES_WITHOUT_FRAGMENT; passed++) {
      if (!boxes.next()) {
        throw new MalformedException("file without 'moov': no MP4, or its end is missing");
      }
      if (boxes.type() == BoxType.MOOV) {
        return boxes;
      }
    }
    throw new MalformedException(
        "no 'moov' among %d boxes".formatted(Mp4Limits.MAX_BOXES_WITHOUT_FRAGMENT));
  }

  private static TrackReader reader(
      TrackBox box,
      Movie movie,
      FileBoxes moov,
      FragmentTrack.Fragments fragments,
      TrackCodec codec,
      CommonClock clock) {
    long maxTicks = Mp4Limits.MAX_TIME_S * box.timescale().ticksPerSecond();
    SampleTables tables = new SampleTables(box.tables(), codec.ofMoments(), maxTicks);
    FragmentTrack track =
        movie.fragmented()
            ? new FragmentTrack(fragments, box.trackId(), moov.boxEnd(), tables.durationSum())
            : null;
    return new TrackReader(box, movie.timescale(), tables, track, clock);
  }

  /** Reads the first samples of a track that is described by nothing else. */
  private TrackCodec completed(TrackCodec codec, TrackReader samples) {
    for (int i = 0; codec.track() == null && i < MAX_SAMPLES_FOR_TRACK; i++) {
      if (!samples.atSample()) {
        break;
      }
      ByteBuf data = Mp4File.read(source, allocator, samples.sample());
      try {
        codec.unit(data, samples.sample(), (track, randomAccess, payload) -> payload.release());
      } finally {
        data.release();
      }
      samples.advance();
    }
    samples.toStart();
    return codec;
  }

  private static long endOfTables(List<Reading> readings) {
    return readings.stream()
        .filter(reading -> reading.samples().atSample())
        .mapToLong(reading -> reading.samples().endTicks())
        .max()
        .orElse(-1);
  }

  private static long endOfFragments(
      Movie movie, TrackReader main, SparseIndex index, CommonClock clock) {
    if (movie.fragmentsDuration() > 0) {
      Timescale timescale = movie.timescale();
      long most = Mp4Limits.MAX_TIME_S * timescale.ticksPerSecond();
      return clock.ticks(Math.min(movie.fragmentsDuration(), most), timescale);
    }
    if (index.size() == 0) {
      return Long.MIN_VALUE;
    }
    long end = main.endOfFragments(index.position(index.size() - 1), SparseIndex.MAX_PLACES);
    main.toStart();
    return end;
  }
}
