package dev.sluice.hub.segments;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Tap;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.StreamName;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The segments of all streams, by name. Any thread, except where a method says otherwise. */
public final class SegmentStreams implements Tap.Opener {
  /** So long segments are kept after their stream has gone: 5 min. */
  static final long KEEP_NS = 300_000_000_000L;

  private final Function<StreamName, SegmentPolicy> policies;
  private final Ledgers ledgers;
  private final SegmentStore store;
  private final ByteBufAllocator allocator;
  private final MemoryBudget memory;
  private volatile boolean stopping;
  private final HubListener listener;
  private Function<StreamName, SegmentStream.Role> roles = _ -> SegmentStream.Role.ALONE;
  private boolean tellsWhole;
  private final ConcurrentMap<StreamName, SegmentStream> streams = new ConcurrentHashMap<>();
  private final ConcurrentMap<StreamName, List<Expecting>> expected = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param policies what is configured for a name
   */
  public SegmentStreams(
      Function<StreamName, SegmentPolicy> policies,
      Ledgers ledgers,
      ByteBufAllocator allocator,
      MemoryBudget memory,
      HubListener listener) {
    this(policies, ledgers, SegmentStore.NONE, allocator, memory, listener);
  }

  /**
   * None yet.
   *
   * @param policies what is configured for a name
   * @param store keeps what is too old for memory
   */
  public SegmentStreams(
      Function<StreamName, SegmentPolicy> policies,
      Ledgers ledgers,
      SegmentStore store,
      ByteBufAllocator allocator,
      MemoryBudget memory,
      HubListener listener) {
    this.policies = policies;
    this.ledgers = ledgers;
    this.store = store;
    this.allocator = allocator;
    this.memory = memory;
    this.listener = listener;
  }

  /**
   * Says which streams other nodes have to do with; before there are any.
   *
   * @param followed those that another node says how to cut; all others may be followed
   */
  public void link(Predicate<StreamName> followed) {
    roles = name -> followed.test(name) ? SegmentStream.Role.FOLLOWS : SegmentStream.Role.LEADS;
  }

  /** Makes all segments as transport streams, and tells of each; before there are any. */
  public void tellWhole() {
    tellsWhole = true;
  }

  /**
   * The segments of a stream that another node says how to cut, made when they are not there; null
   * when it is not such a stream.
   */
  public @Nullable SegmentStream followed(StreamName name, Loop loop) {
    SegmentPolicy policy = policies.apply(name);
    boolean followed = policy.enabled() && roles.apply(name) == SegmentStream.Role.FOLLOWS;
    if (!followed) {
      return null;
    }
    SegmentStream stream = opened(name, loop, policy);
    stream.loop().schedule(() -> forgetUnused(stream), KEEP_NS); // if nothing ever comes of it
    return stream;
  }

  private SegmentStream opened(StreamName name, Loop loop, SegmentPolicy policy) {
    SegmentStream.Role role = roles.apply(name);
    SegmentStream stream =
        streams.computeIfAbsent(
            name,
            fresh ->
                new SegmentStream(
                    fresh,
                    loop,
                    policy,
                    role,
                    ledgers,
                    store,
                    allocator,
                    memory,
                    tellsWhole ? listener : null));
    List<Expecting> expecting = expected.remove(name);
    if (expecting != null) {
      expecting.forEach(each -> each.answer(stream));
    }
    return stream;
  }

  /** The segments of a stream; null when there are none. */
  public @Nullable SegmentStream stream(StreamName name) {
    return streams.get(name);
  }

  @Override
  public Tap open(StreamName name, Loop loop) {
    SegmentPolicy policy = policies.apply(name);
    if (!policy.enabled()) {
      return Tap.NONE;
    }
    return new Opening(name, loop, policy);
  }

  private Cutting cut(StreamName name, Loop loop, SegmentPolicy policy) {
    return new Cutting(opened(name, loop, policy));
  }

  /** Somebody who asked for the segments of a stream before there were any. */
  private static final class Expecting {
    private final Loop loop;
    private final Consumer<@Nullable SegmentStream> then;
    private boolean answered; // on the loop

    Expecting(Loop loop, Consumer<@Nullable SegmentStream> then) {
      this.loop = loop;
      this.then = then;
    }

    void answer(@Nullable SegmentStream stream) {
      loop.run(() -> {
        if (!answered) {
          answered = true;
          then.accept(stream);
        }
      });
    }
  }

  /**
   * Waits for the segments of a stream.
   *
   * @param boundNs how long; 0 does not wait
   * @param then is given the stream, or null when there is none by then, on {@code loop}
   */
  public void await(
      StreamName name, Loop loop, long boundNs, Consumer<@Nullable SegmentStream> then) {
    SegmentStream there = streams.get(name);
    if (there != null || boundNs == 0) {
      then.accept(there);
      return;
    }
    var expecting = new Expecting(loop, then);
    expected.compute(
        name,
        (_, others) -> {
          List<Expecting> all = others == null ? new ArrayList<>() : new ArrayList<>(others);
          all.add(expecting);
          return List.copyOf(all);
        });
    SegmentStream since = streams.get(name);
    if (since != null) { // it came in between
      expecting.answer(since);
    }
    loop.schedule(() -> giveUp(name, expecting), boundNs);
  }

  private void giveUp(StreamName name, Expecting expecting) {
    expected.computeIfPresent(
        name,
        (_, all) -> {
          List<Expecting> left = all.stream().filter(each -> !each.equals(expecting)).toList();
          return left.isEmpty() ? null : left;
        });
    expecting.answer(null);
  }

  /**
   * The server is about to stop: what ends from now on has no end in its ledger. So it is told at
   * the next start as what it is, a segment that is lost, and slots go on being counted as by a
   * server that has seen all of it.
   */
  public void stopping() {
    stopping = true;
  }

  /** Forgets all that is in memory. */
  public void close() {
    for (SegmentStream stream : streams.values()) {
      stream
          .loop()
          .run(() -> {
            streams.remove(stream.name(), stream);
            stream.close(); // what is stored is there at the next start
          });
    }
  }

  private void forget(SegmentStream stream) {
    streams.remove(stream.name(), stream);
    stream.forget();
  }

  private void forgetUnused(SegmentStream stream) {
    if (stream.unusedFor(KEEP_NS)) {
      forget(stream);
    }
  }

  /** Waits for a source: a name that nobody ever publishes has no segments. */
  private final class Opening implements Tap {
    private final StreamName name;
    private final Loop loop;
    private final SegmentPolicy policy;
    private @Nullable Tap to;

    Opening(StreamName name, Loop loop, SegmentPolicy policy) {
      this.name = name;
      this.loop = loop;
      this.policy = policy;
    }

    @Override
    public void configure(Configuration configuration) {
      Tap tap = to;
      if (tap == null) {
        tap = cut(name, loop, policy);
        to = tap;
      }
      tap.configure(configuration);
    }

    @Override
    public void add(AccessUnit unit) {
      if (to != null) {
        to.add(unit);
      }
    }

    @Override
    public void pause() {
      if (to != null) {
        to.pause();
      }
    }

    @Override
    public void close() {
      if (to != null) {
        to.close();
      }
    }
  }

  /** Carries a stream's units to where its segments live. */
  private final class Cutting implements Tap {
    private final SegmentStream stream;

    // on the loop of the segments
    private boolean failed;

    Cutting(SegmentStream stream) {
      this.stream = stream;
      stream.loop().run(stream::opened);
    }

    @Override
    public void configure(Configuration configuration) {
      stream.loop().run(() -> guarded(() -> stream.configure(configuration)));
    }

    @Override
    public void add(AccessUnit unit) {
      if (stream.loop().inLoop()) {
        guarded(() -> stream.add(unit));
        return;
      }
      unit.payload().retain();
      stream
          .loop()
          .execute(() -> {
            try {
              guarded(() -> stream.add(unit));
            } finally {
              unit.payload().release();
            }
          });
    }

    @Override
    public void pause() {
      stream.loop().run(() -> guarded(this::ended));
    }

    @Override
    public void close() {
      stream
          .loop()
          .run(() -> {
            guarded(this::ended);
            guarded(stream::released);
            stream.loop().schedule(() -> forgetUnused(stream), KEEP_NS);
          });
    }

    private void ended() {
      if (!stopping) {
        stream.pause();
      }
    }

    /** What cannot be cut is no reason to end the stream: its segments end. */
    private void guarded(Runnable task) {
      if (failed) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException fault) {
        failed = true;
        listener.failed(stream.name(), fault);
        forget(stream);
      }
    }
  }
}
