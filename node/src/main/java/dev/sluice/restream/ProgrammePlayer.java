package dev.sluice.restream;

import dev.sluice.hub.Client;
import dev.sluice.hub.Intake;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.hub.SourceJobs;
import dev.sluice.media.SourceClock;
import dev.sluice.media.Track;
import dev.sluice.restream.ProgrammeReader.Chunk;
import dev.sluice.restream.ProgrammeReader.Step;
import dev.sluice.wire.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Plays a programme into a stream at exact pace: what is due is given, what is due soon is read
 * ahead by the reader's threads. One source for all its items. On the stream's loop.
 */
public final class ProgrammePlayer implements SourceHandler, SourceJobs.Job {
  /** How much is read ahead. */
  static final long AHEAD_NS = 1_000_000_000;

  /**
   * What is later than this is not made up for: the rest is moved, too. Up to it what is late is
   * given at once, so that a programme of a day is not behind by the sum of all that held it up.
   */
  static final long LATE_NS = 2_000_000_000;

  /** How long it waits when nothing can be read, or the hub has ended it. */
  static final long RETRY_NS = 5_000_000_000L;

  private static final SourceClock CLOCK = new SourceClock(ProgrammeReader.TICKS, 63);
  private static final long NS_PER_TICK = 1_000_000_000 / ProgrammeReader.TICKS.ticksPerSecond();

  private final Client client;
  private final UnaryOperator<Bytes> describe;
  private final Executor threads;
  private final Loop loop;
  private final SourceJobs.Port port;

  private final ProgrammeReader reader;
  private final Deque<Step> queue = new ArrayDeque<>();
  private final Map<Integer, Track> known = new LinkedHashMap<>();
  private Intake intake;
  private Loop.@Nullable Timer timer;
  private boolean stopped;
  private boolean reading = true;
  private boolean filling;
  private boolean over;
  private boolean asked;
  private int cuts;
  private @Nullable Integer wanted;
  private long startNs;
  private boolean started;
  private long givenTicks;
  private long readTicks;

  private ProgrammePlayer(
      Programme programme,
      Client client,
      UnaryOperator<Bytes> describe,
      Executor threads,
      Loop loop,
      SourceJobs.Port port) {
    this.client = client;
    this.describe = describe;
    this.threads = threads;
    this.loop = loop;
    this.port = port;
    this.reader = new ProgrammeReader(programme);
    this.intake = new Intake(describe);
  }

  /**
   * Begins to play, soon after this has returned.
   *
   * @param client as what it publishes
   * @param describe makes of a file's metadata what viewers are told
   * @param threads run what blocks
   */
  public static ProgrammePlayer start(
      Programme programme,
      Client client,
      UnaryOperator<Bytes> describe,
      Executor threads,
      Loop loop,
      SourceJobs.Port port) {
    var player = new ProgrammePlayer(programme, client, describe, threads, loop, port);
    loop.execute(player::fill);
    return player;
  }

  @Override
  public boolean cut(int index) {
    if (stopped || over) {
      return false;
    }
    wanted = index;
    cuts++;
    drop();
    fill();
    return true;
  }

  // ---- reading ahead

  /** Has more read, when there is need and nobody is at it. */
  private void fill() {
    if (stopped || filling || over) {
      return;
    }
    long nowTicks = started ? (loop.nowNs() - startNs) / NS_PER_TICK : 0;
    long untilTicks = Math.max(nowTicks, givenTicks) + 2 * AHEAD_NS / NS_PER_TICK;
    Integer cut = wanted;
    if (cut == null && readTicks >= untilTicks - AHEAD_NS / NS_PER_TICK) {
      return; // enough is there
    }
    filling = true;
    int of = cuts;
    long cutTicks = Math.max(nowTicks, givenTicks + Splice.DEFAULT_FRAME);
    wanted = null;
    threads.execute(() -> {
      Chunk chunk;
      try {
        if (cut != null) {
          reader.cut(cut, cutTicks);
        }
        chunk = reader.read(untilTicks);
      } catch (RuntimeException failed) {
        chunk = new Chunk(List.of(), false, "failed: " + failed);
      }
      Chunk done = chunk;
      long end = reader.endTicks();
      loop.execute(() -> filled(of, done, end));
    });
  }

  private void filled(int of, Chunk chunk, long endTicks) {
    filling = false;
    if (stopped) {
      chunk.release();
      threads.execute(reader::close);
      return;
    }
    if (of != cuts) {
      chunk.release();
      fill();
      return;
    }
    queue.addAll(chunk.steps());
    readTicks = endTicks;
    over = chunk.over();
    String fault = chunk.fault();
    if (fault != null) {
      port.note(fault + "; next try in " + RETRY_NS / 1_000_000 + " ms");
      filling = true;
      loop.schedule(
          () -> {
            filling = false;
            fill();
          },
          RETRY_NS);
    }
    if (!queue.isEmpty() && !asked) {
      asked = true;
      port.publish(client, CLOCK, this);
    }
    play();
  }

  // ---- playing

  /** Gives all that is due, and comes back for the rest. */
  private void play() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (stopped || !intake.open() || !reading) {
      return;
    }
    long nowNs = loop.nowNs();
    moveWhenLate(nowNs);
    for (Step step; (step = queue.peek()) != null && dueNs(step) - nowNs <= 0; ) {
      queue.remove();
      give(step);
      if (!intake.open()) {
        return; // the hub had enough
      }
    }
    intake.flush();
    fill();
    Step next = queue.peek();
    if (next != null) {
      timer = loop.schedule(this::play, dueNs(next) - loop.nowNs());
    } else if (over) {
      port.note("played to its end");
      intake.end(Reason.PEER_LEFT);
    }
  }

  /** What came too late moves the rest: a disk that was slow does not make time run faster. */
  private void moveWhenLate(long nowNs) {
    Step next = queue.peek();
    if (next == null) {
      return;
    }
    if (!started) {
      started = true;
      startNs = nowNs - ticks(next) * NS_PER_TICK;
    } else if (nowNs - dueNs(next) > LATE_NS) {
      startNs += nowNs - dueNs(next);
    }
  }

  private long ticks(Step step) {
    return switch (step) {
      case Step.Give give -> give.unit().dts();
      case Step.Begin begin -> begin.atTicks();
      case Step.Announce _, Step.Say _ -> givenTicks;
    };
  }

  private long dueNs(Step step) {
    return startNs + ticks(step) * NS_PER_TICK;
  }

  private void give(Step step) {
    switch (step) {
      case Step.Begin(String name, int index, _) -> port.note("plays " + index + ": " + name);
      case Step.Announce(var track) -> {
        known.put(track.id(), track);
        intake.track(track);
      }
      case Step.Say(Bytes metadata) -> intake.metadata(metadata);
      case Step.Give(var unit) -> {
        givenTicks = Math.max(givenTicks, unit.dts());
        intake.unit(unit);
      }
    }
  }

  private void drop() {
    new Chunk(List.copyOf(queue), false, null).release();
    queue.clear();
    readTicks = givenTicks;
  }

  // ---- the hub

  @Override
  public void accepted(Publication publication) {
    if (intake.accepted(publication)) {
      known.values().forEach(intake::track);
      play();
    }
  }

  @Override
  public void ended(Reason reason) {
    intake.dismissed();
    if (stopped) {
      return;
    }
    port.note(reason.text() + "; next try in " + RETRY_NS / 1_000_000 + " ms");
    loop.schedule(this::again, RETRY_NS);
  }

  /** Publishes anew and goes on where it was. */
  private void again() {
    if (!stopped) {
      intake = new Intake(describe);
      started = false;
      port.publish(client, CLOCK, this);
    }
  }

  @Override
  public void reading(boolean wanted) {
    reading = wanted;
    play();
  }

  @Override
  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
    drop();
    intake.dismissed();
    if (!filling) {
      threads.execute(reader::close);
    } // else it is closed when it is done
  }
}
