package dev.sluice.hub;

import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchEffect;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.TimeHint;
import dev.sluice.media.TimeReference;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.media.TrackEpoch;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A hub on virtual time with everything around it, and short ways to say what happens. */
final class HubFixture {
  static final StreamName NAME = StreamName.parse("live/a");
  static final long MS = 1_000_000;
  static final long EPOCH_NS = 1_800_000_000_000L * MS;
  static final Track VIDEO =
      new Track(0, Track.Kind.VIDEO, Codec.H264, "h264", Timescale.VIDEO, Bytes.of((byte) 1));
  static final Track AUDIO =
      new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.of((byte) 2));

  final SimLoops sim = new SimLoops(2);
  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final MemoryBudget memory;
  final List<String> events = new ArrayList<>();
  final List<ByteBuf> payloads = new ArrayList<>();
  final List<Visit> visits = new ArrayList<>();
  Consumer<Visit> whenVisited = visit -> {};
  final Map<Integer, Publishing> jobs = new HashMap<>();
  final Map<Integer, SourceJobs.Port> ports = new HashMap<>();
  final Hub hub;
  private StreamPolicy policy;
  private int clients;
  @Nullable Reason refusesPlay;

  HubFixture(UnaryOperator<PolicyBuilder> choose) {
    this(choose, 1 << 30);
  }

  HubFixture(UnaryOperator<PolicyBuilder> choose, long memoryBytes) {
    policy = choose.apply(new PolicyBuilder()).build();
    memory = new MemoryBudget(memoryBytes);
    hub =
        new Hub(
            name -> policy,
            admission(),
            memory,
            utc(),
            allocator,
            listener(),
            2,
            this::startJob,
            Tap.Opener.NONE);
  }

  private UtcClock utc() {
    long startNs = sim.nowNs();
    return nowNs -> EPOCH_NS + nowNs - startNs;
  }

  /** Has something else be configured from now on. */
  List<StreamName> configure(UnaryOperator<PolicyBuilder> choose) {
    policy = choose.apply(new PolicyBuilder()).build();
    List<StreamName> changed = hub.reconfigure();
    sim.runFor(0);
    return changed;
  }

  private SourceJobs.Job startJob(
      StreamName name, int seat, SourceSpec source, Loop loop, SourceJobs.Port port) {
    events.add("start " + seat);
    var publishing = new Publishing(loop);
    jobs.put(seat, publishing);
    ports.put(seat, port);
    return () -> {
      events.add("stop " + seat);
      jobs.remove(seat);
      ports.remove(seat);
    };
  }

  /** Has the job of {@code seat}, which must run, bring its source. */
  Publishing bring(int seat) {
    Publishing job = jobs.get(seat);
    SourceJobs.Port port = ports.get(seat);
    if (job == null || port == null) {
      throw new IllegalStateException("no job for " + seat + ": " + events);
    }
    sim.on(job.loop, () -> port.publish(client(null), SourceClock.RTMP, job));
    return job;
  }

  private Admission admission() {
    return new Admission() {
      @Override
      public void publish(
          StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
        answer.accept("wrong".equals(client.token()) ? Reason.TOKEN_WRONG : null);
      }

      @Override
      public void play(
          StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
        answer.accept(refusesPlay);
      }

      @Override
      public void admit(Visit visit, Consumer<@Nullable Reason> answer) {
        visits.add(visit);
        whenVisited.accept(visit);
        Admission.super.admit(visit, answer);
      }
    };
  }

  private HubListener listener() {
    return new HubListener() {
      @Override
      public void sourceLost(StreamName name, Client source, Reason reason, long graceNs) {
        events.add("lost " + reason.label());
      }

      @Override
      public void sourceSwitched(StreamName name, SourceSpec to, SwitchEffect.Cause cause) {
        events.add("switched " + to.id() + " " + cause);
      }

      @Override
      public void streamClosed(StreamName name, Reason reason) {
        events.add("closed " + reason.label());
      }

      @Override
      public void repaired(StreamName name, String what) {
        events.add("repaired " + what);
      }

      @Override
      public void tracksDiffer(StreamName name, String what) {
        events.add("tracks " + what);
      }

      @Override
      public void failed(StreamName name, Throwable fault) {
        events.add("failed " + fault.getMessage());
      }
    };
  }

  Client client(@Nullable String token) {
    clients++;
    return new Client("T-" + clients, "test", "127.0.0.1", 1000 + clients, token, "");
  }

  Watching watch(int loop) {
    return watch(loop, new TextForm("text"));
  }

  Watching watch(int loop, Form form) {
    return watch(loop, form, viewer -> {});
  }

  /** The viewer says {@code more} in the same breath as it asks for the stream. */
  Watching watch(int loop, Form form, Consumer<Viewer> more) {
    return watch(loop, form, more, new RecordingSink());
  }

  Watching watch(int loop, Form form, RecordingSink sink) {
    return watch(loop, form, viewer -> {}, sink);
  }

  private Watching watch(int loop, Form form, Consumer<Viewer> more, RecordingSink sink) {
    var watching = new Watching(sink);
    Loop at = sim.loop(loop);
    sim.on(
        at,
        () -> {
          Viewer asking = hub.watch(NAME, client(null), form, at, sink);
          watching.viewer = asking;
          more.accept(asking);
        });
    return watching;
  }

  LiveStream.Report report() {
    return hub.streams().iterator().next().report();
  }

  Publishing publish(int loop, @Nullable String token) {
    return publish(NAME, loop, token);
  }

  Publishing publish(StreamName name, int loop, @Nullable String token) {
    var publishing = new Publishing(sim.loop(loop));
    sim.on(
        publishing.loop,
        () -> hub.publish(name, client(token), SourceClock.RTMP, publishing.loop, publishing));
    return publishing;
  }

  /** Whether every payload that was offered has been given back. */
  boolean payloadsReleased() {
    return payloads.stream().allMatch(payload -> payload.refCnt() == 0);
  }

  static final class Watching {
    final RecordingSink sink;
    @Nullable Viewer viewer;

    Watching(RecordingSink sink) {
      this.sink = sink;
    }

    Viewer viewer() {
      Viewer there = viewer;
      if (there == null) {
        throw new IllegalStateException("not watching yet");
      }
      return there;
    }

    String text() {
      return sink.text.toString();
    }
  }

  final class Publishing implements SourceHandler {
    final Loop loop;
    @Nullable Publication publication;
    @Nullable Reason ended;
    boolean reading = true;
    Track video = VIDEO;
    Track audio = AUDIO;

    Publishing(Loop loop) {
      this.loop = loop;
    }

    @Override
    public void accepted(Publication taken) {
      publication = taken;
    }

    @Override
    public void ended(Reason reason) {
      ended = reason;
    }

    @Override
    public void reading(boolean wanted) {
      reading = wanted;
    }

    private Publication publication() {
      Publication taken = publication;
      if (taken == null) {
        throw new IllegalStateException("not accepted: " + ended);
      }
      return taken;
    }

    Publishing announce() {
      return announce(video, audio);
    }

    Publishing announce(Track... tracks) {
      sim.on(
          loop,
          () -> {
            for (Track track : tracks) {
              publication().announce(track);
            }
            publication().flush();
          });
      return this;
    }

    Publishing key(long ms) {
      return unit(video, ms, true, 10);
    }

    Publishing frame(long ms) {
      return unit(video, ms, false, 10);
    }

    Publishing audio(long ms) {
      return unit(audio, ms, true, 5);
    }

    Publishing unit(Track track, long ms, boolean randomAccess, int bytes) {
      ByteBuf payload = allocator.heapBuffer(bytes).writeZero(bytes);
      payloads.add(payload);
      sim.on(
          loop,
          () -> {
            publication().offer(new SourceUnit(track, ms, 0, randomAccess, payload));
            publication().flush();
          });
      return this;
    }

    /** Says that a track has a clock of its own. */
    Publishing clock(Track track, SourceClock clock) {
      sim.on(loop, () -> publication().clock(track.id(), clock));
      return this;
    }

    /** Says that {@code ticks} of a track's clock are {@code utcMs} after our epoch. */
    Publishing hint(Track track, long ticks, long utcMs) {
      sim.on(
          loop,
          () -> {
            publication().hint(new TimeHint(track.id(), ticks, EPOCH_NS + utcMs * MS));
            publication().flush();
          });
      return this;
    }

    Publishing describe(Bytes metadata) {
      sim.on(
          loop,
          () -> {
            publication().metadata(metadata);
            publication().flush();
          });
      return this;
    }

    Publishing describe(int metadata) {
      sim.on(
          loop,
          () -> {
            publication().metadata(Bytes.of((byte) metadata));
            publication().flush();
          });
      return this;
    }

    void end() {
      sim.on(loop, () -> publication().end(Reason.PEER_LEFT));
    }
  }

  /** A policy with round figures; tests change what they are about. */
  static final class PolicyBuilder {
    long latencyNs = 0;
    boolean gopCache = true;
    int gopCacheMaxBytes = 1 << 20;
    long gopCacheMaxNs = 20_000 * MS;
    StreamPolicy.Join join = StreamPolicy.Join.GOP;
    boolean waits = true;
    long waitTimeoutNs = 0;
    long graceNs = 10_000 * MS;
    SwitchRules.Takeover takeover = SwitchRules.Takeover.SAME_TOKEN;
    @Nullable SourcePlan sources;
    long backlogMaxBytes = 100;
    long stalledMaxNs = 30_000 * MS;
    int maxViewers = 1000;
    long maxBitrateBps = 0;
    TimeReference time = TimeReference.AUTO;
    TrackEpoch.Rule tracks = TrackEpoch.Rule.FIXED;
    boolean absoluteTime;

    StreamPolicy build() {
      return new StreamPolicy(
          latencyNs,
          gopCache,
          gopCacheMaxBytes,
          gopCacheMaxNs,
          join,
          waits,
          waitTimeoutNs,
          sources == null ? SourcePlan.onePublisher(takeover, 2_000 * MS, graceNs) : sources,
          3_000 * MS,
          backlogMaxBytes,
          5_000 * MS,
          stalledMaxNs,
          maxViewers,
          maxBitrateBps,
          time,
          tracks,
          absoluteTime,
          true);
    }
  }
}
