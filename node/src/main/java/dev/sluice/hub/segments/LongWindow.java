package dev.sluice.hub.segments;

import dev.sluice.hub.Loop;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.Part;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackSegment;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.mux.store.StoredHead;
import dev.sluice.mux.store.TrackIndex;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a stream that its playlists list although they are too old for memory: each goes
 * to a {@link SegmentStore} when it is whole, and what stays here is where it is. Segments' loop.
 */
public final class LongWindow {
  /** What is not listed any more can be had for so long: 1 min. */
  private static final long KEPT_90K = 90_000L * 60;

  /**
   * Numbers that may lack between what is stored and what comes; they become gaps. A server that
   * was killed has not written its last segments.
   */
  private static final int MAX_LACKING = 100;

  private final StreamName name;
  private final Loop loop;
  private final SegmentStore store;
  private final SegmentWindow window;
  private final long list90k;
  private final Map<Integer, TrackIndex> indexes = new TreeMap<>();
  private final Map<String, Bytes> inits = new HashMap<>();

  private long firstListed;
  private long checkedTo;
  private int droppedFile;
  private long lost;

  /** Segments of one track, those in memory included. */
  public record Old(TrackIndex index, long firstListed) {}

  LongWindow(
      StreamName name,
      Loop loop,
      SegmentStore store,
      SegmentWindow window,
      Ledger ledger,
      long list90k) {
    this.name = name;
    this.loop = loop;
    this.store = store;
    this.window = window;
    this.list90k = list90k;
    SegmentStore.Recovered recovered = store.recovered(name);
    Cut last = ledger.last();
    for (TrackIndex index : recovered.indexes()) {
      // without the ledger that belongs to them nobody knows how numbers go on
      if (last != null && index.size() > 0 && index.endNumber() <= last.number() + 1) {
        indexes.put(index.trackId(), index);
      }
    }
    inits.putAll(recovered.inits());
    store.watch(name, file -> loop.run(() -> removed(file)));
  }

  // ---- what comes in

  /** A track's segment is whole, and its parts are in the window. */
  void segment(TrackSegment segment) {
    Track track = segment.track();
    TrackWindow of = window.track(TrackWindow.name(track.kind(), track.id()));
    WindowSegment whole = of == null ? null : of.byTime(segment.cut().start90k());
    if (whole == null) {
      return;
    }
    TrackIndex index = indexes.get(track.id());
    if (index == null || index.kind() != track.kind()) {
      index = new TrackIndex(track.id(), track.kind());
      indexes.put(track.id(), index);
    }
    Bytes init = whole.init();
    Bytes digest = init.sha256(StoredHead.DIGEST_SIZE);
    inits.put(digest.toString(), init);
    boolean gap = segment.gap() || segment.sizeBytes() > StoredHead.MAX_MEDIA_SIZE;
    StoredHead head =
        new StoredHead(
            gap ? StoredHead.Kind.GAP : StoredHead.Kind.SEGMENT,
            track.kind(),
            track.id(),
            track.timescale(),
            segment.cut(),
            segment.startPts(),
            segment.duration(),
            digest,
            gap ? 0 : (int) segment.sizeBytes(),
            0);
    fill(index, head, init);
    put(index, head, init, gap ? Unpooled.EMPTY_BUFFER : media(whole));
  }

  private static ByteBuf media(WindowSegment whole) {
    CompositeByteBuf media = Unpooled.compositeBuffer(Math.max(1, whole.parts().size()));
    for (Part part : whole.parts()) {
      media.addComponent(true, part.bytes().retainedDuplicate());
    }
    return media;
  }

  private void put(TrackIndex index, StoredHead head, Bytes init, ByteBuf media) {
    index.add(head);
    long number = head.cut().number();
    long start90k = head.cut().start90k();
    store.append(
        name,
        head,
        init,
        media,
        new SegmentStore.Outcome() {
          @Override
          public void stored(int file, int position) {
            loop.run(() -> {
              if (isStill(index, number, start90k)) {
                index.stored(number, file, position);
              }
            });
          }

          @Override
          public void lost() {
            loop.run(() -> {
              if (isStill(index, number, start90k)) {
                lose(index, number);
              }
            });
          }
        });
  }

  private static boolean isStill(TrackIndex index, long number, long start90k) {
    return index.contains(number) && index.start90k(number) == start90k;
  }

  private void lose(TrackIndex index, long number) {
    if (!index.isGap(number)) {
      index.lost(number);
      lost++;
    }
  }

  /** Puts gaps where a few numbers lack, so that what was stored before goes on being listed. */
  private void fill(TrackIndex index, StoredHead next, Bytes init) {
    Cut cut = next.cut();
    long lacking = index.size() == 0 ? 0 : cut.number() - index.endNumber();
    if (lacking <= 0 || lacking > MAX_LACKING) {
      return;
    }
    long last = index.endNumber() - 1;
    long from90k = index.start90k(last) + Math.max(1, ticks90k(index.durationNs(last)));
    long each90k = (cut.start90k() - from90k) / lacking;
    if (each90k <= 0) {
      return;
    }
    for (long i = 0; i < lacking; i++) {
      long start90k = from90k + i * each90k;
      Timescale timescale = next.timescale();
      long start = Timescale.VIDEO.convert(start90k, timescale);
      long end90k = i == lacking - 1 ? cut.start90k() : start90k + each90k;
      var gap =
          new StoredHead(
              StoredHead.Kind.GAP,
              next.trackKind(),
              next.trackId(),
              timescale,
              new Cut(
                  last + 1 + i,
                  start90k,
                  start90k,
                  Cut.Opening.GAP,
                  false,
                  cut.discontinuitySequence() - (cut.discontinuity() ? 1 : 0)),
              start,
              Math.max(1, Timescale.VIDEO.convert(end90k, timescale) - start),
              next.initDigest(),
              0,
              0);
      put(index, gap, init, Unpooled.EMPTY_BUFFER);
    }
  }

  private static long ticks90k(long ns) {
    return Timescale.NANOS.convert(ns, Timescale.VIDEO);
  }

  /** A segment has ended in all tracks: what is older than wanted is let go. */
  void trim() {
    TrackIndex leading = indexes.values().stream().findFirst().orElse(null);
    if (leading == null || leading.size() == 0) {
      return;
    }
    long last = leading.endNumber() - 1;
    long end90k = leading.start90k(last) + ticks90k(leading.durationNs(last));
    firstListed = Math.max(firstListed, leading.firstNumber());
    while (firstListed < last && leading.start90k(firstListed + 1) <= end90k - list90k) {
      firstListed++;
    }
    long keep = leading.firstNumber();
    while (keep < firstListed && leading.start90k(keep + 1) <= end90k - list90k - KEPT_90K) {
      keep++;
    }
    dropBefore(keep);
    loseWhatWaits();
  }

  private void dropBefore(long number) {
    int file = Integer.MAX_VALUE;
    for (TrackIndex index : indexes.values()) {
      index.dropBefore(number);
      long first = index.firstNumber();
      if (index.size() > 0) {
        file = Math.min(file, index.isStored(first) ? index.file(first) : droppedFile);
      }
    }
    if (file != Integer.MAX_VALUE && file > droppedFile) {
      droppedFile = file;
      store.dropBefore(name, file);
    }
    indexes.values().removeIf(index -> index.size() == 0);
    if (inits.size() > indexes.size()) {
      inits
          .keySet()
          .removeIf(digest -> indexes.values().stream().noneMatch(each -> each.needsInit(digest)));
    }
  }

  /** What has left memory before the disk has taken it does not come back. */
  private void loseWhatWaits() {
    long held = Long.MAX_VALUE;
    for (TrackWindow track : window.tracks()) {
      WindowSegment first = track.first();
      held = Math.min(held, first == null ? Long.MAX_VALUE : first.cut().number());
    }
    if (held == Long.MAX_VALUE) {
      return;
    }
    for (TrackIndex index : indexes.values()) {
      for (long number = Math.max(checkedTo, index.firstNumber());
          number < Math.min(held, index.endNumber());
          number++) {
        if (!index.isStored(number)) {
          lose(index, number);
        }
      }
    }
    checkedTo = Math.max(checkedTo, held);
  }

  /** The store had to delete a file; what was in it, or before, is not listed any more. */
  private void removed(int file) {
    long keep = Long.MIN_VALUE;
    for (TrackIndex index : indexes.values()) {
      for (long number = index.firstNumber(); number < index.endNumber(); number++) {
        int of = index.file(number);
        if (index.isStored(number) && of > file) {
          break;
        }
        if (of > 0) {
          keep = Math.max(keep, number + 1);
        }
      }
    }
    if (keep != Long.MIN_VALUE) {
      firstListed = Math.max(firstListed, keep);
      dropBefore(keep);
    }
  }

  // ---- what goes out

  /** The segments of the track of that name; null when there are none. */
  public @Nullable Old track(String track) {
    for (TrackIndex index : indexes.values()) {
      if (index.name().equals(track)) {
        return new Old(index, firstListed);
      }
    }
    return null;
  }

  /** The CMAF header of a digest; null when no segment needs it. */
  public @Nullable Bytes init(String digest) {
    return inits.get(digest);
  }

  /**
   * Reads a segment from the store.
   *
   * @param track name of its track
   * @param start90k its name
   * @param then is given it, owned, on any thread, or null when it cannot be had
   * @return whether there is such a segment; else {@code then} is not called
   */
  public boolean read(String track, long start90k, Consumer<@Nullable ByteBuf> then) {
    Old old = track(track);
    long number = old == null ? -1 : old.index.find(start90k);
    if (old == null || number < 0 || old.index.isGap(number) || !old.index.isStored(number)) {
      return false;
    }
    TrackIndex index = old.index;
    store.read(name, index.file(number), index.position(number), index.sizeBytes(number), then);
    return true;
  }

  /** Segments that were to be kept and could not. */
  public long lost() {
    return lost;
  }

  /** Segments of all tracks that are in it. */
  public int size() {
    return indexes.values().stream().mapToInt(TrackIndex::size).sum();
  }

  /** Bytes that it takes, beside few objects. */
  long heldBytes() {
    return indexes.values().stream().mapToLong(TrackIndex::heldBytes).sum()
        + inits.values().stream().mapToLong(Bytes::size).sum();
  }

  /** Nobody wants it any more. */
  void forget() {
    indexes.clear();
    inits.clear();
    store.forget(name);
  }
}
