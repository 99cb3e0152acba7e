package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.AudioFormat;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.mp4.ChunkExtras;
import dev.sluice.mux.mp4.CmafMuxer;
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
 */
final class CmafLane {
  /** How far the time stamps of pictures may jitter within a part: 3 ms. */
  static final long JITTER_90K = 270;

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
  private int parts;
  private long sizeBytes;

  /** Units of the open part, one reference each. */
  private final List<AccessUnit> units = new ArrayList<>();

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
        finish(unit.dts(), startOf(cut, unit));
      } else if (open != null) {
        end(open, cut.start90k());
      }
      if (!expect(cut)) {
        return;
      }
      open = cut;
      startPts = startOf(cut, unit);
      parts = 0;
      sizeBytes = 0;
    } else if (unit.dts() <= units.getLast().dts()) {
      return;
    } else {
      frameTicks = unit.dts() - units.getLast().dts();
      closePart(unit.dts());
    }
    unit.payload().retain();
    units.add(unit);
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
      finish(endDts, Math.max(sound ? endDts : startPts + 1, cutEnd));
    } else if (cut.equals(expected.peekFirst())) {
      expected.removeFirst();
      gap(cut, end90k);
    }
  }

  private void gap(Cut cut, long end90k) {
    Track of = track;
    if (of != null) {
      long start = ticks(cut.start90k(), of);
      long duration = Math.max(1, ticks(end90k, of) - start);
      output.segment(new TrackSegment(of, cut, start, duration, 0, 0));
    }
  }

  private static long ticks(long time90k, Track of) {
    return Timescale.VIDEO.convert(time90k, of.timescale());
  }

  /** How long a unit is that nothing follows. */
  private long frameTicks(AccessUnit unit) {
    int samples =
        unit.track().kind() == Track.Kind.AUDIO
            ? AudioFormat.samples(unit.track(), unit.payload())
            : 0;
    return samples > 0 ? samples : Math.max(1, frameTicks);
  }

  /** The open segment is whole. */
  private void finish(long endDts, long endPts) {
    Cut whole = open;
    if (whole == null) {
      throw new IllegalStateException("no segment is open");
    }
    Track of = units.getLast().track();
    writePart(whole, endDts, true);
    open = null;
    long duration = Math.max(1, endPts - startPts);
    output.segment(new TrackSegment(of, whole, startPts, duration, parts, sizeBytes));
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
      target = new LedgerRecord.PartTarget(of.id(), up90k(span, of) + jitter90k);
      ledger.append(target);
    }
    long mean = span(nextDts) / units.size();
    if (up90k(span(nextDts) + mean, of) > target.target90k()) {
      writePart(within, nextDts, false);
    }
  }

  private long span(long nextDts) {
    return nextDts - units.getFirst().dts();
  }

  /** Ticks of a track in 90 kHz, rounded up. */
  private static long up90k(long ticks, Track of) {
    return -of.timescale().convert(-ticks, Timescale.VIDEO);
  }

  private void writePart(Cut within, long endDts, boolean last) {
    AccessUnit first = units.getFirst();
    var chunk = CmafMuxer.chunk(units, endDts, parts == 0 ? opening(first) : ChunkExtras.NONE);
    ByteBuf bytes = allocator.directBuffer(chunk.sizeBytes(), chunk.sizeBytes());
    chunk.write(bytes);
    boolean independent = false;
    for (AccessUnit unit : units) {
      independent |= unit.randomAccess();
      unit.payload().release();
    }
    sizeBytes += bytes.readableBytes();
    Part part =
        new Part(
            first.track(),
            within,
            parts,
            first.dts(),
            stated(first.track(), endDts - first.dts()),
            units.size(),
            independent,
            last,
            bytes);
    parts++;
    units.clear();
    output.part(part);
  }

  /**
   * How long a part is said to be: what its frames usually take. Its last frame stays for longer
   * when a short hole is behind it, but no part may be longer than the part target.
   */
  private long stated(Track of, long duration) {
    LedgerRecord.PartTarget target = ledger.part(of.id());
    return target == null ? duration : Math.min(duration, ticks(target.target90k(), of));
  }

  /** What stands in front of a segment: that it is one, and what time it is in it. */
  private static ChunkExtras opening(AccessUnit first) {
    long utcNs = first.track().timescale().convert(first.pts(), Timescale.NANOS);
    var time =
        new ProducerReferenceTimeBox(
            ProducerReferenceTimeBox.ENCODER_INPUT,
            CmafMuxer.TRACK_ID,
            ProducerReferenceTimeBox.ntp(utcNs),
            first.pts());
    return new ChunkExtras(ChunkExtras.SEGMENT, time, List.of());
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
