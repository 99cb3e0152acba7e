package dev.sluice.mux.mpegts;

import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A file that is a transport stream: its first program, with random access by bisection. Time is
 * taken to grow from its beginning to its end; for {@link #seek} and the duration it must be
 * shorter than 26 hours.
 *
 * <p>{@link #close} gives back what was read and not handed on.
 */
public final class TsFile implements MediaFile, AutoCloseable {
  /** Bytes at the beginning within which the tracks must show themselves. */
  static final long PROBE_BYTES = 8 << 20;

  /** Bytes at the end within which the last time stamps are looked for. */
  static final long TAIL_BYTES = 64 << 20;

  private static final SourceClock CLOCK = new SourceClock(Timescale.VIDEO, 63);
  private static final int READ_BYTES = 128 << 10;
  private static final long STEP_BYTES = 512 << 10;

  private final ByteSource source;
  private final ByteBuf buffer;
  private final TsDemuxer demuxer;
  private final TsOrder order = new TsOrder();
  private final Map<Integer, Track> announced = new HashMap<>();
  private Sink sink = TsFile::drop;

  // found when it was opened
  private final TsFileTimes times;
  private final List<Track> tracks;
  private final long durationNs;

  // reading on
  private long position;
  private boolean ended;
  private long reference;
  private long notBefore;

  /** Where units of the demuxer go: into the order of the file, or to whoever looks around. */
  interface Sink {
    /** Takes over the payload's reference; times are as they came. */
    void unit(SourceUnit unit);
  }

  /**
   * Looks at the beginning and the end of the file.
   *
   * @param source stays the caller's, open as long as this is used
   * @throws MalformedException when nothing with a time stamp is found at its beginning
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  public TsFile(ByteSource source, ByteBufAllocator allocator) {
    this.source = source;
    this.buffer = allocator.buffer(READ_BYTES, READ_BYTES);
    this.demuxer = new TsDemuxer(new Output(), allocator);
    try {
      var beginning = new TsFileTimes.Beginning(demuxer);
      long probed = Math.min(PROBE_BYTES, source.sizeBytes());
      scan(0, probed, beginning, beginning::isComplete);
      times = beginning.times();
      tracks = beginning.tracks();
      tracks.forEach(order::await);
      durationNs = measure();
      goTo(0, times.base(), Long.MIN_VALUE);
    } catch (RuntimeException fault) {
      close();
      throw fault;
    }
  }

  @Override
  public SourceClock clock() {
    return CLOCK;
  }

  @Override
  public List<Track> tracks() {
    return tracks;
  }

  @Override
  public long durationNs() {
    return durationNs;
  }

  @Override
  public boolean next(SourceOutput output) {
    boolean given = false;
    while (true) {
      for (SourceUnit unit; (unit = order.poll(ended)) != null; given = true) {
        Track track = unit.track();
        if (!track.equals(announced.put(track.id(), track))) {
          output.track(track);
        }
        output.unit(unit);
      }
      if (given || ended) {
        return given;
      }
      buffer.clear();
      int read = source.read(position, READ_BYTES, buffer);
      position += read;
      demuxer.feed(buffer);
      if (read < READ_BYTES) {
        ended = true;
        demuxer.end();
      }
    }
  }

  @Override
  public long seek(long atNs) {
    long target = times.firstPts() + Timescale.NANOS.convert(Math.max(0, atNs), Timescale.VIDEO);
    long near = bisect(target);
    TsFileTimes.LastAccess found = times.lastAccess(target);
    long from = near;
    scan(from, source.sizeBytes(), found, found::isPast);
    for (long step = STEP_BYTES; !found.isFound() && from > 0; step *= 2) {
      from = Math.max(0, near - step);
      found = times.lastAccess(target);
      scan(from, source.sizeBytes(), found, found::isPast);
    }
    if (!found.isFound()) { // none is before: the first one
      found = times.lastAccess(Long.MAX_VALUE);
      TsFileTimes.LastAccess first = found;
      scan(0, source.sizeBytes(), first, first::isFound);
    }
    if (!found.isFound()) {
      goTo(0, times.base(), Long.MIN_VALUE);
      return 0;
    }
    goTo(from, found.dts(), found.dts());
    return Timescale.VIDEO.convert(found.pts() - times.firstPts(), Timescale.NANOS);
  }

  /** Gives back memory; nothing can be read any more. */
  @Override
  public void close() {
    order.clear();
    demuxer.close();
    buffer.release();
  }

  /** A place from which on the first picture is not after {@code target}, near to where it is. */
  private long bisect(long target) {
    long low = 0;
    long high = source.sizeBytes();
    while (high - low > STEP_BYTES) {
      long middle = low + (high - low) / 2;
      TsFileTimes.First first = times.first();
      scan(middle, high, first, first::isFound);
      if (first.isFound() && first.pts() <= target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long measure() {
    long size = source.sizeBytes();
    for (long bytes = STEP_BYTES; ; bytes *= 2) {
      long from = Math.max(0, size - bytes);
      TsFileTimes.End end = times.end();
      scan(from, size, end, () -> false);
      if (end.isFound() || from == 0 || bytes >= TAIL_BYTES) {
        return end.isFound()
            ? Timescale.VIDEO.convert(end.at90k() - times.firstPts(), Timescale.NANOS)
            : -1;
      }
    }
  }

  private void goTo(long at, long near90k, long from90k) {
    order.clear();
    demuxer.restart(at);
    position = at;
    ended = false;
    reference = near90k;
    notBefore = from90k;
    sink = this::take;
  }

  private void take(SourceUnit unit) {
    long dts = reference + TsClock.difference(reference, unit.dts());
    if (dts < notBefore) {
      unit.payload().release();
      return;
    }
    reference = dts;
    order.add(
        new SourceUnit(
            unit.track(),
            dts,
            unit.compositionOffset(),
            unit.offsetNs(),
            unit.randomAccess(),
            unit.payload()));
  }

  /** Reads from {@code from} to {@code end}, or until {@code done}. */
  private void scan(long from, long end, Sink into, BooleanSupplier done) {
    order.clear();
    demuxer.restart(from);
    sink = into;
    long at = from;
    while (at < end && !done.getAsBoolean()) {
      buffer.clear();
      int read = source.read(at, (int) Math.min(READ_BYTES, end - at), buffer);
      if (read == 0) {
        break;
      }
      at += read;
      demuxer.feed(buffer);
    }
    if (at >= source.sizeBytes()) {
      demuxer.end();
    }
    sink = TsFile::drop;
  }

  private static void drop(SourceUnit unit) {
    unit.payload().release();
  }

  private final class Output implements SourceOutput {
    @Override
    public void track(Track track) {} // units bring it

    @Override
    public void unit(SourceUnit unit) {
      sink.unit(unit);
    }

    @Override
    public void metadata(Bytes message) {}
  }
}
