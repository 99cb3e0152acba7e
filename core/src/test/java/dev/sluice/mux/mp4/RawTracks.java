package dev.sluice.mux.mp4;

import dev.sluice.mux.ByteSource;
import dev.sluice.mux.mp4.MovieReader.Movie;
import dev.sluice.wire.isobmff.BoxType;
import java.util.ArrayList;
import java.util.List;

/** The samples of a file's tracks as the container has them, whatever their codec. */
final class RawTracks {
  /** One sample on the presentation's time line, in ticks of its track. */
  record Packet(long dts, long pts, long duration, long size, long position, boolean sync) {}

  private RawTracks() {}

  /** The packets of each track, in the file's order of tracks. */
  static List<List<Packet>> of(ByteSource source) {
    List<List<Packet>> tracks = new ArrayList<>();
    for (TrackReader reader : readers(source)) {
      List<Packet> packets = new ArrayList<>();
      for (; reader.atSample(); reader.advance()) {
        packets.add(packet(reader));
      }
      tracks.add(packets);
    }
    return tracks;
  }

  static Packet packet(TrackReader reader) {
    Sample sample = reader.sample();
    return new Packet(
        reader.dts(), reader.pts(), sample.duration, sample.size, sample.position, sample.sync);
  }

  /** Ticks of the common clock of a file of one track for a time of it. */
  static long clockTicks(ByteSource source, long time) {
    TrackReader reader = readers(source).getFirst();
    return reader.presentedTicks(time);
  }

  static List<TrackReader> readers(ByteSource source) {
    FileBoxes boxes = FileBoxes.topLevel(source, 0);
    do {
      if (!boxes.next()) {
        throw new AssertionError("no moov");
      }
    } while (boxes.type() != BoxType.MOOV);
    Movie movie = MovieReader.read(source, boxes);
    var fragments = new FragmentTrack.Fragments(source, movie.defaults());
    CommonClock clock = CommonClock.of(movie.tracks().stream().map(TrackBox::timescale).toList());
    List<TrackReader> readers = new ArrayList<>();
    for (TrackBox box : movie.tracks()) {
      boolean ofMoments = CodecEntry.of(box.entries().getFirst()).isMoments();
      long maxTicks = Mp4Limits.MAX_TIME_S * box.timescale().ticksPerSecond();
      var tables = new SampleTables(box.tables(), ofMoments, maxTicks);
      FragmentTrack track =
          movie.fragmented()
              ? new FragmentTrack(fragments, box.trackId(), boxes.boxEnd(), tables.durationSum())
              : null;
      readers.add(new TrackReader(box, movie.timescale(), tables, track, clock));
    }
    return readers;
  }
}
