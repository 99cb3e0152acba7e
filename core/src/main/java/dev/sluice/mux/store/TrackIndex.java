package dev.sluice.mux.store;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.SegmentText;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the segments of one track are, thousands of them: {@value #ENTRY_BYTES} bytes for each in
 * arrays, no objects. Numbers have no hole; when they jump, what was before is forgotten.
 *
 * <p>An entry is made when a segment is whole, and is told later where it is stored, or that it is
 * lost: then it is a gap from the moment on when it cannot be had from memory any more.
 */
public final class TrackIndex {
  /** Bytes of an entry. */
  public static final int ENTRY_BYTES = 31;

  /** Entries that are taken: a day of segments of half a second. */
  public static final int MAX_ENTRIES = 200_000;

  /** CMAF headers that are told apart; past it, what needs the oldest of them is forgotten. */
  static final int MAX_INITS = 1_000;

  private static final int FIRST_CAPACITY = 64;

  private static final int GAP = 1;
  private static final int DISCONTINUITY = 2;
  private static final int DEPENDENT = 4;
  private static final int STORED = 8;
  private static final int LOST = 16;

  /** What segments need that have the same CMAF header. */
  private record Init(Bytes digest, Timescale timescale) {}

  private final int trackId;
  private final Track.Kind kind;
  private final String name;
  private final SegmentText text;
  private final List<Init> inits = new ArrayList<>();

  // a ring
  private long[] starts90k = new long[FIRST_CAPACITY];
  private int[] offsets = new int[FIRST_CAPACITY];
  private int[] durations = new int[FIRST_CAPACITY];
  private int[] sizes = new int[FIRST_CAPACITY];
  private int[] files = new int[FIRST_CAPACITY];
  private int[] positions = new int[FIRST_CAPACITY];
  private byte[] flags = new byte[FIRST_CAPACITY];
  private short[] initOf = new short[FIRST_CAPACITY];
  private int first;
  private int count;

  private long firstNumber;
  private long firstDiscontinuitySequence;
  private int dependent;

  /** An empty one of a track. */
  public TrackIndex(int trackId, Track.Kind kind) {
    this.trackId = trackId;
    this.kind = kind;
    this.name = TrackWindow.name(kind, trackId);
    this.text = new SegmentText(name + "-", ".m4s");
  }

  /** What the track is. */
  public Track.Kind kind() {
    return kind;
  }

  /** Which track it is, 0 to 255. */
  public int trackId() {
    return trackId;
  }

  /** Its name in addresses. */
  public String name() {
    return name;
  }

  /** How many segments are in it. */
  public int size() {
    return count;
  }

  /** Number of the first segment. */
  public long firstNumber() {
    return firstNumber;
  }

  /** Number of the segment behind the last. */
  public long endNumber() {
    return firstNumber + count;
  }

  /** Bytes of all entries, those included for which there is room only. */
  public long heldBytes() {
    return (long) starts90k.length * ENTRY_BYTES;
  }

  private int slot(long number) {
    if (number < firstNumber || number >= endNumber()) {
      throw new IndexOutOfBoundsException(
          "segment %d of %d to %d".formatted(number, firstNumber, endNumber()));
    }
    return (int) ((first + (number - firstNumber)) % starts90k.length);
  }

  // ---- what comes in

  /** Adds the next segment, of which nobody knows yet where it is. */
  public void add(StoredHead head) {
    Cut cut = head.cut();
    if (count > 0 && (cut.number() != endNumber() || cut.start90k() <= start90k(endNumber() - 1))) {
      clear();
    }
    if (count == MAX_ENTRIES) {
      dropBefore(firstNumber + 1);
    }
    int init = initIndex(head);
    if (count == starts90k.length) {
      grow();
    }
    if (count == 0) {
      firstNumber = cut.number();
      firstDiscontinuitySequence = cut.discontinuitySequence();
    }
    int slot = (first + count) % starts90k.length;
    Timescale timescale = head.timescale();
    starts90k[slot] = cut.start90k();
    long offset = head.startPts() - Timescale.VIDEO.convert(cut.start90k(), timescale);
    offsets[slot] = (int) Math.clamp(offset, Integer.MIN_VALUE, Integer.MAX_VALUE);
    durations[slot] = (int) Math.min(head.duration(), Integer.MAX_VALUE);
    sizes[slot] = head.size();
    files[slot] = 0;
    positions[slot] = 0;
    boolean gap = head.kind() == StoredHead.Kind.GAP;
    boolean depends = kind == Track.Kind.VIDEO && !gap && cut.opening() == Cut.Opening.DEPENDENT;
    flags[slot] =
        (byte)
            ((gap ? GAP | STORED : 0)
                | (cut.discontinuity() ? DISCONTINUITY : 0)
                | (depends ? DEPENDENT : 0));
    initOf[slot] = (short) init;
    dependent += depends ? 1 : 0;
    count++;
  }

  private int initIndex(StoredHead head) {
    var init = new Init(head.initDigest(), head.timescale());
    int known = inits.lastIndexOf(init);
    if (known >= 0) {
      return known;
    }
    if (inits.size() == MAX_INITS) {
      clear();
    }
    inits.add(init);
    return inits.size() - 1;
  }

  private void grow() {
    int capacity = Math.min(MAX_ENTRIES, starts90k.length + starts90k.length / 2);
    starts90k = straight(starts90k, capacity);
    offsets = straight(offsets, capacity);
    durations = straight(durations, capacity);
    sizes = straight(sizes, capacity);
    files = straight(files, capacity);
    positions = straight(positions, capacity);
    byte[] moreFlags = new byte[capacity];
    short[] moreInits = new short[capacity];
    for (int i = 0; i < count; i++) {
      moreFlags[i] = flags[(first + i) % flags.length];
      moreInits[i] = initOf[(first + i) % initOf.length];
    }
    flags = moreFlags;
    initOf = moreInits;
    first = 0;
  }

  private long[] straight(long[] ring, int capacity) {
    long[] more = Arrays.copyOf(Arrays.copyOfRange(ring, first, ring.length), capacity);
    System.arraycopy(ring, 0, more, ring.length - first, first);
    return more;
  }

  private int[] straight(int[] ring, int capacity) {
    int[] more = Arrays.copyOf(Arrays.copyOfRange(ring, first, ring.length), capacity);
    System.arraycopy(ring, 0, more, ring.length - first, first);
    return more;
  }

  /** Segment {@code number} is in a file, its media at {@code position}; if it is still here. */
  public void stored(long number, int file, int position) {
    if (contains(number)) {
      int slot = slot(number);
      files[slot] = file;
      positions[slot] = position;
      flags[slot] |= STORED;
    }
  }

  /** Segment {@code number} is stored nowhere and never will be; if it is still here. */
  public void lost(long number) {
    if (contains(number)) {
      int slot = slot(number);
      flags[slot] = (byte) (flags[slot] & ~STORED | LOST);
    }
  }

  /** Forgets all segments in front of {@code number}. */
  public void dropBefore(long number) {
    while (count > 0 && firstNumber < number) {
      dependent -= (flags[first] & DEPENDENT) != 0 ? 1 : 0;
      first = (first + 1) % starts90k.length;
      firstNumber++;
      count--;
      if (count > 0 && (flags[first] & DISCONTINUITY) != 0) {
        firstDiscontinuitySequence++;
      }
    }
  }

  /** Forgets everything. */
  public void clear() {
    first = 0;
    count = 0;
    dependent = 0;
    inits.clear();
  }

  // ---- what is asked

  /** Whether it has segment {@code number}. */
  public boolean contains(long number) {
    return number >= firstNumber && number < endNumber();
  }

  /** Name of segment {@code number}. */
  public long start90k(long number) {
    return starts90k[slot(number)];
  }

  /** Number of the segment of a name; −1 when there is none. */
  public long find(long start90k) {
    long low = firstNumber;
    long high = endNumber() - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      long start = start90k(middle);
      if (start == start90k) {
        return middle;
      }
      if (start < start90k) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Whether there is nothing of segment {@code number}, there never was or it is lost. */
  public boolean isGap(long number) {
    return (flags[slot(number)] & (GAP | LOST)) != 0;
  }

  /** Whether segment {@code number} is stored, or has nothing to be stored. */
  public boolean isStored(long number) {
    return (flags[slot(number)] & STORED) != 0;
  }

  /** Bytes of segment {@code number}. */
  public int sizeBytes(long number) {
    return sizes[slot(number)];
  }

  /** The file that has segment {@code number}. */
  public int file(long number) {
    return files[slot(number)];
  }

  /** Where in that file its media begin. */
  public int position(long number) {
    return positions[slot(number)];
  }

  /** How long segment {@code number} is, in nanoseconds. */
  public long durationNs(long number) {
    int slot = slot(number);
    return durationNs(slot, timescale(slot));
  }

  private Timescale timescale(int slot) {
    return inits.get(initOf[slot]).timescale;
  }

  private long startPts(int slot, Timescale timescale) {
    return Timescale.VIDEO.convert(starts90k[slot], timescale) + offsets[slot];
  }

  private long durationNs(int slot, Timescale timescale) {
    long start = startPts(slot, timescale);
    return timescale.convert(start + durations[slot], Timescale.NANOS)
        - timescale.convert(start, Timescale.NANOS);
  }

  /** Whether segments need, or needed lately, the CMAF header of a digest in hexadecimal digits. */
  public boolean needsInit(String digest) {
    return inits.stream().anyMatch(init -> init.digest.toString().equals(digest));
  }

  /** Whether each segment that is in it can be decoded by itself. */
  public boolean isIndependent() {
    return dependent == 0;
  }

  /** What {@code EXT-X-DISCONTINUITY-SEQUENCE} is of a playlist that begins with a segment. */
  public long discontinuitySequence(long of) {
    long sequence = firstDiscontinuitySequence;
    for (long number = firstNumber + 1; number <= of; number++) {
      sequence += isDiscontinuity(number) ? 1 : 0;
    }
    return sequence - (isDiscontinuity(of) ? 1 : 0); // its own is told by its tag
  }

  private boolean isDiscontinuity(long number) {
    return (flags[slot(number)] & DISCONTINUITY) != 0;
  }

  /** Most bytes that {@link #write} appends for each segment, as far as one can say beforehand. */
  public int lineBytes() {
    return 160 + name.length();
  }

  /**
   * Appends what a media playlist says of the segments {@code from} to before {@code to}, the CMAF
   * header of the first of them included.
   */
  public void write(ByteBuf out, long from, long to) {
    int init = -1;
    for (long number = from; number < to; number++) {
      int slot = slot(number);
      boolean changes = initOf[slot] != init;
      init = initOf[slot];
      Timescale timescale = timescale(slot);
      text.write(
          out,
          (flags[slot] & DISCONTINUITY) != 0,
          changes ? name + "-" + inits.get(init).digest + ".mp4" : null,
          timescale.convert(startPts(slot, timescale), Timescale.NANOS),
          (flags[slot] & (GAP | LOST)) != 0,
          durationNs(slot, timescale),
          starts90k[slot]);
    }
  }
}
