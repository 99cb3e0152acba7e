package dev.sluice.hub;

import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.TimeHint;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The two ends of a source's way into its stream: offers come on the source's loop, {@link Batch}es
 * arrive on the stream's. Keeps count of what is under way; when that is more than {@link
 * #MAX_UNDER_WAY_BYTES} or older than {@link #MAX_UNDER_WAY_NS}, or when the source runs ahead of
 * the clock, the source's socket is not read.
 *
 * <p>Between two reads a source rests for {@link StreamPolicy#restNs}: a loop that wakes up for
 * every frame finds its caches cold each time, which costs more than the frame.
 */
final class SourceLink implements Publication {
  /** Bytes on their way to the stream's loop past which the source is not read. */
  static final long MAX_UNDER_WAY_BYTES = 4L << 20;

  /** Age of a batch on arrival past which the source is not read until a younger one arrives. */
  static final long MAX_UNDER_WAY_NS = 1_000_000_000;

  /**
   * What one socket read brought.
   *
   * @param announced tracks whose configuration came
   * @param metadata new metadata; empty when none came
   * @param times what the source says of its clocks
   * @param units in order of arrival; owned
   * @param bytes payload of the units
   * @param heldBytes memory that all of it takes
   * @param sentNs when it was handed over
   */
  record Batch(
      List<Track> announced,
      Bytes metadata,
      List<TimeNote> times,
      List<SourceUnit> units,
      int bytes,
      int heldBytes,
      long sentNs) {}

  private final LiveStream stream;
  private final Client client;
  private final SourceClock clock;
  private final Loop loop;
  private final SourceHandler handler;
  private final MemoryBudget memory;
  private final AtomicLong underWayBytes = new AtomicLong();

  // source's loop
  private List<Track> announced = new ArrayList<>();
  private List<SourceUnit> units = new ArrayList<>();
  private Bytes metadata = Bytes.EMPTY;
  private List<TimeNote> times = List.of();
  private int bytes;
  private int heldBytes;
  private long bytesIn;
  private Runnable whenClosed = () -> {};
  private boolean ended;
  private boolean behind;
  private boolean ahead;
  private long aheadUntilNs;
  private boolean resting;
  private boolean reading = true;

  SourceLink(
      LiveStream stream,
      Client client,
      SourceClock clock,
      Loop loop,
      SourceHandler handler,
      MemoryBudget memory) {
    this.stream = stream;
    this.client = client;
    this.clock = clock;
    this.loop = loop;
    this.handler = handler;
    this.memory = memory;
  }

  Client client() {
    return client;
  }

  SourceClock clock() {
    return clock;
  }

  /** Has {@code task} be run, on the source's loop, when this is closed. Before it is used. */
  void whenClosed(Runnable task) {
    whenClosed = task;
  }

  /** Payload that has come so far. Source's loop. */
  long bytesIn() {
    return bytesIn + bytes;
  }

  /** Has the stream end this source, as it would any other. Any thread. */
  void drop(Reason reason) {
    stream.loop().run(() -> stream.dropSource(this, reason));
  }

  /** Tells the source that it was taken in. Any thread. */
  void accept() {
    loop.run(() -> {
      if (!ended) {
        handler.accepted(this);
      }
    });
  }

  @Override
  public void announce(Track track) {
    announced.add(track);
    heldBytes += track.configuration().size() + MemoryBudget.UNIT_BYTES;
  }

  @Override
  public void offer(SourceUnit unit) {
    if (ended) {
      unit.payload().release();
      return;
    }
    units.add(unit);
    bytes += unit.payload().readableBytes();
    heldBytes += unit.payload().readableBytes() + MemoryBudget.UNIT_BYTES;
  }

  @Override
  public void metadata(Bytes said) {
    metadata = said;
  }

  @Override
  public void clock(int trackId, SourceClock its) {
    note(new TimeNote.OwnClock(trackId, its));
  }

  @Override
  public void hint(TimeHint hint) {
    note(new TimeNote.Utc(hint));
  }

  private void note(TimeNote note) {
    if (times.isEmpty()) {
      times = new ArrayList<>();
    }
    times.add(note);
    heldBytes += MemoryBudget.UNIT_BYTES;
  }

  @Override
  public void flush() {
    boolean nothing = units.isEmpty() && announced.isEmpty() && times.isEmpty();
    if (nothing && metadata.size() == 0) {
      return;
    }
    var batch = new Batch(announced, metadata, times, units, bytes, heldBytes, loop.nowNs());
    announced = new ArrayList<>();
    units = new ArrayList<>();
    metadata = Bytes.EMPTY;
    times = List.of();
    bytesIn += bytes;
    bytes = 0;
    heldBytes = 0;
    rest();
    if (stream.loop().inLoop()) {
      stream.receive(this, batch);
      return;
    }
    memory.add(MemoryBudget.Account.HANDOVERS, batch.heldBytes());
    if (underWayBytes.addAndGet(batch.heldBytes()) > MAX_UNDER_WAY_BYTES) {
      behind = true;
      updateReading();
    }
    stream.loop().execute(() -> arrive(batch));
  }

  /** Stream's loop. */
  private void arrive(Batch batch) {
    memory.add(MemoryBudget.Account.HANDOVERS, -batch.heldBytes());
    long left = underWayBytes.addAndGet(-batch.heldBytes());
    boolean late = stream.loop().nowNs() - batch.sentNs() > MAX_UNDER_WAY_NS;
    stream.receive(this, batch);
    loop.execute(() -> {
      boolean wasBehind = behind;
      behind = left > MAX_UNDER_WAY_BYTES || (late && left > 0);
      if (behind != wasBehind) {
        updateReading();
      }
    });
  }

  /**
   * The source is {@code aheadNs} further than it may be: it is not read for that long. What is
   * said of a later unit of the same batch counts, too.
   */
  void pauseFor(long aheadNs) {
    loop.run(() -> {
      if (ended) {
        return;
      }
      long untilNs = loop.nowNs() + aheadNs;
      if (!ahead) {
        ahead = true;
        aheadUntilNs = untilNs;
        updateReading();
        loop.schedule(this::goOn, aheadNs);
      } else if (untilNs - aheadUntilNs > 0) {
        aheadUntilNs = untilNs;
      }
    });
  }

  private void goOn() {
    long restNs = aheadUntilNs - loop.nowNs();
    if (restNs > 0 && !ended) {
      loop.schedule(this::goOn, restNs);
    } else {
      ahead = false;
      updateReading();
    }
  }

  private void rest() {
    long restNs = stream.policy().restNs();
    if (restNs == 0 || resting) {
      return;
    }
    resting = true;
    updateReading();
    loop.schedule(
        () -> {
          resting = false;
          updateReading();
        },
        restNs);
  }

  private void updateReading() {
    boolean wanted = !behind && !ahead && !resting;
    if (!ended && wanted != reading) {
      reading = wanted;
      handler.reading(wanted);
    }
  }

  @Override
  public void end(Reason reason) {
    if (ended) {
      return;
    }
    flush();
    close();
    stream.loop().run(() -> stream.sourceGone(this, reason));
  }

  /** The hub ends the source. Any thread. */
  void dismiss(Reason reason) {
    loop.run(() -> {
      if (!ended) {
        close();
        handler.ended(reason);
      }
    });
  }

  private void close() {
    ended = true;
    for (SourceUnit unit : units) {
      unit.payload().release();
    }
    units.clear();
    whenClosed.run();
  }
}
