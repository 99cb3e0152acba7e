package dev.sluice.mux.flv;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which tags hold what the frames behind them need: for each track the last decoder configuration.
 * Immutable.
 */
final class Configurations {
  /** None yet. */
  static final Configurations NONE = new Configurations(new TreeMap<>());

  /** Tracks of a file; more are not read, either. */
  private static final int MAX_TRACKS = 2 * FlvDemuxer.MAX_TRACKS_OF_A_KIND;

  private final SortedMap<Integer, TagWalk.Tag> byTrack;

  private Configurations(SortedMap<Integer, TagWalk.Tag> byTrack) {
    this.byTrack = byTrack;
  }

  /** These, and what {@code tag} changes of them. */
  Configurations with(TagWalk.Tag tag) {
    if (tag.look().what() != TagLook.What.CONFIGURATION) {
      return this;
    }
    int track = tag.header().type() << 8 | tag.look().number();
    if (byTrack.size() == MAX_TRACKS && !byTrack.containsKey(track)) {
      return this;
    }
    SortedMap<Integer, TagWalk.Tag> changed = new TreeMap<>(byTrack);
    changed.put(track, tag);
    return new Configurations(changed);
  }

  /** In the order of the file. */
  TagWalk.Tag[] inOrder() {
    TagWalk.Tag[] tags = byTrack.values().toArray(new TagWalk.Tag[0]);
    Arrays.sort(tags, (one, other) -> Long.compare(one.position(), other.position()));
    return tags;
  }
}
