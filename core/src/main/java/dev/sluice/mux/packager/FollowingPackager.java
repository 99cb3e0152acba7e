package dev.sluice.mux.packager;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.mp4.CmafMuxer;
import dev.sluice.mux.packager.MediaOrder.Entry;
import dev.sluice.mux.packager.SegmentMark.OfTrack;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the segments that another node makes, of the same units, as that node's ledger says where
 * they begin. It decides nothing: numbers, targets and cuts are the other one's.
 *
 * <ol>
 *   <li>{@link #begin} when the other node is there, then its lines and whole segments as it has
 *       them;
 *   <li>{@link #configure} and {@link #add} as for a {@link Packager}, {@link #after}, {@link
 *       #line}, {@link #settled} and {@link #whole} as they come;
 *   <li>{@link #interrupted} whenever units are missing.
 * </ol>
 *
 * <p>A segment of which a unit is missing, or that was made before, is asked for ({@link
 * Elsewhere#fetch}), and what comes behind it waits for the answer. One whose hash is not the other
 * one's is asked for, too, and takes the place of ours. One thread at a time.
 */
public final class FollowingPackager implements AutoCloseable {
  /** So much of what first comes may be missing in other tracks: half a second. */
  static final long MARGIN_90K = 45_000;

  /** Bytes of units that may wait for what is to be cut of them. */
  static final long MAX_HELD_BYTES = 128L << 20;

  /** What may be told that has to wait. */
  static final int MAX_WAITING = 100_000;

  /** What a unit costs beside its payload, about. */
  private static final int UNIT_BYTES = 200;

  /** Segments whose hashes wait for ours to be whole. */
  private static final int MAX_EXPECTED = 16;

  private static final long ANY = -1;

  /** Where segments are had that cannot be made here. All calls may come within any of ours. */
  public interface Elsewhere {
    /**
     * The bytes of a segment are wanted, in all tracks: {@link #fetched} or {@link #missed}
     * answers, later.
     */
    void fetch(SegmentMark segment);

    /** What we made of a track is not what the other node made; it is fetched. */
    void differs(SegmentMark segment, Track track);

    /** More waits than may: the link is to be begun anew. */
    void tooFarBehind();
  }

  /** A segment, and whether all of its units come by. */
  private record Segment(Cut cut, TrackSet tracks, boolean whole) {
    boolean has(AccessUnit unit) {
      return unit.track().equals(tracks.byId(unit.track().id()));
    }
  }

  /** Something that is told, and counts when what was told before it has been done. */
  private sealed interface Told {
    record After(int track, long dts) implements Told {}

    record Line(LedgerRecord line) implements Told {}

    record Settled(long dts90k) implements Told {}

    record Whole(SegmentMark segment) implements Told {}
  }

  private final Ledger ledger;
  private final ByteBufAllocator allocator;
  private final SegmentMarks output;
  private final Elsewhere elsewhere;
  private final MediaOrder order = new MediaOrder();
  private final ArrayDeque<Told> waiting = new ArrayDeque<>();
  private final TreeMap<Long, SegmentMark> expected = new TreeMap<>();
  private CmafPackager cmaf;
  private TsPackager ts;
  private boolean transportStream;
  private final Map<Integer, Long> arrived = new HashMap<>();
  private long heldBytes;
  private long settled90k;
  private TrackSet tracks = TrackSet.NONE;

  /** Not before the other node has begun to tell. */
  private boolean begun;

  /** What is fetched, and awaited. */
  private @Nullable Cut awaited;

  /** Number of the segment that comes next; {@link #ANY} when there is none before it. */
  private long next = ANY;

  private @Nullable Segment current;
  private @Nullable Segment previous;

  /** From here on all units come; not known before one has come. */
  private long wholeFrom90k;

  private boolean missing = true;

  /**
   * A packager to which nobody has told anything.
   *
   * @param ledger of this stream; it becomes the other node's
   * @param output gets what is made, and what was fetched
   */
  public FollowingPackager(
      Ledger ledger, ByteBufAllocator allocator, SegmentMarks output, Elsewhere elsewhere) {
    this.ledger = ledger;
    this.allocator = allocator;
    this.output = output;
    this.elsewhere = elsewhere;
    this.cmaf = new CmafPackager(PackagerSettings.DEFAULT, ledger, allocator, output);
    this.ts = new TsPackager(allocator, output);
  }

  /** Whether segments are made as transport streams, too, from the next one on. */
  public void transportStream(boolean wanted) {
    transportStream = wanted;
  }

  /** Transport streams are encrypted, from the next segment on, with keys of this node's. */
  public void encrypt(SegmentKeys keys) {
    ts.encrypt(keys);
  }

  // ---- what is told

  /** The other node begins to tell, from the beginning; what it told before counts no more. */
  public void begin(PackagerSettings settings) {
    interrupted();
    current = null;
    waiting.clear();
    arrived.clear();
    awaited = null;
    expected.clear();
    begun = true;
    cmaf = new CmafPackager(settings, ledger, allocator, output);
  }

  /** What is told next counts once this unit has come, or one behind it. */
  public void after(int track, long dts) {
    tell(new Told.After(track, dts));
  }

  /** A line of the other node's ledger. */
  public void line(LedgerRecord line) {
    tell(new Told.Line(line));
  }

  /** The other node has decided what is cut up to this decoding time. */
  public void settled(long dts90k) {
    tell(new Told.Settled(dts90k));
  }

  /** A segment is whole at the other node. */
  public void whole(SegmentMark segment) {
    Cut wanted = awaited;
    if (wanted != null && wanted.number() == segment.cut().number()) {
      await(segment);
    } else {
      tell(new Told.Whole(segment));
    }
  }

  private void tell(Told told) {
    waiting.add(told);
    if (waiting.size() > MAX_WAITING) {
      waiting.clear();
      interrupted();
      elsewhere.tooFarBehind();
    } else {
      goOn();
    }
  }

  private void goOn() {
    while (begun && awaited == null && !waiting.isEmpty()) {
      if (waiting.getFirst() instanceof Told.After(int track, long dts)
          && arrived.getOrDefault(track, Long.MIN_VALUE) < dts) {
        return;
      }
      perform(waiting.removeFirst());
    }
  }

  private void perform(Told told) {
    switch (told) {
      case Told.After _ -> {}
      case Told.Line(LedgerRecord line) -> follow(line);
      case Told.Settled(long dts90k) -> release(dts90k);
      case Told.Whole(SegmentMark segment) -> compare(segment);
    }
  }

  // ---- what comes

  /** The units that come from now on are of these tracks. */
  public void configure(List<Track> of) {
    tracks = new TrackSet(of);
    order.configure(tracks);
  }

  /** The next unit; borrowed. */
  public void add(AccessUnit unit) {
    if (missing) {
      missing = false;
      wholeFrom90k = unit.dts90k() + MARGIN_90K;
    }
    heldBytes += cost(unit);
    order.add(unit);
    arrived.put(unit.track().id(), unit.dts());
    if (heldBytes > MAX_HELD_BYTES) {
      interrupted();
      elsewhere.tooFarBehind();
    }
    goOn();
  }

  private static long cost(AccessUnit unit) {
    return UNIT_BYTES + (long) unit.sizeBytes();
  }

  /** Units are missing in front of the next one: what is not whole here will not become so. */
  public void interrupted() {
    for (Entry entry; (entry = order.rest()) != null; ) {
      entry.unit().payload().release();
    }
    heldBytes = 0;
    missing = true;
    wholeFrom90k = Long.MAX_VALUE;
    Segment open = current;
    Segment first = previous != null ? previous : open != null && open.whole ? open : null;
    if (first != null) {
      next = first.cut.number();
      output.withdrawn(next);
      expected.tailMap(next).values().forEach(mark -> waiting.addFirst(new Told.Whole(mark)));
      expected.tailMap(next).clear();
    }
    previous = null;
    current = open == null ? null : new Segment(open.cut, open.tracks, false);
    cmaf.abandon();
    ts.close();
  }

  // ---- the ledger

  private void follow(LedgerRecord line) {
    switch (line) {
      case LedgerRecord.Begin first -> ledger.learn(first);
      case LedgerRecord.Target target -> ledger.learn(target);
      case LedgerRecord.PartTarget part -> ledger.learn(part);
      case LedgerRecord.Configured track -> ledger.learn(track);
      case LedgerRecord.Period began -> ledger.learn(began);
      case LedgerRecord.Begun(Cut cut) -> begun(cut, line);
      case LedgerRecord.Ended(long end90k) -> ended(end90k);
    }
  }

  private void begun(Cut cut, LedgerRecord line) {
    release(cut.dts90k() - 1);
    Segment open = current;
    if (open != null && open.cut.number() == cut.number() && open.cut.equals(cut)) {
      return; // told again
    }
    if (open != null && !open.whole) {
      waiting.addFirst(new Told.Line(line));
      awaitWhole(open.cut);
      return;
    }
    if (next != ANY && cut.number() < next) {
      if (isOurs(cut)) {
        return; // we have it
      }
      startAnew();
    }
    note(cut);
    if (cut.gap()) {
      return; // all there is to it comes when it is told to be whole
    }
    open = current;
    if (open != null) {
      finishPrevious(open.cut.start90k());
      previous = open;
    }
    Entry first = order.peek();
    TrackSet of = first == null ? tracks : first.tracks();
    boolean whole = cut.dts90k() >= wholeFrom90k;
    current = new Segment(cut, of, whole);
    if (whole) {
      next = cut.number() + 1;
      cmaf.begun(cut, of);
      if (transportStream) {
        ts.begun(cut, of);
      }
    }
  }

  private void ended(long end90k) {
    release(end90k - 1);
    Segment open = current;
    if (open == null) {
      return;
    }
    finishPrevious(open.cut.start90k());
    if (open.whole) {
      current = null;
      ledger.append(new LedgerRecord.Ended(end90k));
      finish(open, end90k);
    } // else it is fetched when it is told to be whole
  }

  /** Whether the segment of this number is one that we know to begin there. */
  private boolean isOurs(Cut cut) {
    SegmentMark mark = output.byNumber(cut.number());
    return mark == null || mark.cut().start90k() == cut.start90k();
  }

  /** Notes a cut in the ledger, unless it stands there. */
  private void note(Cut cut) {
    Cut last = ledger.last();
    if (cut.equals(last) || last != null && cut.number() < last.number()) {
      return;
    }
    try {
      ledger.append(new LedgerRecord.Begun(cut));
    } catch (MalformedException another) { // the other node has lost its ledger, or we are ahead
      startAnew();
      ledger.append(new LedgerRecord.Begun(cut));
    }
  }

  /** What we have is of another history. */
  private void startAnew() {
    output.withdrawn(0);
    ledger.forget();
    next = ANY;
    previous = null;
    current = null;
    cmaf.abandon();
    ts.close();
  }

  // ---- units

  /** Decoding time up to which it is decided what is cut, 90 kHz; 0 before anything is. */
  public long settled90k() {
    return settled90k;
  }

  private void release(long untilDts90k) {
    settled90k = Math.max(settled90k, untilDts90k);
    for (Entry entry; (entry = order.until(untilDts90k)) != null; ) {
      heldBytes -= cost(entry.unit());
      try {
        place(entry.unit());
      } finally {
        entry.unit().payload().release();
      }
      Segment open = current;
      if (open != null && entry.dts90k() >= open.cut.start90k()) {
        finishPrevious(open.cut.start90k());
      }
    }
  }

  private void place(AccessUnit unit) {
    Segment segment = segmentOf(unit);
    if (segment != null && segment.whole && segment.has(unit)) {
      cmaf.unit(segment.cut, unit);
      ts.unit(segment.cut, unit);
    }
  }

  private @Nullable Segment segmentOf(AccessUnit unit) {
    Segment open = current;
    if (open == null) {
      return null;
    }
    boolean picture = unit.track().kind() == Track.Kind.VIDEO;
    boolean after =
        picture ? unit.dts90k() >= open.cut.dts90k() : Cutter.pts90k(unit) >= open.cut.start90k();
    return after ? open : previous;
  }

  private void finishPrevious(long end90k) {
    Segment before = previous;
    if (before != null) {
      previous = null;
      finish(before, end90k);
    }
  }

  private void finish(Segment segment, long end90k) {
    cmaf.ended(segment.cut, end90k);
    ts.ended(segment.cut, end90k);
    check(segment.cut.number());
  }

  // ---- whole segments of the other node

  private void compare(SegmentMark segment) {
    long number = segment.cut().number();
    Segment open = current;
    boolean building =
        open != null && open.whole && open.cut.number() == number
            || previous != null && previous.cut.number() == number;
    if (building || output.byNumber(number) != null) {
      if (output.byNumber(number) != null && !isOurs(segment.cut())) {
        startAnew();
        await(segment);
        return;
      }
      expected.put(number, segment);
      if (expected.size() > MAX_EXPECTED) {
        expected.pollFirstEntry();
      }
      check(number);
      return;
    }
    if (next != ANY && number < next) {
      return; // it is older than what we know
    }
    await(segment);
  }

  /** Compares hashes, where both sides have them. */
  private void check(long number) {
    SegmentMark ours = output.byNumber(number);
    SegmentMark theirs = ours == null ? null : expected.remove(number);
    if (theirs == null) {
      return;
    }
    boolean differs = false;
    for (OfTrack right : theirs.tracks()) {
      OfTrack own = requireNonNull(ours).track(right.track().id());
      if (!right.equals(own)) { // bytes, times or parts
        differs = true;
        elsewhere.differs(theirs, right.track());
      }
    }
    if (differs && !theirs.cut().gap()) {
      elsewhere.fetch(theirs);
    }
  }

  /** The other node is about to say that a segment is whole, or has done so. */
  private void awaitWhole(Cut cut) {
    awaited = cut;
    for (Told told : waiting) {
      if (told instanceof Told.Whole(SegmentMark mark) && mark.cut().number() == cut.number()) {
        waiting.remove(told);
        await(mark);
        return;
      }
    }
  }

  private void await(SegmentMark segment) {
    if (segment.cut().gap()) {
      awaited = null;
      put(segment, Map.of());
      goOn();
      return;
    }
    awaited = segment.cut();
    elsewhere.fetch(segment);
  }

  /**
   * A segment has come.
   *
   * @param bytes of each track by its ID, borrowed
   * @return false when they are not what the mark says, and nothing was done
   */
  public boolean fetched(SegmentMark segment, Map<Integer, ByteBuf> bytes) {
    for (OfTrack track : segment.tracks()) {
      ByteBuf of = bytes.get(track.track().id());
      boolean right =
          track.parts().isEmpty()
              || of != null
                  && of.readableBytes() == track.sizeBytes()
                  && SegmentMarks.sha256(of).equals(track.sha256());
      if (!right) {
        return false;
      }
    }
    Cut wanted = awaited;
    if (wanted != null && wanted.number() == segment.cut().number()) {
      awaited = null;
      put(segment, bytes);
      goOn();
    } else if (output.byNumber(segment.cut().number()) != null) {
      for (OfTrack track : segment.tracks()) {
        List<Part> parts = parts(segment.cut(), track, bytes.get(track.track().id()));
        output.replaced(whole(segment.cut(), track), parts);
      }
    }
    return true;
  }

  /** A segment cannot be had: where it was awaited, it becomes a gap. */
  public void missed(SegmentMark segment) {
    Cut wanted = awaited;
    if (wanted != null && wanted.number() == segment.cut().number()) {
      awaited = null;
      put(segment, Map.of());
      goOn();
    }
  }

  /** Hands a segment on that was not made here, behind all that was. */
  private void put(SegmentMark segment, Map<Integer, ByteBuf> bytes) {
    Cut cut = segment.cut();
    Segment open = current;
    if (open != null && open.cut.number() == cut.number()) {
      current = null;
    }
    note(cut);
    List<Track> of = new ArrayList<>();
    for (OfTrack track : segment.tracks()) {
      output.init(track.track(), CmafMuxer.init(track.track()));
      of.add(track.track());
    }
    output.begun(cut, of);
    for (OfTrack track : segment.tracks()) {
      ByteBuf all = bytes.get(track.track().id());
      if (all == null || track.parts().isEmpty()) {
        output.segment(
            new TrackSegment(track.track(), cut, track.startPts(), track.duration(), 0, 0));
      } else {
        parts(cut, track, all).forEach(output::part);
        output.segment(whole(cut, track));
      }
    }
    output.ended(cut, segment.end90k());
    next = cut.number() + 1;
    cmaf.abandon(); // it says anew what its tracks are, whatever was said here
  }

  private static TrackSegment whole(Cut cut, OfTrack track) {
    return new TrackSegment(
        track.track(),
        cut,
        track.startPts(),
        track.duration(),
        track.parts().size(),
        track.sizeBytes());
  }

  private List<Part> parts(Cut cut, OfTrack track, @Nullable ByteBuf all) {
    List<Part> parts = new ArrayList<>();
    int at = all == null ? 0 : all.readerIndex();
    for (SegmentMark.Shape shape : all == null ? List.<SegmentMark.Shape>of() : track.parts()) {
      boolean last = parts.size() == track.parts().size() - 1;
      if (shape.units() == 0) {
        parts.add(
            Part.gap(track.track(), cut, parts.size(), shape.startDts(), shape.duration(), last));
        continue;
      }
      ByteBuf bytes = allocator.directBuffer(shape.sizeBytes(), shape.sizeBytes());
      bytes.writeBytes(requireNonNull(all), at, shape.sizeBytes());
      at += shape.sizeBytes();
      parts.add(
          new Part(
              track.track(),
              cut,
              parts.size(),
              shape.startDts(),
              shape.duration(),
              shape.units(),
              shape.independent(),
              last,
              bytes));
    }
    return parts;
  }

  /** What it is at, for people. */
  @Override
  public String toString() {
    return "next %d, awaits %s, %d told %s, open %s, before it %s, whole from %d"
        .formatted(
            next,
            awaited == null ? "nothing" : awaited.number(),
            waiting.size(),
            waiting.peekFirst(),
            current,
            previous,
            wholeFrom90k);
  }

  /** Gives up what is not finished. */
  @Override
  public void close() {
    waiting.clear();
    for (Entry entry; (entry = order.rest()) != null; ) {
      entry.unit().payload().release();
    }
    cmaf.close();
    ts.close();
  }
}
