package dev.sluice.hub;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.List;

/**
 * What a decoder must know before it can use a stream's access units.
 *
 * @param revision grows by one with every change, within a stream
 * @param tracks the tracks of the current source, video first
 * @param metadata what the source says of itself: an AMF0 data message ({@code onMetaData} and its
 *     object), empty when it said nothing
 */
public record Configuration(long revision, List<Track> tracks, Bytes metadata) {
  /** Before a source has said anything. */
  public static final Configuration NONE = new Configuration(0, List.of(), Bytes.EMPTY);

  public Configuration {
    tracks = List.copyOf(tracks);
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
}
