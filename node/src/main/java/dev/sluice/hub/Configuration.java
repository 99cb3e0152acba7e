package dev.sluice.hub;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.List;
import java.util.Set;

/**
 * What a decoder must know before it can use a stream's access units.
 *
 * @param revision grows by one with every change, within a stream
 * @param tracks the tracks of the stream, video first
 * @param metadata what the source says of itself: an AMF0 data message ({@code onMetaData} and its
 *     object), empty when it said nothing
 * @param lacking ids of the tracks that the current source does not have: they are gaps
 */
public record Configuration(
    long revision, List<Track> tracks, Bytes metadata, Set<Integer> lacking) {
  /** Before a source has said anything. */
  public static final Configuration NONE = new Configuration(0, List.of(), Bytes.EMPTY);

  public Configuration {
    tracks = List.copyOf(tracks);
    lacking = Set.copyOf(lacking);
  }

  /** A configuration of tracks that the source has, all of them. */
  public Configuration(long revision, List<Track> tracks, Bytes metadata) {
    this(revision, tracks, metadata, Set.of());
  }

  /** Whether there is a track of this kind. */
  public boolean has(Track.Kind kind) {
    for (Track track : tracks) {
      if (track.kind() == kind) {
        return true;
      }
    }
    return false;
  }

  /** Whether the current source has a track of this kind. */
  public boolean delivers(Track.Kind kind) {
    for (Track track : tracks) {
      if (track.kind() == kind && !lacking.contains(track.id())) {
        return true;
      }
    }
    return false;
  }
}
