package dev.sluice.hub;

import dev.sluice.media.SourceClock;
import dev.sluice.media.StreamName;
import dev.sluice.media.VirtualHosts;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All streams of a node, by name. The way in for endpoints: {@link #publish} and {@link #watch}.
 * Any thread, except where a method says otherwise.
 */
public final class Hub {
  /** A stream that is kept is opened anew so long after it has ended: 1 s. */
  static final long KEEP_AGAIN_NS = 1_000_000_000;

  private final Function<StreamName, StreamPolicy> policies;
  private final Admission admission;
  private final MemoryBudget memory;
  private final UtcClock utc;
  private final ByteBufAllocator allocator;
  private final HubListener listener;
  private final int maxStreams;
  private final SourceJobs jobs;
  private final Tap.Opener taps;
  private final ConcurrentMap<StreamName, Loop> kept = new ConcurrentHashMap<>();
  private final ConcurrentMap<StreamName, LiveStream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger places = new AtomicInteger(); // that streams have taken

  /** Those that have ended and hold blocks which some viewer may still have to take. */
  private final Set<LiveStream> ended = ConcurrentHashMap.newKeySet();

  private volatile boolean closing;
  private volatile VirtualHosts virtualHosts = VirtualHosts.NONE;

  /** A hub without streams, whose sources are publishers only. */
  public Hub(
      Function<StreamName, StreamPolicy> policies,
      Admission admission,
      MemoryBudget memory,
      UtcClock utc,
      ByteBufAllocator allocator,
      HubListener listener,
      int maxStreams) {
    this(
        policies,
        admission,
        memory,
        utc,
        allocator,
        listener,
        maxStreams,
        SourceJobs.NONE,
        Tap.Opener.NONE);
  }

  /**
   * A hub without streams.
   *
   * @param policies what is configured for a name
   * @param maxStreams streams at a time
   * @param jobs starts the sources that the server fetches or makes itself
   * @param taps what takes all units of a stream
   */
  public Hub(
      Function<StreamName, StreamPolicy> policies,
      Admission admission,
      MemoryBudget memory,
      UtcClock utc,
      ByteBufAllocator allocator,
      HubListener listener,
      int maxStreams,
      SourceJobs jobs,
      Tap.Opener taps) {
    this.policies = policies;
    this.admission = admission;
    this.memory = memory;
    this.utc = utc;
    this.allocator = allocator;
    this.listener = listener;
    this.maxStreams = maxStreams;
    this.jobs = jobs;
    this.taps = taps;
  }

  /** Says which virtual hosts there are; before anybody comes. They may change as time goes on. */
  public void serve(VirtualHosts hosts) {
    virtualHosts = hosts;
  }

  /** Which virtual hosts there are. */
  public VirtualHosts virtualHosts() {
    return virtualHosts;
  }

  /**
   * Asks for {@code name} as a source; access may send it to another stream. The answer comes to
   * {@code handler}, on {@code loop}.
   *
   * @param clock how the source counts time
   * @param loop the loop of the source's connection, which is the caller's
   */
  public void publish(
      StreamName name, Client client, SourceClock clock, Loop loop, SourceHandler handler) {
    var visit = new Publishing(name, client, loop);
    admission.admit(
        visit,
        refusal -> {
          if (refusal != null) {
            listener.sourceRefused(name, client, refusal);
            handler.ended(refusal);
            return;
          }
          StreamName sent = visit.name();
          onStream(
              sent,
              loop,
              stream -> {
                SourceLink link = stream.link(client, clock, loop, handler);
                link.whenClosed(visit::close);
                stream.publish(link);
                visit.at(link);
              },
              reason -> {
                visit.close();
                listener.sourceRefused(sent, client, reason);
                handler.ended(reason);
              });
        });
  }

  /**
   * Asks for {@code name} as a viewer; access may send it to another stream. The answer comes to
   * {@code sink}, on {@code loop}.
   *
   * @param loop the loop of the viewer's connection, which is the caller's
   * @return the viewer, at once, so that it can be told that its connection has gone
   */
  public Viewer watch(StreamName name, Client client, Form form, Loop loop, ViewerSink sink) {
    return watch(name, client, form, loop, sink, null);
  }

  /**
   * As {@link #watch(StreamName, Client, Form, Loop, ViewerSink)}, for somebody who has watched
   * another stream.
   *
   * @param cut where that was: he begins behind it; null when there is nothing to go on from
   */
  public Viewer watch(
      StreamName name, Client client, Form form, Loop loop, ViewerSink sink, @Nullable Cut cut) {
    var viewer = new Viewer(name, client, form, loop, sink, policies, cut);
    admission.admit(
        viewer,
        refusal -> {
          if (refusal != null) {
            refuse(viewer, refusal);
            return;
          }
          onStream(
              viewer.name(),
              loop,
              stream -> stream.admit(viewer, form),
              reason -> refuse(viewer, reason));
        });
    return viewer;
  }

  private void refuse(Viewer viewer, Reason reason) {
    listener.viewerRefused(viewer.name(), viewer.client(), reason);
    boolean moved = reason == Reason.MOVED;
    viewer.end(reason, moved ? admission.elsewhere(viewer.name(), viewer.client()) : "");
  }

  /** A stream that takes a place; null when all are taken, by whichever loop. */
  private @Nullable LiveStream opened(StreamName name, Loop loop) {
    if (places.incrementAndGet() > maxStreams) {
      places.decrementAndGet();
      return null;
    }
    listener.streamOpened(name);
    return new LiveStream(name, loop, policies.apply(name), this);
  }

  /** Runs {@code task} on the loop of the stream, which is created when it is not there. */
  private void onStream(
      StreamName name, Loop loop, Consumer<LiveStream> task, Consumer<Reason> refused) {
    if (closing) {
      refused.accept(Reason.SHUTTING_DOWN);
      return;
    }
    LiveStream stream = streams.get(name);
    if (stream == null) {
      stream = streams.computeIfAbsent(name, fresh -> opened(fresh, loop));
    }
    if (stream == null) {
      refused.accept(Reason.STREAM_LIMIT);
      return;
    }
    LiveStream found = stream;
    found
        .loop()
        .run(() -> {
          if (found.closed()) {
            // it ended while the task was on its way: the next look-up makes a new one
            loop.execute(() -> onStream(name, loop, task, refused));
          } else {
            found.start();
            task.accept(found);
          }
        });
  }

  /**
   * Has {@code name} be there from now on, without anybody who asks for it, and again after it has
   * ended: for streams whose sources need nobody.
   *
   * @param loop where it is to live
   */
  public void keep(StreamName name, Loop loop) {
    kept.put(name, loop);
    onStream(name, loop, _ -> {}, reason -> listener.notKept(name, reason));
  }

  /**
   * No longer has {@code name} be there without anybody who asks for it; what is there of it ends
   * as any stream does.
   */
  public void unkeep(StreamName name) {
    kept.remove(name);
  }

  /** What is configured for {@code name} by now. */
  StreamPolicy policy(StreamName name) {
    return policies.apply(name);
  }

  /**
   * Has each stream take over what is configured for it by now. Those for which that is what it was
   * are not touched.
   *
   * @return the names of the others
   */
  public List<StreamName> reconfigure() {
    List<StreamName> changed = new ArrayList<>();
    for (LiveStream stream : streams()) {
      StreamPolicy now = policies.apply(stream.name());
      if (!now.equals(stream.policy())) {
        changed.add(stream.name());
        stream
            .loop()
            .execute(() -> {
              stream.adopt(policies.apply(stream.name())); // which may have changed once more
              stream.closeIfIdle();
            });
      }
    }
    return changed;
  }

  /** The streams there are; each is to be asked on its own loop. */
  public Collection<LiveStream> streams() {
    return List.copyOf(streams.values());
  }

  /** The stream of this name; null when there is none. */
  public @Nullable LiveStream stream(StreamName name) {
    return streams.get(name);
  }

  /** Ends all streams, and refuses new ones from now on. */
  public void close() {
    closing = true;
    for (LiveStream stream : streams()) {
      stream.loop().run(() -> stream.close(Reason.SHUTTING_DOWN));
    }
  }

  /**
   * Frees what streams that have ended hold and their viewers have taken by now, as happens by
   * itself every second or so: for who is about to stop the loops.
   *
   * @return whether nothing is left; else this is to be called again
   */
  public boolean sweep() {
    for (LiveStream stream : ended) {
      stream.loop().run(stream::sweepOnce);
    }
    return ended.isEmpty();
  }

  /** Ends the stream {@code name}; false when there is none. */
  public boolean end(StreamName name, Reason reason) {
    LiveStream stream = streams.get(name);
    if (stream == null) {
      return false;
    }
    stream.loop().run(() -> stream.close(reason));
    return true;
  }

  /** The budget that all streams share. */
  public MemoryBudget memory() {
    return memory;
  }

  void forget(LiveStream stream) {
    ended.add(stream);
    if (streams.remove(stream.name(), stream)) {
      places.decrementAndGet();
    }
    Loop loop = kept.get(stream.name());
    if (loop != null && !closing) {
      loop.schedule(() -> keepAgain(stream.name(), loop), KEEP_AGAIN_NS);
    }
  }

  /** It has ended, and nothing of it is left. */
  void swept(LiveStream stream) {
    ended.remove(stream);
  }

  private void keepAgain(StreamName name, Loop loop) {
    if (!closing && kept.containsKey(name)) {
      keep(name, loop);
    }
  }

  SourceJobs jobs() {
    return jobs;
  }

  Tap.Opener taps() {
    return taps;
  }

  UtcClock utc() {
    return utc;
  }

  ByteBufAllocator allocator() {
    return allocator;
  }

  /** Whoever hears of what happens, endpoints tell it of their connections. */
  public HubListener listener() {
    return listener;
  }
}
