package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.AudioFormat;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.mp4.ChunkExtras;
import dev.sluice.mux.mp4.CmafMuxer;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts and segments of one track.
 *
 * <p>A part is as many frames as come nearest to the length that is wished for. How long that is at
 * most is learnt with the first part and goes into the ledger; from then on a part ends before the
 * frame with which it would become longer. It is written when the next frame comes, whose DTS says
 * how long the last one is.
 *
 * <p>A segment lasts as long as its cut says. What is missing of it, since nothing came for less
 * than a hole, or nothing of this track, is told as parts that are gaps, at most as long as a part
 * may be: so parts add up to their segment.
 */
final class CmafLane {
  /** How far the time stamps of pictures may jitter within a part: 3 ms. */
  static final long JITTER_90K = 270;

  /** A shorter stretch of sound is not told to be missing: 1 ms, what times are rounded to. */
  private static final long ROUNDING_90K = 90;

  /** A longer stretch without sound is not told to belong to the frame before it: 50 ms. */
  private static final long HOLE_90K = Cutter.SHORTEST_GAP_90K;

  private final PackagerSettings settings;
  private final Ledger ledger;
  private final ByteBufAllocator allocator;
  private final PackagerOutput output;

  private @Nullable Track track;

  /** Segments that have begun and of which nothing has come yet. */
  private final ArrayDeque<Cut> expected = new ArrayDeque<>();

  /** The segment that is being made; null when there is none. */
  private @Nullable Cut open;

  private long startPts;

  /** How much earlier than shown the open segment's first unit is decoded; none of sound. */
  private long decodedEarlier;

  private int parts;
  private int chunks;
  private long sizeBytes;

  /** How much of the open segment its parts tell, in the track's timescale. */
  private long told;

  /** What is missing at the beginning of the open segment, until its first part is told. */
  private long lead;

  /** The segment told last, and where it ends. */
  private @Nullable TrackSegment before;

  /** Units of the open part, one reference each. */
  private final List<AccessUnit> units = new ArrayList<>();

  /** What stands in front of the next chunk. */
  private final EventMessages.Some events = new EventMessages.Some();

  /** What stood within a segment, and stands in front of the next one, too. */
  private final EventMessages.Some again = new EventMessages.Some();

  private long frameTicks;

  CmafLane(
      PackagerSettings settings, Ledger ledger, ByteBufAllocator allocator, PackagerOutput output) {
    this.settings = settings;
    this.ledger = ledger;
    this.allocator = allocator;
    this.output = output;
  }

  /** From the next cut on it is of {@code now}; true when a decoder has to be set up anew. */
  boolean become(Track now) {
    boolean differs = !now.equals(track);
    track = now;
    return differs;
  }

  /** A segment begins that is to hold something of this track. */
  void begun(Cut cut) {
    expected.add(cut);
  }

  /** The next unit; borrowed. What belongs to a segment that is whole already is left out. */
  void add(Cut cut, AccessUnit unit) {
    if (!cut.equals(open)) {
      if (open != null && cut.number() < open.number()) {
        return;
      }
      if (open != null && unit.track().equals(units.getLast().track())) {
        finish(unit.dts(), startOf(cut, unit), true);
      } else if (open != null) {
        end(open, cut.start90k());
      }
      if (!expect(cut)) {
        return;
      }
      begin(cut, unit);
    } else if (unit.dts() <= units.getLast().dts()) {
      return;
    } else {
      frameTicks = unit.dts() - units.getLast().dts();
      closePart(unit.dts());
    }
    unit.payload().retain();
    units.add(unit);
  }

  /** A message for the front of the next chunk. */
  void add(EventMessageBox event) {
    events.add(event);
  }

  /** Opens a segment with its first unit. It begins where the one before it has ended. */
  private void begin(Cut cut, AccessUnit first) {
    TrackSegment last = before;
    if (last == null || last.cut().number() + 1 != cut.number()) {
      again.take();
    }
    open = cut;
    startPts = startOf(cut, first);
    decodedEarlier = startPts - first.dts();
    parts = 0;
    chunks = 0;
    sizeBytes = 0;
    told = 0;
    lead = Math.max(0, startPts - endBefore(cut, first.track(), startPts));
    startPts -= lead;
  }

  /** Where the segment in front of {@code cut} has ended; {@code other} when that is not known. */
  private long endBefore(Cut cut, Track of, long other) {
    TrackSegment last = before;
    return last == null || last.cut().number() + 1 != cut.number()
        ? other
        : last.track().timescale().convert(last.startPts() + last.duration(), of.timescale());
  }

  /** When a segment begins of which {@code first} is the first unit. */
  private static long startOf(Cut cut, AccessUnit first) {
    boolean sound = first.track().kind() == Track.Kind.AUDIO;
    return sound ? first.pts() : ticks(cut.start90k(), first.track());
  }

  /** Goes on to {@code cut}: of those before it nothing has come. False when it is not expected. */
  private boolean expect(Cut cut) {
    while (!expected.isEmpty() && expected.getFirst().number() < cut.number()) {
      Cut missed = expected.removeFirst();
      Cut next = expected.isEmpty() ? cut : expected.getFirst();
      gap(missed, next.start90k());
    }
    if (expected.isEmpty() || !expected.getFirst().equals(cut)) {
      return false;
    }
    expected.removeFirst();
    return true;
  }

  /** Nothing more comes of {@code cut}, whose media end at {@code end90k}. */
  void end(Cut cut, long end90k) {
    if (cut.equals(open)) {
      AccessUnit last = units.getLast();
      long endDts = last.dts() + frameTicks(last);
      boolean sound = last.track().kind() == Track.Kind.AUDIO;
      long cutEnd = ticks(end90k, last.track());
      if (!sound) { // the last picture stays until there is another one
        endDts = Math.max(endDts, cutEnd - decodedEarlier);
      }
      finish(endDts, Math.max(sound ? endDts : startPts + 1, cutEnd), false);
    } else if (cut.equals(expected.peekFirst())) {
      expected.removeFirst();
      gap(cut, end90k);
    }
  }

  private void gap(Cut cut, long end90k) {
    again.take(); // behind a hole begins what may declare other messages, or none
    Track of = track;
    if (of != null) {
      long start = ticks(cut.start90k(), of);
      start = Math.max(start, endBefore(cut, of, start)); // its last frame reaches beyond the cut
      long duration = Math.max(1, ticks(end90k, of) - start);
      whole(new TrackSegment(of, cut, start, duration, 0, 0));
    }
  }

  private void whole(TrackSegment segment) {
    before = segment;
    output.segment(segment);
  }

  private static long ticks(long time90k, Track of) {
    return Timescale.VIDEO.convert(time90k, of.timescale());
  }

  /** How long a unit is that nothing follows. */
  private long frameTicks(AccessUnit unit) {
    int samples = samples(unit);
    return samples > 0 ? samples : Math.max(1, frameTicks);
  }

  /** How long a unit of sound is; 0 when it does not tell. */
  private static int samples(AccessUnit unit) {
    return unit.track().kind() == Track.Kind.AUDIO
        ? AudioFormat.samples(unit.track(), unit.payload())
        : 0;
  }

  /** When a unit ends: where the next one begins, but of sound not behind a hole. */
  private static long endOf(AccessUnit unit, long nextDts) {
    int samples = samples(unit);
    boolean hole = samples > 0 && nextDts - unit.dts() - samples > ticks(HOLE_90K, unit.track());
    return hole ? unit.dts() + samples : nextDts;
  }

  /**
   * The open segment is whole.
   *
   * @param followed whether the next unit comes at {@code endDts}; else nothing does for some time
   */
  private void finish(long endDts, long endPts, boolean followed) {
    Cut whole = open;
    if (whole == null) {
      throw new IllegalStateException("no segment is open");
    }
    Track of = units.getLast().track();
    long duration = Math.max(1, endPts - startPts);
    long startDts = units.getFirst().dts();
    long heardDts = endOf(units.getLast(), endDts);
    long stated = stated(of, heardDts - startDts);
    // pictures are told by when they are decoded, and what is missing behind the last by the cut
    long missing = followed ? endDts - startDts - stated : duration - told - lead - stated;
    writePart(whole, heardDts, missing, true);
    open = null;
    whole(new TrackSegment(of, whole, startPts, duration, parts, sizeBytes));
  }

  // ---- parts

  /** Writes the open part if it is long enough without the unit that comes at {@code nextDts}. */
  private void closePart(long nextDts) {
    Cut within = open;
    if (within == null) {
      throw new IllegalStateException("no segment is open");
    }
    Track of = units.getFirst().track();
    LedgerRecord.PartTarget target = ledger.part(of.id());
    if (target == null) {
      long span = nextDts - units.getFirst().dts();
      if (2 * span + frameTicks < 2 * ticks(settings.part90k(), of)) {
        return;
      }
      long jitter90k = of.kind() == Track.Kind.VIDEO ? JITTER_90K : 0;
      target = new LedgerRecord.PartTarget(of.id(), up90k(withoutHole(nextDts), of) + jitter90k);
      ledger.append(target);
    }
    long mean = span(nextDts) / units.size();
    if (up90k(span(nextDts) + mean, of) > target.target90k()) {
      long span = span(nextDts);
      writePart(within, nextDts, span - stated(of, span), false);
    }
  }

  /** How long the open part is, or would have been without the hole that is in it. */
  private long withoutHole(long nextDts) {
    long step = nextDts - units.getLast().dts();
    for (int i = 1; i < units.size(); i++) {
      step = Math.min(step, units.get(i).dts() - units.get(i - 1).dts());
    }
    long span = span(nextDts);
    if (span <= (units.size() + 1) * step) {
      return span;
    }
    long wished = ticks(settings.part90k(), units.getFirst().track());
    return step * Math.max(1, (2 * wished + step) / (2 * step));
  }

  private long span(long nextDts) {
    return nextDts - units.getFirst().dts();
  }

  /** Ticks of a track in 90 kHz, rounded up. */
  private static long up90k(long ticks, Track of) {
    return -of.timescale().convert(-ticks, Timescale.VIDEO);
  }

  /**
   * Writes the open part.
   *
   * @param missing how much of the segment is missing between it and what comes next
   * @param last whether that is the next segment
   */
  private void writePart(Cut within, long endDts, long missing, boolean last) {
    AccessUnit first = units.getFirst();
    Track of = first.track();
    if (lead > 0) {
      tellGap(within, of, first.dts() - lead, lead, false);
      lead = 0;
    }
    boolean gapBehind =
        missing > ticks(of.kind() == Track.Kind.AUDIO ? ROUNDING_90K : JITTER_90K, of)
            && ledger.part(of.id()) != null;
    var chunk = CmafMuxer.chunk(units, endDts, extras(first));
    ByteBuf bytes = allocator.directBuffer(chunk.sizeBytes(), chunk.sizeBytes());
    chunk.write(bytes);
    boolean independent = false;
    for (AccessUnit unit : units) {
      independent |= unit.randomAccess();
      unit.payload().release();
    }
    chunks++;
    sizeBytes += bytes.readableBytes();
    long stated = stated(of, endDts - first.dts());
    int count = units.size();
    units.clear();
    tell(
        new Part(
            of, within, parts, first.dts(), stated, count, independent, last && !gapBehind, bytes));
    if (gapBehind) {
      tellGap(within, of, first.dts() + stated, missing, last);
    }
  }

  private void tell(Part part) {
    parts++;
    told += part.duration();
    output.part(part);
  }

  /** Tells a stretch of which there is nothing in as few parts as may be. */
  private void tellGap(Cut within, Track of, long startDts, long duration, boolean last) {
    LedgerRecord.PartTarget target = ledger.part(of.id());
    if (target == null) {
      return; // no part has been told yet, and this segment becomes none
    }
    long most = Math.max(1, ticks(target.target90k(), of));
    long count = (duration + most - 1) / most;
    for (long i = 0; i < count; i++) {
      long from = Math.floorDiv(Math.multiplyExact(duration, i), count);
      long to = Math.floorDiv(Math.multiplyExact(duration, i + 1), count);
      boolean ends = last && i == count - 1;
      tell(Part.gap(of, within, parts, startDts + from, to - from, ends));
    }
  }

  /**
   * How long a part is said to be: what its frames usually take. Its last frame stays for longer
   * when a short hole is behind it, but no part may be longer than the part target.
   */
  private long stated(Track of, long duration) {
    LedgerRecord.PartTarget target = ledger.part(of.id());
    return target == null ? duration : Math.min(duration, ticks(target.target90k(), of));
  }

  /**
   * What stands in front of a segment: that it is one, what time it is in it, and messages. Those
   * that stand in front of a later chunk stand in front of the next segment again, for clients that
   * begin there or look at segments only (ISO/IEC 23009-1, section 5.10.3.3).
   */
  private ChunkExtras extras(AccessUnit first) {
    if (chunks > 0 && events.isEmpty()) {
      return ChunkExtras.NONE;
    }
    if (chunks > 0) {
      List<EventMessageBox> within = events.take();
      within.forEach(again::add);
      return new ChunkExtras(null, null, within);
    }
    EventMessages.Some inFront = new EventMessages.Some();
    events.take().forEach(inFront::add);
    again.take().forEach(inFront::add);
    long utcNs = first.track().timescale().convert(first.pts(), Timescale.NANOS);
    var time =
        new ProducerReferenceTimeBox(
            ProducerReferenceTimeBox.ENCODER_INPUT,
            CmafMuxer.TRACK_ID,
            ProducerReferenceTimeBox.ntp(utcNs),
            first.pts());
    return new ChunkExtras(ChunkExtras.SEGMENT, time, inFront.take());
  }

  /** Gives up what is not finished. */
  void close() {
    units.forEach(unit -> unit.payload().release());
    units.clear();
    expected.clear();
    open = null;
  }

  /** Whether nothing is open or expected. */
  boolean idle() {
    return open == null && expected.isEmpty();
  }
}
