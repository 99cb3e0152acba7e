package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The viewers of a stream and the feeds that they are in: one feed for each form that somebody
 * wants. Stream's loop.
 */
final class Audience {
  private final Loop loop;
  private final Function<Form, Feed> open;
  private final Set<Viewer> viewers = new LinkedHashSet<>();
  private final Map<String, Feed> feeds = new HashMap<>();
  private final Map<Viewer, Place> places = new HashMap<>();
  private final List<Feed> closedFeeds = new ArrayList<>();
  private long bytesOutOfLeavers;

  /**
   * Where a viewer is, and the form that it asked for: another of the same key may object to less.
   */
  private record Place(Feed feed, Form form) {}

  /** Nobody yet; {@code open} makes a feed that has all that the stream has to give. */
  Audience(Loop loop, Function<Form, Feed> open) {
    this.loop = loop;
    this.open = open;
  }

  int size() {
    return viewers.size();
  }

  boolean isEmpty() {
    return viewers.isEmpty();
  }

  boolean has(Viewer viewer) {
    return viewers.contains(viewer);
  }

  List<Viewer> list() {
    return List.copyOf(viewers);
  }

  void add(Viewer viewer) {
    viewers.add(viewer);
  }

  /**
   * Puts a viewer into the feed of {@code form}, out of the one where it was.
   *
   * @param number which of the viewer's joins this is
   */
  void join(Viewer viewer, Form form, int number) {
    leaveFeed(viewer);
    Feed feed = feeds.computeIfAbsent(form.key(), _ -> open.apply(form));
    places.put(viewer, new Place(feed, form));
    feed.join(viewer, number);
  }

  /** Takes a viewer out of its feed, which it may have left for another one. */
  void leaveFeed(Viewer viewer) {
    Place place = places.remove(viewer);
    Feed feed = place == null ? null : place.feed();
    if (feed != null && feed.left()) {
      feeds.values().remove(feed);
      feed.close();
      closedFeeds.add(feed);
    }
  }

  /** A viewer has gone; {@code told} gets its last report. False when it was none of these. */
  boolean remove(Viewer viewer, Consumer<Viewer.Report> told) {
    if (!viewers.remove(viewer)) {
      return false;
    }
    leaveFeed(viewer);
    viewer
        .loop()
        .run(() -> {
          Viewer.Report report = viewer.report();
          loop.run(() -> bytesOutOfLeavers += report.bytesSent());
          told.accept(report);
        });
    return true;
  }

  /** Bytes handed to viewers that have left. */
  long bytesOutOfLeavers() {
    return bytesOutOfLeavers;
  }

  void feeds(Consumer<Feed> each) {
    feeds.values().forEach(each);
  }

  void add(AccessUnit unit, boolean joinable) {
    for (Feed feed : feeds.values()) {
      feed.add(unit, joinable);
    }
  }

  /** Sends out what was gathered. */
  void closeBlocks() {
    feeds.values().forEach(Feed::closeBlock);
  }

  /** Ends the viewers whose form cannot have what the stream is now. */
  void endWhoCannotFollow(Configuration configuration) {
    for (Map.Entry<Viewer, Place> watching : List.copyOf(places.entrySet())) {
      String objection = watching.getValue().form().objection(configuration);
      if (objection != null) {
        watching.getKey().end(Reason.CODEC, objection);
      }
    }
  }

  /** Ends all viewers, and all feeds after what they had gathered. */
  void end(Reason reason) {
    for (Viewer viewer : list()) {
      viewer.end(reason);
    }
    feeds.values().forEach(Feed::close);
    closedFeeds.addAll(feeds.values());
    feeds.clear();
  }

  /** Frees what viewers have taken; true when no feed is left that was closed. */
  boolean sweep() {
    feeds.values().forEach(Feed::sweep);
    closedFeeds.removeIf(Feed::sweep);
    return closedFeeds.isEmpty();
  }
}
