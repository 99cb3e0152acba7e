package dev.sluice.event;

import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a node: numbered, kept for a while, and handed on. To {@link #tell} one never
 * blocks and takes no lock; any thread may.
 */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  /** Events that wait to be numbered; those beyond are lost, which is told. */
  public static final int MAX_QUEUED = 20_000;

  /** Events that are kept for readers; the oldest go. */
  public static final int MAX_KEPT = 8_192;

  /**
   * Refusals in one second, which strangers can provoke; those beyond are left out, so that they
   * push nothing else out.
   */
  public static final int MAX_REFUSALS = 100;

  /** Events after which readers are told that there is something, however many follow. */
  private static final int BATCH = 256;

  private static final int COUNT_BITS = 16;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
  private static final long MS_PER_S = 1_000;

  private final long incarnation;
  private final LongSupplier utcMs;
  private final Executor threads;
  private final Queue<Told> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicInteger wanted = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong refusalsLeft = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong(); // the second, and how many in it
  private final Map<EventKind, LongAdder> told = new EnumMap<>(EventKind.class);
  private final LongAdder allLost = new LongAdder();
  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> readers = new CopyOnWriteArrayList<>();
  private final AtomicReferenceArray<@Nullable Event> ring = new AtomicReferenceArray<>(MAX_KEPT);
  private final AtomicReferenceArray<@Nullable Text> texts = new AtomicReferenceArray<>(MAX_KEPT);
  private volatile long last; // written by one thread at a time

  /** JSON of an event that somebody has read. */
  private record Text(long number, String json) {}

  /** What has no number yet. */
  private record Told(
      EventKind kind,
      long utcMs,
      @Nullable StreamName stream,
      @Nullable Client client,
      String user,
      Map<String, Object> figures) {}

  /**
   * None yet.
   *
   * @param utcMs the clock: UTC in milliseconds; what it says now is the incarnation
   * @param threads runs what numbers events and hands them on; not a loop's
   */
  public Events(LongSupplier utcMs, Executor threads) {
    this.utcMs = utcMs;
    this.threads = threads;
    this.incarnation = utcMs.getAsLong();
    for (EventKind kind : EventKind.values()) {
      told.put(kind, new LongAdder());
    }
  }

  /**
   * Something has happened. Any thread; never blocks.
   *
   * @param client whom it is about; null for nobody
   * @param user whom access knows it as; empty when it does not
   * @param figures as {@link Event#figures}
   */
  public void tell(
      EventKind kind,
      @Nullable StreamName stream,
      @Nullable Client client,
      String user,
      Map<String, Object> figures) {
    long now = utcMs.getAsLong();
    boolean refusal = kind == EventKind.REFUSED || kind == EventKind.CONNECTION_REFUSED;
    if (refusal && isFlood(now)) {
      refusalsLeft.incrementAndGet();
      return;
    }
    if (queued.incrementAndGet() > MAX_QUEUED) {
      queued.decrementAndGet();
      lost.incrementAndGet();
    } else {
      queue.add(new Told(kind, now, stream, client, user, figures));
    }
    if (wanted.getAndIncrement() == 0) {
      threads.execute(this::drain);
    }
  }

  /** Whether there have been enough of them in this second. */
  private boolean isFlood(long nowMs) {
    long second = nowMs / MS_PER_S;
    long state =
        refusals.updateAndGet(old -> {
          if (old >>> COUNT_BITS != second) {
            return second << COUNT_BITS | 1;
          }
          return (old & COUNT_MASK) == COUNT_MASK ? old : old + 1;
        });
    return (state & COUNT_MASK) > MAX_REFUSALS;
  }

  /** Whether some were left out in this very second, so that more may be. */
  private boolean floods(long nowMs) {
    long state = refusals.get();
    return state >>> COUNT_BITS == nowMs / MS_PER_S && (state & COUNT_MASK) > MAX_REFUSALS;
  }

  private void drain() {
    int done = wanted.get();
    do {
      for (boolean more = true; more; ) {
        more = drainBatch();
        readers.forEach(Runnable::run);
      }
      done = wanted.addAndGet(-done);
    } while (done != 0);
  }

  private boolean drainBatch() {
    long nowMs = utcMs.getAsLong();
    if (!floods(nowMs)) {
      tellLost(refusalsLeft.getAndSet(0), "refusals", nowMs);
    }
    for (int i = 0; i < BATCH; i++) {
      Told next = queue.poll();
      if (next == null) {
        tellLost(lost.getAndSet(0), "queue", nowMs);
        return false;
      }
      queued.decrementAndGet();
      number(next);
    }
    return true;
  }

  private void tellLost(long count, String where, long nowMs) {
    if (count > 0) {
      allLost.add(count);
      Map<String, Object> figures = Map.of("where", where, "count", count);
      number(new Told(EventKind.EVENTS_LOST, nowMs, null, null, "", figures));
    }
  }

  private void number(Told next) {
    long number = last + 1;
    Client client = next.client;
    var event =
        new Event(
            new EventId(incarnation, number),
            next.utcMs,
            next.kind,
            next.stream,
            client == null ? null : Party.of(client, next.user),
            next.figures);
    ring.set(slot(number), event);
    last = number;
    count(next.kind);
    for (EventListener listener : listeners) {
      try {
        listener.happened(event, client);
      } catch (RuntimeException fault) {
        LOG.error("an event could not be handed on: {}", event.kind().label(), fault);
      }
    }
  }

  private void count(EventKind kind) {
    LongAdder adder = told.get(kind);
    if (adder != null) {
      adder.increment();
    }
  }

  private static int slot(long number) {
    return (int) (number % MAX_KEPT);
  }

  /** Has {@code listener} hear of all that is told from now on. */
  public void listen(EventListener listener) {
    listeners.add(listener);
  }

  /** Has {@code reader} run whenever there is something new, by one thread at a time. */
  public void wake(Runnable reader) {
    readers.add(reader);
  }

  /** Ends that. */
  public void forget(Runnable reader) {
    readers.remove(reader);
  }

  /** Reads from now on. */
  public EventReader reader(EventFilter filter) {
    return new EventReader(this, filter, last, 0);
  }

  /** Reads on behind the event {@code after}, as far as what follows it is kept. */
  public EventReader reader(EventFilter filter, EventId after) {
    long newest = last;
    return after.incarnation() == incarnation && after.number() <= newest
        ? new EventReader(this, filter, after.number(), 0)
        : new EventReader(this, filter, Math.max(0, newest - MAX_KEPT), EventReader.UNKNOWN);
  }

  /** The event of this number; null when it is not kept any more, or not there yet. */
  @Nullable Event at(long number) {
    Event event = ring.get(slot(number));
    return event != null && event.id().number() == number ? event : null;
  }

  /** As {@link Event#json}, made once for all who read it while it is kept. */
  public String json(Event event) {
    long number = event.id().number();
    Text known = texts.get(slot(number));
    if (known != null && known.number == number) {
      return known.json;
    }
    var text = new Text(number, event.json());
    texts.set(slot(number), text);
    return text.json;
  }

  /** Number of the last event; 0 when there is none. */
  long last() {
    return last;
  }

  /** How many there have been of a kind. Any thread. */
  public long told(EventKind kind) {
    LongAdder adder = told.get(kind);
    return adder == null ? 0 : adder.sum();
  }

  /** How many were lost, those included that are not told of yet. Any thread. */
  public long lost() {
    return allLost.sum() + lost.get() + refusalsLeft.get();
  }

  /** How many wait to be numbered. Any thread. */
  public int queued() {
    return queued.get();
  }
}
