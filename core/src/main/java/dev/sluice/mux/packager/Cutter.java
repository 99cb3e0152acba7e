package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.MediaOrder.Entry;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says where segments begin, and to which one each unit belongs. Takes units in {@link MediaOrder}.
 *
 * <ul>
 *   <li>A random access point of the leading track opens a segment when its slot is not that of the
 *       one before it ({@link PackagerSettings#slot}), when tracks have changed, or after a hole.
 *       The segment begins when that picture is shown.
 *   <li>When none has come for so long that the segment would become longer than it may, the next
 *       unit of the leading track opens one that is dependent; any unit does when the leading track
 *       is silent for {@link #SILENT_90K}, or when sound changes its configuration by itself. Where
 *       pictures are reordered, it is one behind which none is shown that came before, if there are
 *       such; and since the first that is shown may come behind it, what comes is held until it is
 *       known which that is: there the segment begins.
 *   <li>Where nothing came for {@link #HOLE_90K}, or for less but so that the segment would become
 *       longer than it may, there is a hole: the segment ends where its media end, and the hole
 *       becomes as few gaps as possible, none longer than a segment may be; where numbers are those
 *       of slots, it becomes as many as there are slots in it.
 *   <li>What comes before the first segment, or before the first one after a hole, is left out: no
 *       segment is made whose beginning was not seen.
 *   <li>The first random access point opens one, whatever its slot. {@linkplain #inUnison In
 *       unison} with others it does so only where it is known to be in another slot than the one
 *       before it, since others have seen that one.
 * </ul>
 *
 * <p>A picture belongs to the last segment that was opened when it came. Sound belongs to the
 * segment in whose time it is heard, so after a cut some of it still goes to the one before.
 */
final class Cutter {
  /** So long nothing comes where there is a hole: 1 s. */
  static final long HOLE_90K = 90_000;

  /**
   * A shorter stretch between a segment that has ended and the next is no gap: 50 ms. Times are not
   * exact to a frame where a source goes and comes.
   */
  static final long SHORTEST_GAP_90K = 4_500;

  /** So long the leading track brings nothing when others begin to lead: 1 s. */
  static final long SILENT_90K = 90_000;

  /** Gaps of one hole; of a longer one the last so many, and numbers jump. */
  static final int MAX_GAPS = 100;

  /** So much is held at most to find what is shown first: 1 s. */
  static final long LOOK_AHEAD_90K = 90_000;

  /** Pictures are taken to be in order again after so much: half a second. */
  static final long MAX_OUT_OF_ORDER_90K = 45_000;

  /** Units that are held at most. */
  static final int MAX_HELD = 4_096;

  private static final long SECOND_90K = 90_000;
  private static final long NEVER = Long.MIN_VALUE / 2;

  /** The longest step between two units of a track that is taken for a frame's duration: 10 s. */
  private static final long MAX_STEP_90K = 900_000;

  /** Receives segments and their units. */
  interface Output {
    /** A segment begins; {@code tracks} are those of all its units. */
    void begun(Cut cut, TrackSet tracks);

    /** The segment that has just begun is likely to end at {@code end90k}. */
    default void expected(Cut cut, long end90k) {}

    /**
     * The next unit of a segment: the one begun last, or the one before it.
     *
     * @param unit borrowed
     */
    void unit(Cut cut, AccessUnit unit);

    /** Nothing more comes of a segment, whose media end at {@code end90k}. */
    void ended(Cut cut, long end90k);
  }

  /** A segment and the tracks of all its units. */
  private record Segment(Cut cut, TrackSet tracks) {
    boolean has(AccessUnit unit) {
      return unit.track().equals(tracks.byId(unit.track().id()));
    }

    long start90k() {
      return cut.start90k();
    }
  }

  /** How far a track has come. */
  private static final class Progress {
    long dts90k = NEVER;
    long step90k;
    long shown90k = NEVER;

    void at(long at90k, long pts90k) {
      if (dts90k != NEVER && at90k > dts90k) {
        step90k = Math.min(at90k - dts90k, MAX_STEP_90K);
      }
      dts90k = at90k;
      shown90k = Math.max(shown90k, pts90k);
    }

    long end90k() {
      return Math.max(dts90k, shown90k) + step90k;
    }
  }

  private final PackagerSettings settings;
  private final Ledger ledger;
  private final Output output;

  private final Map<Integer, Progress> progress = new HashMap<>();

  /** The segment that is open; null before the first, and in a hole. */
  private @Nullable Segment current;

  /** The segment before it, as long as sound may still come that belongs to it. */
  private @Nullable Segment previous;

  private boolean inUnison;
  private long lastSlot;
  private boolean slotKnown;
  private long longestGop90k;

  /** How much later than decoded the last random access point was shown. */
  private long delay90k;

  /**
   * Where pictures were last in order ({@link #isInOrder}), and the longest way from one to next.
   */
  private long inOrder90k = NEVER;

  private long longestOutOfOrder90k;

  /** The last of them, the latest first; 0 where there was none. */
  private final long[] lastGops90k = new long[3];

  private long lastRandomAccess90k = NEVER;
  private long waitingSince90k = NEVER;
  private long leftOut;

  /** What is going to open a dependent segment, and what came behind it; a reference each. */
  private final ArrayDeque<Entry> held = new ArrayDeque<>();

  /** When the first of the leading track's units that are held is shown. */
  private long heldShown90k;

  Cutter(PackagerSettings settings, Ledger ledger, Output output) {
    this.settings = settings;
    this.ledger = ledger;
    this.output = output;
  }

  /** Others cut the same units, and may have been there when this one was not. */
  void inUnison(boolean with) {
    inUnison = with;
  }

  /** Units that belong to no segment. */
  long leftOut() {
    return leftOut;
  }

  /** The next unit in order; borrowed. */
  void take(Entry entry) {
    while (!held.isEmpty() && !mayBeShownFirst(entry)) {
      takeHeld();
    }
    if (held.isEmpty()) {
      cut(entry, NEVER);
    } else {
      hold(entry);
    }
  }

  /** Whether what comes so far was cut, and nothing of it is held. */
  boolean decided() {
    return held.isEmpty();
  }

  // ---- what is held

  private void hold(Entry entry) {
    AccessUnit unit = entry.unit();
    if (held.isEmpty()) {
      heldShown90k = pts90k(unit);
    } else if (entry.tracks().leads(unit.track())) {
      heldShown90k = Math.min(heldShown90k, pts90k(unit));
    }
    unit.payload().retain();
    held.add(entry);
  }

  /**
   * Whether this unit, or one behind it, may yet be the first that is shown of what the first one
   * that is held opens. Nothing is shown before it is decoded.
   */
  private boolean mayBeShownFirst(Entry entry) {
    Entry first = held.getFirst();
    AccessUnit unit = entry.unit();
    boolean later =
        entry.tracks().leads(unit.track())
            && (unit.randomAccess() || entry.dts90k() >= heldShown90k);
    return !later
        && held.size() < MAX_HELD
        && entry.tracks().equals(first.tracks())
        && entry.dts90k() - first.dts90k() <= LOOK_AHEAD_90K;
  }

  /** Cuts what is held: it is known where the segment begins. */
  private void takeHeld() {
    List<Entry> entries = List.copyOf(held);
    held.clear();
    try {
      cut(entries.getFirst(), heldShown90k);
      entries.subList(1, entries.size()).forEach(this::take);
    } finally {
      entries.forEach(entry -> entry.unit().payload().release());
    }
  }

  /** Gives up what is held. */
  void close() {
    held.forEach(entry -> entry.unit().payload().release());
    held.clear();
  }

  // ---- where segments begin

  /**
   * Cuts in front of a unit where that has to be, and puts it into its segment.
   *
   * @param shown90k when the first unit of the dependent segment that it opens is shown; {@link
   *     #NEVER} when that is not known yet
   */
  private void cut(Entry entry, long shown90k) {
    AccessUnit unit = entry.unit();
    if (unit.track().kind() == Track.Kind.DATA) {
      place(unit);
      return;
    }
    long dts90k = entry.dts90k();
    if (current != null && dts90k - end90k() >= HOLE_90K) {
      end();
    }
    Segment within = current;
    if (within != null && shown90k == NEVER && isReordered(within, entry)) {
      hold(entry);
      return;
    }
    boolean placed = within == null ? begins(entry) : goesOn(within, entry, shown90k);
    if (entry.tracks().leads(unit.track())) {
      noteOrder(unit);
    }
    if (placed) {
      place(unit);
    } else {
      leftOut++;
    }
    progress
        .computeIfAbsent(unit.track().id(), _ -> new Progress())
        .at(dts90k, Math.max(dts90k, pts90k(unit)));
    Segment open = current;
    if (open != null && dts90k >= open.start90k()) {
      finishPrevious(open.start90k());
    }
  }

  /** Where the media end that have come so far. */
  private long end90k() {
    long end = NEVER;
    for (Progress each : progress.values()) {
      end = Math.max(end, each.end90k());
    }
    return end;
  }

  /** Nothing comes any more, at least for some time: what is open ends where its media end. */
  void end() {
    while (!held.isEmpty()) {
      takeHeld();
    }
    Segment open = current;
    if (open == null) {
      return;
    }
    long end90k = Math.max(end90k(), open.start90k() + 1);
    finishPrevious(open.start90k());
    learnTarget(end90k - open.start90k());
    current = null;
    progress.clear(); // the hole is nobody's frame
    slotKnown = false;
    lastRandomAccess90k = NEVER;
    waitingSince90k = NEVER;
    ledger.append(new LedgerRecord.Ended(end90k));
    output.ended(open.cut, end90k);
  }

  private void finishPrevious(long end90k) {
    Segment before = previous;
    if (before != null) {
      previous = null;
      output.ended(before.cut, end90k);
    }
  }

  /** No segment is open: one begins with a random access point, if there is going to be any. */
  private boolean begins(Entry entry) {
    AccessUnit unit = entry.unit();
    if (waitingSince90k == NEVER) {
      waitingSince90k = entry.dts90k();
    }
    if (entry.tracks().leads(unit.track())) {
      if (!unit.randomAccess()) {
        return false;
      }
      boolean known = slotKnown || !inUnison || eachOpens();
      return randomAccess(unit) && known && open(entry, Cut.Opening.RANDOM_ACCESS, pts90k(unit));
    }
    return leaderSilent(entry, waitingSince90k)
        && open(entry, Cut.Opening.DEPENDENT, entry.dts90k());
  }

  /** Whether a unit opens a dependent segment, and another one may be shown before it. */
  private boolean isReordered(Segment within, Entry entry) {
    AccessUnit unit = entry.unit();
    return entry.tracks().leads(unit.track())
        && !unit.randomAccess()
        && pts90k(unit) > entry.dts90k()
        && (entry.tracks().equals(within.tracks) || within.has(unit))
        && tooLong(within, unit);
  }

  /** Whether no two random access points are in one slot, if they come as they came. */
  private boolean eachOpens() {
    return Arrays.stream(lastGops90k)
        .allMatch(gop90k -> gop90k >= settings.period90k() - CmafLane.JITTER_90K);
  }

  /** Opens the next segment with this unit if it has to be; false when the unit has no place. */
  private boolean goesOn(Segment within, Entry entry, long shown90k) {
    AccessUnit unit = entry.unit();
    boolean leads = entry.tracks().leads(unit.track());
    boolean changed = !entry.tracks().equals(within.tracks);
    if (leads && unit.randomAccess()) {
      long gop90k = lastRandomAccess90k == NEVER ? 0 : pts90k(unit) - lastRandomAccess90k;
      boolean newSlot = randomAccess(unit);
      if (newSlot || changed || pts90k(unit) + gop90k - within.start90k() > longest90k()) {
        open(entry, Cut.Opening.RANDOM_ACCESS, pts90k(unit));
      }
      return true;
    }
    boolean leaderSilent = leaderSilent(entry, NEVER);
    if (changed && !within.has(unit)) {
      // what is new waits for the leading track's random access point, unless that will not come
      Track leader = entry.tracks().leader();
      boolean leaderStays = leader != null && leader.equals(within.tracks.byId(leader.id()));
      boolean known = within.tracks.byId(unit.track().id()) != null;
      return !leads
          && (leaderSilent || leaderStays && known)
          && open(entry, Cut.Opening.DEPENDENT, entry.dts90k());
    }
    if ((leads || leaderSilent) && tooLong(within, unit)) {
      long start90k = shown90k == NEVER ? entry.dts90k() : shown90k;
      // whatever the pictures do, the segment before does not become longer than it may
      start90k = Math.min(start90k, within.start90k() + longest90k());
      open(entry, Cut.Opening.DEPENDENT, Math.max(start90k, entry.dts90k()));
    }
    return true;
  }

  private boolean leaderSilent(Entry entry, long since90k) {
    Track leader = entry.tracks().leader();
    Progress led = leader == null ? null : progress.get(leader.id());
    long last90k = Math.max(since90k, led == null ? NEVER : led.dts90k);
    return entry.dts90k() - last90k > SILENT_90K;
  }

  /**
   * Whether the open segment would become too long with {@code unit}; or, where pictures are in
   * order, with all up to where they are so again.
   */
  private boolean tooLong(Segment open, AccessUnit unit) {
    Progress of = progress.get(unit.track().id());
    long step90k = of == null ? 0 : of.step90k;
    long more90k = isInOrder(unit) ? Math.max(step90k, longestOutOfOrder90k) : step90k;
    return unit.dts90k() + delay90k + more90k - open.start90k() > longest90k();
  }

  /**
   * Whether all that came before is shown before this unit and what follows: as much time has been
   * decoded as was shown. Only there as much lies between two cuts as is decoded between them.
   */
  private boolean isInOrder(AccessUnit unit) {
    Progress of = progress.get(unit.track().id());
    return unit.randomAccess()
        || of == null
        || of.shown90k < unit.dts90k() + delay90k - of.step90k / 2;
  }

  /** Notes where pictures are in order, since the last random access point. */
  private void noteOrder(AccessUnit unit) {
    if (unit.randomAccess()) {
      longestOutOfOrder90k = 0;
    } else if (!isInOrder(unit)) {
      return;
    } else if (inOrder90k != NEVER) {
      longestOutOfOrder90k =
          Math.clamp(unit.dts90k() - inOrder90k, longestOutOfOrder90k, MAX_OUT_OF_ORDER_90K);
    }
    inOrder90k = unit.dts90k();
  }

  /**
   * The longest that a segment may be: one whose duration is rounded to the target duration, though
   * the last step may be longer than the one before it by what time stamps jitter.
   */
  private long longest90k() {
    int target = ledger.targetSeconds();
    return target == 0
        ? settings.segmentMax90k()
        : target * SECOND_90K + SECOND_90K / 2 - 1 - CmafLane.JITTER_90K;
  }

  /** Notes a random access point; true when it is in another slot than the one before. */
  private boolean randomAccess(AccessUnit unit) {
    long pts90k = pts90k(unit);
    delay90k = Math.max(0, pts90k - unit.dts90k());
    long slot = settings.slot(pts90k);
    boolean other = !slotKnown || slot != lastSlot;
    if (lastRandomAccess90k != NEVER) {
      System.arraycopy(lastGops90k, 0, lastGops90k, 1, lastGops90k.length - 1);
      lastGops90k[0] = pts90k - lastRandomAccess90k;
      longestGop90k = Math.max(longestGop90k, lastGops90k[0]);
    }
    slotKnown = true;
    lastSlot = slot;
    lastRandomAccess90k = pts90k;
    return other;
  }

  // ---- cuts

  /** Opens a segment; false when time goes back, so that there is no name for it. */
  private boolean open(Entry entry, Cut.Opening opening, long start90k) {
    Cut before = ledger.last();
    if (before != null && start90k <= before.start90k()) {
      return false;
    }
    Segment open = current;
    if (open != null
        && start90k - open.start90k() > longest90k()
        && start90k - end90k() >= SHORTEST_GAP_90K) {
      // with what is missing in front of this one it would be too long: it ends where its media do
      end();
      open = null;
      if (opening == Cut.Opening.RANDOM_ACCESS) {
        randomAccess(entry.unit());
      }
    }
    if (open != null) {
      learnTarget(start90k - open.start90k());
      finishPrevious(open.start90k());
      previous = open;
    } else if (before != null) {
      before = bridge(before, entry.tracks(), start90k);
    }
    boolean discontinuity = ledger.configure(entry.tracks());
    long number = before == null ? settings.slot(start90k) : before.number() + 1;
    long discontinuities =
        (before == null ? 0 : before.discontinuitySequence()) + (discontinuity ? 1 : 0);
    long dts90k = Math.min(entry.dts90k(), start90k);
    Cut cut = new Cut(number, start90k, dts90k, opening, discontinuity, discontinuities);
    current = new Segment(cut, entry.tracks());
    ledger.append(new LedgerRecord.Begun(cut));
    output.begun(cut, entry.tracks());
    expect(cut);
    return true;
  }

  /**
   * Tells where a segment is going to end, if random access points come as they came: of the last
   * three GOPs the one in the middle counts, since a scene may shorten one, and a moment without
   * pictures lengthen it.
   */
  private void expect(Cut cut) {
    long[] gops90k = lastGops90k.clone();
    Arrays.sort(gops90k);
    long gop90k = gops90k[1] > 0 ? gops90k[1] : gops90k[2];
    if (cut.opening() != Cut.Opening.RANDOM_ACCESS || gop90k <= 0) {
      return;
    }
    long end90k = cut.start90k() + gop90k;
    while (settings.slot(end90k) == settings.slot(end90k - gop90k)
        && end90k + gop90k - cut.start90k() <= longest90k()) {
      end90k += gop90k;
    }
    if (end90k - cut.start90k()
        <= longest90k()) { // else a unit in a GOP ends it, nobody knows which
      output.expected(cut, end90k);
    }
  }

  /**
   * The target duration, from the first whole segment: the most that there is between the slots'
   * random access points when they come as they have come.
   */
  private void learnTarget(long first90k) {
    if (ledger.targetSeconds() > 0) {
      return;
    }
    long gop90k = Math.max(1, longestGop90k > 0 ? longestGop90k : first90k);
    // a millisecond's jitter of time stamps is not another GOP
    long gops = Math.max(1, (settings.period90k() - SECOND_90K / 1_000 + gop90k - 1) / gop90k);
    long most90k =
        Math.max(Math.max(first90k, settings.period90k()), Math.multiplyExact(gops, gop90k));
    long seconds = (Math.min(most90k, settings.segmentMax90k()) + SECOND_90K / 2) / SECOND_90K;
    ledger.append(new LedgerRecord.Target((int) Math.max(1, seconds)));
  }

  /**
   * Fills the time from the end of what was before to {@code start90k} with gaps.
   *
   * @return what the next segment comes after
   */
  private Cut bridge(Cut before, TrackSet tracks, long start90k) {
    // what was open when a process died is lost: it is told again, as a gap
    boolean lost = ledger.open();
    long from90k = lost ? before.start90k() : ledger.end90k();
    long hole90k = start90k - from90k;
    if (hole90k < SHORTEST_GAP_90K && !lost) {
      return before;
    }
    long most90k = Math.max(1, ledger.targetSeconds()) * SECOND_90K + SECOND_90K / 2 - 1;
    long gaps = Math.max(1, (hole90k + most90k - 1) / most90k);
    long number = lost ? before.number() : before.number() + 1;
    if (before.number() == settings.slot(before.start90k())) {
      // numbers count slots, and go on to do so: who was away counts like who was not
      gaps = Math.max(gaps, settings.slot(start90k) - number);
    }
    Cut last = before;
    for (long i = Math.max(0, gaps - MAX_GAPS); i < gaps; i++) {
      long at90k = from90k + multiplyDivide(hole90k, i, gaps);
      last =
          new Cut(number + i, at90k, at90k, Cut.Opening.GAP, false, before.discontinuitySequence());
      ledger.append(new LedgerRecord.Begun(last));
      output.begun(last, tracks);
      output.ended(last, from90k + multiplyDivide(hole90k, i + 1, gaps));
    }
    return last;
  }

  private static long multiplyDivide(long value, long by, long of) {
    return Math.floorDiv(Math.multiplyExact(value, by), of);
  }

  // ---- units

  private void place(AccessUnit unit) {
    Segment segment = segmentOf(unit);
    if (segment == null || !segment.has(unit)) {
      leftOut++;
    } else {
      output.unit(segment.cut, unit);
    }
  }

  private @Nullable Segment segmentOf(AccessUnit unit) {
    Segment open = current;
    if (open == null) {
      return null;
    }
    boolean picture = unit.track().kind() == Track.Kind.VIDEO;
    boolean after = picture ? unit.dts90k() >= open.cut.dts90k() : pts90k(unit) >= open.start90k();
    return after ? open : previous;
  }

  static long pts90k(AccessUnit unit) {
    return unit.track().timescale().convert(unit.pts(), Timescale.VIDEO);
  }
}
