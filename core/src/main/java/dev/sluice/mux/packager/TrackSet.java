package dev.sluice.mux.packager;

import dev.sluice.media.Track;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tracks of a stream for as long as none of them changes. */
final class TrackSet {
  /** The first of several tracks leads. */
  static final Comparator<Track> LEADING =
      Comparator.comparing(Track::kind).thenComparingInt(Track::id);

  static final TrackSet NONE = new TrackSet(List.of());

  private final List<Track> tracks;
  private final @Nullable Track leader;

  TrackSet(List<Track> tracks) {
    this.tracks = List.copyOf(tracks);
    this.leader =
        tracks.stream().filter(track -> track.kind() != Track.Kind.DATA).min(LEADING).orElse(null);
  }

  /** The tracks in their order. */
  List<Track> tracks() {
    return tracks;
  }

  /** The track that gives the cuts: the video track of lowest ID, else such an audio track. */
  @Nullable Track leader() {
    return leader;
  }

  boolean leads(Track track) {
    return leader != null && leader.id() == track.id();
  }

  /** The track of an ID; null when there is none. */
  @Nullable Track byId(int id) {
    for (Track track : tracks) {
      if (track.id() == id) {
        return track;
      }
    }
    return null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrackSet that && tracks.equals(that.tracks);
  }

  @Override
  public int hashCode() {
    return tracks.hashCode();
  }

  @Override
  public String toString() {
    return tracks.toString();
  }
}
