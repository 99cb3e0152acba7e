package dev.sluice.mux.flv;

import dev.sluice.media.MediaChoice;
import dev.sluice.media.Track;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tracks of a stream a dialect carries, and in which form.
 *
 * @param entries video before audio; the default track of each kind first
 */
record FlvLayout(List<Entry> entries) {

  /** A track that is carried. */
  record Entry(Track track, BodyHead head) {}

  private static final int MAX_NUMBER = 255;

  FlvLayout {
    entries = List.copyOf(entries);
  }

  /** A layout of {@code tracks}, of which data is left aside: it needs no form. */
  static FlvLayout of(FlvDialect dialect, MediaChoice media, List<Track> tracks) {
    List<Entry> entries = new ArrayList<>();
    for (Track.Kind kind : List.of(Track.Kind.VIDEO, Track.Kind.AUDIO)) {
      if (media.includes(kind)) {
        add(dialect, ofKind(kind, tracks), entries);
      }
    }
    return new FlvLayout(entries);
  }

  private static List<Track> ofKind(Track.Kind kind, List<Track> tracks) {
    List<Track> all = new ArrayList<>(tracks.size());
    for (Track track : tracks) {
      if (track.kind() == kind) {
        all.add(track);
      }
    }
    all.sort((one, other) -> Integer.compare(one.id(), other.id()));
    return all;
  }

  /** The first track that can be is the default one; the others keep or get a number. */
  private static void add(FlvDialect dialect, List<Track> tracks, List<Entry> entries) {
    BitSet taken = new BitSet(); // made for each viewer that comes: small
    for (Track track : tracks) {
      if (!taken.get(0)) {
        BodyHead head = defaultHead(dialect, track);
        if (head != null) {
          taken.set(0);
          entries.add(new Entry(track, head));
        }
      } else if (dialect == FlvDialect.MULTITRACK) {
        int number = number(track, taken);
        BodyHead head = number > MAX_NUMBER ? null : BodyHead.enhanced(track, number);
        if (head != null) {
          taken.set(number);
          entries.add(new Entry(track, head));
        }
      }
    }
  }

  private static @Nullable BodyHead defaultHead(FlvDialect dialect, Track track) {
    BodyHead legacy = BodyHead.legacy(track); // understood by everybody
    return legacy != null || dialect == FlvDialect.LEGACY ? legacy : BodyHead.enhanced(track, 0);
  }

  /** Its own number, for a track that came by Enhanced RTMP; else the first that is free. */
  private static int number(Track track, BitSet taken) {
    int own = FlvTrackIds.number(track.kind(), track.id());
    if (own > 0 && !taken.get(own)) {
      return own;
    }
    return taken.nextClearBit(1);
  }

  /** The default track of a kind; null where none is carried. */
  @Nullable Entry first(Track.Kind kind) {
    for (Entry entry : entries) {
      if (entry.track().kind() == kind) {
        return entry;
      }
    }
    return null;
  }
}
