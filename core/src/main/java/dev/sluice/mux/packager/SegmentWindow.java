package dev.sluice.mux.packager;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The recent segments of a stream with their bytes: what playlists list, and, for as long again,
 * what they listed before, since a client that has an older playlist may still ask for it (RFC
 * 8216bis, section 6.2.2).
 *
 * <p>Numbers have no hole in a window: when they jump, what was before is dropped. One thread at a
 * time; whoever hands bytes to others retains them.
 */
public final class SegmentWindow implements PackagerOutput, AutoCloseable {
  /** Playlists list at least so many target durations. */
  private static final int LEAST_TARGETS = 4;

  /** What they must not fall below when they lose something (RFC 8216bis, section 6.2.2). */
  private static final int FEWEST_TARGETS = 3;

  /** A cut and where it ends; −1 while it is open. */
  private static final class Span {
    final Cut cut;
    final List<Track> tracks;
    final List<String> messages;
    long end90k = -1;
    long expected90k = -1;
    @Nullable ByteBuf transportStream;

    Span(Cut cut, List<Track> tracks, List<String> messages) {
      this.cut = cut;
      this.tracks = tracks;
      this.messages = messages;
    }

    long duration90k() {
      return end90k < 0 ? 0 : end90k - cut.start90k();
    }
  }

  /** A whole segment as a transport stream; its bytes are the window's. */
  public record TransportSegment(Cut cut, long durationNs, @Nullable ByteBuf bytes) {
    /** Whether it holds nothing. */
    public boolean isGap() {
      return bytes == null;
    }
  }

  /**
   * A cut in all tracks.
   *
   * @param tracks that it is of, in their order
   * @param messages schemes of those that may be in it, in the first track
   * @param end90k where it ends; −1 while it is open
   * @param expected90k where it was likely to end when it began; −1 when nobody knew
   */
  public record Interval(
      Cut cut, List<Track> tracks, List<String> messages, long end90k, long expected90k) {

    /** The track whose chunks have messages in front of them; null when there is none. */
    public @Nullable Track first() {
      return tracks.stream().min(TrackSet.LEADING).orElse(null);
    }
  }

  private final Ledger ledger;
  private final long list90k;
  private final Runnable changed;
  private final SortedMap<Integer, TrackWindow> tracks = new TreeMap<>();
  private final ArrayDeque<Span> spans = new ArrayDeque<>();
  private final Splices splices = new Splices();
  private List<String> messages = List.of();
  private long firstListed;
  private boolean listable;

  /** What playlists have listed before, by the ledger: up to this number. */
  private long listedBefore;

  private long heldBytes;

  /**
   * An empty window.
   *
   * @param ledger of the same stream
   * @param list90k how much of the stream playlists list, 90 kHz
   * @param changed is called after each part and segment
   */
  public SegmentWindow(Ledger ledger, long list90k, Runnable changed) {
    this.ledger = ledger;
    this.list90k = list90k;
    this.changed = changed;
    Cut last = ledger.last();
    listedBefore = last == null ? -1 : last.number();
  }

  /** Numbers and targets. */
  public Ledger ledger() {
    return ledger;
  }

  /** The target duration, or a second as long as it is not known. */
  public long targetSeconds() {
    return Math.max(1, ledger.targetSeconds());
  }

  /** All tracks of which there is something, by ID. */
  public Collection<TrackWindow> tracks() {
    return Collections.unmodifiableCollection(tracks.values());
  }

  /** The track of that name; null when there is none. */
  public @Nullable TrackWindow track(String name) {
    for (TrackWindow track : tracks.values()) {
      if (track.name().equals(name)) {
        return track;
      }
    }
    return null;
  }

  /** Number of the first segment that playlists list. */
  public long firstListed() {
    return firstListed;
  }

  /**
   * Whether playlists may be shown. Where numbers go on and all that was listed before is lost, as
   * after a restart, there have to be more than three target durations first, gaps included: to
   * whoever saw the playlists before, segments were removed.
   */
  public boolean listable() {
    return listable && caughtUp();
  }

  /**
   * Whether the last of what was listed before is there, by the ledger. After a restart all of it
   * comes again from another node, and who has seen the end is not to be shown the beginning.
   */
  public boolean caughtUp() {
    return listedBefore < 0;
  }

  /** Bytes of media that are held. */
  public long heldBytes() {
    return heldBytes;
  }

  /** What splice information has told of, from the first segment that playlists list on. */
  public List<Splice> splices() {
    return splices.all();
  }

  /** How much of the stream is listed at least, as soon as there is so much, 90 kHz. */
  public long listed90k() {
    return Math.max(list90k, 90_000L * LEAST_TARGETS * ledger.targetSeconds());
  }

  /** All cuts of which there may be something, in order; the last one may be open. */
  public List<Interval> intervals() {
    return spans.stream()
        .map(span ->
            new Interval(span.cut, span.tracks, span.messages, span.end90k, span.expected90k))
        .toList();
  }

  /** The segments that playlists list as transport streams, whole ones and gaps. */
  public List<TransportSegment> transportStreams() {
    return spans.stream()
        .filter(span -> span.cut.number() >= firstListed && span.end90k >= 0)
        .map(SegmentWindow::transportSegment)
        .toList();
  }

  private static TransportSegment transportSegment(Span span) {
    long durationNs =
        Timescale.VIDEO.convert(span.end90k, Timescale.NANOS)
            - Timescale.VIDEO.convert(span.cut.start90k(), Timescale.NANOS);
    return new TransportSegment(span.cut, durationNs, span.transportStream);
  }

  /** The transport stream of a name; null when it cannot be had. */
  public @Nullable ByteBuf transportStream(long start90k) {
    for (Iterator<Span> each = spans.descendingIterator(); each.hasNext(); ) {
      Span span = each.next();
      if (span.cut.start90k() == start90k) {
        return span.transportStream;
      }
    }
    return null;
  }

  /**
   * Whether the transport stream of a name may still come; it does shortly after its segment's end.
   *
   * @param most90k after the beginning of the last segment that is known
   */
  public boolean transportStreamMayCome(long start90k, long most90k) {
    Iterator<Span> each = spans.descendingIterator();
    if (!each.hasNext()) {
      return false;
    }
    long last90k = each.next().cut.start90k();
    boolean isOfLastTwo =
        start90k == last90k || each.hasNext() && start90k == each.next().cut.start90k();
    return isOfLastTwo || start90k > last90k && start90k - last90k <= most90k;
  }

  /** Whether there is a transport stream, listed or not, of any of these cuts. */
  public boolean hasTransportStream(Predicate<Cut> which) {
    return spans.stream().anyMatch(span -> span.transportStream != null && which.test(span.cut));
  }

  // ---- what the packager makes

  @Override
  public void init(Track track, Bytes init) {
    TrackWindow window = tracks.get(track.id());
    if (window != null && window.track().kind() != track.kind()) {
      heldBytes -= window.dropBefore(Long.MAX_VALUE); // another thing under the same ID
      window = null;
    }
    if (window == null) {
      tracks.put(track.id(), new TrackWindow(track, init));
    } else {
      window.become(track, init);
    }
  }

  @Override
  public void messages(List<String> schemes) {
    messages = List.copyOf(schemes);
  }

  @Override
  public void begun(Cut cut, List<Track> carried) {
    Span last = spans.peekLast();
    if (last != null && cut.number() != last.cut.number() + 1) {
      dropBefore(cut.number());
      last = null;
    }
    if (last == null) {
      firstListed = cut.number();
      listable = !cut.gap();
    }
    if (cut.number() >= listedBefore) {
      listedBefore = -1;
    }
    spans.add(new Span(cut, List.copyOf(carried), messages));
    for (TrackWindow track : tracks.values()) {
      track.carried(carried.contains(track.track()));
    }
  }

  @Override
  public void expected(Cut cut, long end90k) {
    Span last = spans.peekLast();
    if (last != null && last.cut.equals(cut)) {
      last.expected90k = end90k;
    }
  }

  @Override
  public void part(Part part) {
    TrackWindow track = tracks.get(part.track().id());
    if (track == null) {
      part.bytes().release();
      return;
    }
    heldBytes += part.bytes().readableBytes();
    track.at(part.cut(), part.track()).add(part);
    if (!part.last()) { // else the segment is whole in a moment, and there is no next part of it
      changed.run();
    }
  }

  @Override
  public void segment(TrackSegment segment) {
    TrackWindow track = tracks.get(segment.track().id());
    if (track != null) {
      track.at(segment.cut(), segment.track()).finish(segment);
      expectNext(track, segment.cut());
      if (!segment.gap()) { // gaps of all tracks come at once, and then the end of the cut
        changed.run();
      }
    }
  }

  /** The segment behind a whole one, where it has begun: its first part can be told of. */
  private void expectNext(TrackWindow track, Cut whole) {
    for (Span span : spans) {
      if (span.cut.number() == whole.number() + 1 && !span.cut.gap() && track.carried()) {
        track.at(span.cut, track.track());
      }
    }
  }

  @Override
  public void ended(Cut cut, long end90k) {
    for (Span span : spans) {
      if (span.cut.equals(cut)) {
        span.end90k = end90k;
      }
    }
    long shown90k = spans.stream().mapToLong(Span::duration90k).sum();
    listable |= shown90k > 90_000L * FEWEST_TARGETS * ledger.targetSeconds();
    if (!cut.gap()) { // a hole is listed, and pushes others out, together with what is behind it
      trim();
    }
    changed.run();
  }

  @Override
  public void splice(SpliceMessage message) {
    splices.add(message);
    changed.run();
  }

  @Override
  public void withdrawn(long number) {
    if (number == 0) { // all of it: what comes is of another history
      listedBefore = -1;
    }
    while (!spans.isEmpty() && spans.getLast().cut.number() >= number) {
      release(spans.removeLast());
    }
    for (TrackWindow track : tracks.values()) {
      heldBytes -= track.dropFrom(number);
    }
    changed.run();
  }

  @Override
  public void replaced(TrackSegment segment, List<Part> parts) {
    TrackWindow track = tracks.get(segment.track().id());
    WindowSegment wrong = track == null ? null : track.byTime(segment.cut().start90k());
    if (wrong == null) {
      parts.forEach(part -> part.bytes().release());
      return;
    }
    heldBytes -= wrong.sizeBytes();
    wrong.become(segment, parts);
    heldBytes += wrong.sizeBytes();
    changed.run();
  }

  @Override
  public void transportStream(Cut cut, long end90k, ByteBuf bytes) {
    for (Span span : spans) {
      if (span.cut.equals(cut)) {
        span.transportStream = bytes;
        heldBytes += bytes.readableBytes();
        changed.run();
        return;
      }
    }
    bytes.release();
  }

  /** Forgets what is neither listed nor was so lately. */
  private void trim() {
    long most90k = listed90k();
    long sum90k = 0;
    long keepFrom = firstListed;
    boolean listed = true;
    for (Iterator<Span> each = spans.descendingIterator(); each.hasNext(); ) {
      Span span = each.next();
      if (listed && sum90k >= most90k) {
        firstListed = Math.max(firstListed, span.cut.number() + 1);
        listed = false;
      }
      sum90k += span.duration90k();
      keepFrom = span.cut.number();
      if (sum90k >= 2 * most90k + span.duration90k()) {
        break;
      }
    }
    dropBefore(keepFrom);
    for (Span span : spans) {
      if (span.cut.number() == firstListed) {
        splices.dropBefore(span.cut.start90k());
      }
    }
  }

  private void dropBefore(long number) {
    while (!spans.isEmpty() && spans.getFirst().cut.number() < number) {
      release(spans.removeFirst());
    }
    for (TrackWindow track : tracks.values()) {
      heldBytes -= track.dropBefore(number);
    }
    tracks.values().removeIf(track -> track.isEmpty() && !track.carried());
  }

  private void release(Span dropped) {
    if (dropped.transportStream != null) {
      heldBytes -= dropped.transportStream.readableBytes();
      dropped.transportStream.release();
    }
  }

  /** Forgets everything. */
  @Override
  public void close() {
    dropBefore(Long.MAX_VALUE);
    tracks.clear();
  }
}
