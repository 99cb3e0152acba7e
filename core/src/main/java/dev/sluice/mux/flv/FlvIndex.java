package dev.sluice.mux.flv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one can begin in a file: the key frames of one kind of tags, with the configurations that
 * stand before them. They are looked for as far as somebody asks, and no more of them are kept than
 * {@link #MAX_PLACES}: of a long file every so many, and those between are looked for again.
 *
 * <p>An index in the file's metadata ({@code keyframes}) shortens the way: its positions are gone
 * to instead of reading the head of every tag. Each is checked on the way, that a key frame stands
 * there and a whole tag before it; at the first that is wrong the index is left aside. A
 * configuration that changes is looked for where encoders put it, between the key frame and the
 * frame before it.
 */
final class FlvIndex {
  /** Places that are kept. */
  static final int MAX_PLACES = 1_024;

  /** A frame so far behind a point in time has no earlier PTS: B-frames reach less far. */
  private static final int REACH_MS = 1_000;

  /** Tags between a configuration and its key frame. */
  private static final int MAX_BETWEEN = 64;

  private final TagWalk walk;
  private final int type;
  private final long[] hints;

  private final List<Place> places = new ArrayList<>();
  private int stride = 1;
  private int skipped;

  // how far has been looked
  private long position;
  private TagClock clock = TagClock.START;
  private Configurations configurations = Configurations.NONE;
  private int hint;
  private boolean complete;

  /**
   * A place to begin at.
   *
   * @param tag the key frame
   * @param clock when its DTS is
   * @param ptsMs its PTS
   * @param configurations what it and the frames behind it need
   */
  record Place(TagWalk.Tag tag, TagClock clock, long ptsMs, Configurations configurations) {}

  /**
   * An index that has looked at nothing yet.
   *
   * @param type of the tags whose key frames count, video or audio
   * @param hints positions of key frames, as the file has them; may be empty or wrong
   */
  FlvIndex(TagWalk walk, int type, long[] hints) {
    this.walk = walk;
    this.type = type;
    this.hints = hints.clone();
    this.position = walk.start();
  }

  /**
   * The last place whose PTS is not after {@code atMs}, or the first one; null when there is none.
   *
   * @param atMs as time stamps are, unwrapped
   */
  @Nullable Place find(long atMs) {
    while (!complete && (places.isEmpty() || clock.nowMs() <= atMs + REACH_MS)) {
      lookFurther();
    }
    if (places.isEmpty()) {
      return null;
    }
    int kept = places.size() - 1;
    while (kept > 0 && places.get(kept).ptsMs > atMs) {
      kept--;
    }
    long end = kept + 1 < places.size() ? places.get(kept + 1).tag.position() : Long.MAX_VALUE;
    return lastWithin(places.get(kept), end, atMs);
  }

  /** Of the places from one that is kept to the next, the last that is not after {@code atMs}. */
  private Place lastWithin(Place from, long end, long atMs) {
    Place found = from;
    TagClock now = from.clock;
    Configurations before = from.configurations;
    TagWalk.Tag tag = walk.at(from.tag.next());
    while (tag != null && tag.position() < end && now.nowMs() <= atMs + REACH_MS) {
      before = before.with(tag);
      now = now.after(tag);
      Place place = place(tag, now, before);
      if (place != null && place.ptsMs <= atMs) {
        found = place;
      }
      tag = walk.at(tag.next());
    }
    return found;
  }

  private @Nullable Place place(TagWalk.Tag tag, TagClock now, Configurations before) {
    return tag.is(type, TagLook.What.KEY_FRAME) && tag.look().number() == 0
        ? new Place(tag, now, now.nowMs() + tag.look().compositionMs(), before)
        : null;
  }

  // ---- looking further

  private void lookFurther() {
    if (places.isEmpty() || !followHint()) {
      lookAtNext();
    }
  }

  private void lookAtNext() {
    TagWalk.Tag tag = walk.at(position);
    if (tag == null) {
      complete = true; // the end, or broken from here on: what came before can be gone to
      return;
    }
    position = tag.next();
    take(tag, configurations.with(tag));
  }

  private void take(TagWalk.Tag tag, Configurations before) {
    configurations = before;
    clock = clock.after(tag);
    Place place = place(tag, clock, before);
    if (place != null) {
      keep(place);
    }
  }

  /** Goes to the next position of the file's own index; false when there is none to follow. */
  private boolean followHint() {
    while (hint < hints.length && hints[hint] < position) {
      hint++; // looked at already, or the configuration before the first frame
    }
    if (hint == hints.length) {
      return false;
    }
    TagWalk.Tag tag = walk.at(hints[hint]);
    Configurations before = tag == null ? null : configurationsBefore(tag);
    if (tag == null || before == null || !isKey(tag)) {
      hint = hints.length; // not right: no more of it
      return false;
    }
    hint++;
    position = tag.next();
    take(tag, before);
    return true;
  }

  private boolean isKey(TagWalk.Tag tag) {
    return tag.is(type, TagLook.What.KEY_FRAME) || tag.is(type, TagLook.What.CONFIGURATION);
  }

  /** What holds at a key frame; null where no whole tags stand before it. */
  private @Nullable Configurations configurationsBefore(TagWalk.Tag key) {
    List<TagWalk.Tag> between = new ArrayList<>();
    TagWalk.Tag tag = walk.before(key.position());
    while (tag != null
        && tag.position() >= position
        && between.size() < MAX_BETWEEN
        && !(tag.header().type() == type && tag.isFrame())) {
      between.add(tag);
      tag = walk.before(tag.position());
    }
    if (tag == null) {
      return null;
    }
    Configurations now = configurations;
    for (TagWalk.Tag each : between.reversed()) {
      now = now.with(each);
    }
    return now.with(key);
  }

  private void keep(Place place) {
    if (!places.isEmpty() && ++skipped < stride) {
      return;
    }
    skipped = 0;
    if (places.size() == MAX_PLACES) {
      List<Place> every2nd = new ArrayList<>();
      for (int i = 0; i < MAX_PLACES; i += 2) {
        every2nd.add(places.get(i));
      }
      places.clear();
      places.addAll(every2nd);
      stride *= 2;
    }
    places.add(place);
  }
}
