package dev.sluice.hub;

import dev.sluice.media.StreamName;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One viewer of a stream, on the loop of its connection. What it is offered goes to its sink at
 * once, or not at all: a viewer whose backlog is past its bound skips whole blocks up to the next
 * point where decoding can begin, so that its decoder survives and nobody else pays.
 */
public final class Viewer implements Visit {
  /** Of the backlog bound, what must be left before a viewer that skipped goes on. */
  private static final int RESUME_DIVISOR = 2;

  /** So long somebody waits for the other stream to be where his own one was: 10 s. */
  static final long CUT_WAIT_NS = 10_000_000_000L;

  private volatile StreamName name;
  private final Client client;
  private final Loop loop;
  private final ViewerSink sink;
  private final long joinedNs;
  private final @Nullable Cut cut;
  private final Function<StreamName, StreamPolicy> policies;
  private StreamPolicy policy;

  private Form form;
  private @Nullable LiveStream stream;
  private @Nullable Fanout fanout;
  private int join;
  private int slot;
  private Loop.@Nullable Timer waitTimer;
  private Loop.@Nullable Timer pauseTimer;
  private boolean admitted;
  private boolean begun;
  private boolean ended;
  private boolean paused;
  private boolean fetches;
  private Runnable whenOver = () -> {};

  private long nextSequence;
  private long revision = -1;
  private Bytes metadata = Bytes.EMPTY;
  private long kernelBytes;
  private boolean atJoin = true;
  private long zeroMs;
  private long sentMs; // UTC of the last that was sent; Long.MIN_VALUE for nothing
  private long allowanceBytes;
  private boolean skipping;
  private long stalledSinceNs;
  private long stalledBacklogBytes;

  private long bytesSent;
  private long blocksSent;
  private long blocksDropped;

  Viewer(
      StreamName name,
      Client client,
      Form form,
      Loop loop,
      ViewerSink sink,
      Function<StreamName, StreamPolicy> policies,
      @Nullable Cut cut) {
    this.name = name;
    this.client = client;
    this.form = form;
    this.loop = loop;
    this.sink = sink;
    this.policies = policies;
    this.policy = policies.apply(name);
    this.joinedNs = loop.nowNs();
    this.cut = cut;
    this.sentMs = cut == null ? Long.MIN_VALUE : cut.lastMs();
  }

  @Override
  public boolean publishes() {
    return false;
  }

  /** The stream that is watched. */
  @Override
  public StreamName name() {
    return name;
  }

  @Override
  public void sentTo(StreamName other) {
    name = other;
    policy = policies.apply(other);
  }

  /** Who watches. */
  @Override
  public Client client() {
    return client;
  }

  /** The loop of the viewer's connection. */
  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public void whenOver(Runnable task) {
    if (ended) {
      task.run();
    } else {
      whenOver = task;
    }
  }

  /** The connection has gone, or wants no more. Viewer's loop; {@link ViewerSink} hears nothing. */
  public void leave() {
    leave(Reason.PEER_LEFT);
  }

  /** As {@link #leave()}, where the connection was closed for {@code reason}. */
  public void leave(Reason reason) {
    if (!ended) {
      close(reason);
    }
  }

  /**
   * Stops (true) or starts again (false), as {@code join} of the stream says. Who has paused stays
   * a viewer of the stream and is counted as one, but is in no feed. Viewer's loop.
   */
  public void pause(boolean pause) {
    if (ended || paused == pause) {
      return;
    }
    paused = pause;
    rejoin();
    if (paused) {
      awaitTaken(sink.backlogBytes());
    }
  }

  /**
   * It fetches for itself what it watches, piece by piece: it is in no feed, from the beginning.
   * Viewer's loop.
   */
  public void fetches() {
    fetches = true;
    pause(true);
  }

  /** One that {@link #fetches} was served so much. Viewer's loop. */
  public void served(long bytes) {
    if (!ended) {
      begun = true;
      cancelWait();
      bytesSent += bytes;
    }
  }

  /** Who has paused and takes nothing of what it was sent before does not keep that for ever. */
  private void awaitTaken(long backlog) {
    if (backlog == 0 || pauseTimer != null) {
      return;
    }
    pauseTimer =
        loop.schedule(
            () -> {
              pauseTimer = null;
              long left = sink.backlogBytes();
              if (paused && left >= backlog) {
                end(Reason.TOO_SLOW);
              } else if (paused) {
                awaitTaken(left);
              }
            },
            policy.stalledMaxNs());
  }

  /** Goes on in another form, with the next random access point. Viewer's loop. */
  public void changeForm(Form other) {
    if (ended || form.key().equals(other.key())) {
      return;
    }
    form = other;
    rejoin();
  }

  /** Leaves its feed and, unless it is paused, joins the feed of its form again. */
  private void rejoin() {
    detach();
    join++;
    LiveStream watched = stream;
    if (watched == null) {
      return; // once it is taken in
    }
    if (paused) {
      watched.loop().execute(() -> watched.leaveFeed(this));
      return;
    }
    revision = -1;
    atJoin = true;
    Form wanted = form;
    int number = join;
    watched.loop().execute(() -> watched.join(this, wanted, number));
  }

  /** Ends the viewer for {@code reason}; its sink says farewell. Any thread. */
  @Override
  public void end(Reason reason) {
    end(reason, "");
  }

  @Override
  public boolean moveTo(StreamName other) {
    if (!sink.canMove()) {
      return false;
    }
    loop.run(() -> {
      if (!ended) {
        close(Reason.MOVED);
        sink.moved(other, cut());
      }
    });
    return true;
  }

  private @Nullable Cut cut() {
    if (sentMs == Long.MIN_VALUE) {
      return null;
    }
    return new Cut(cut == null ? zeroMs : cut.zeroMs(), sentMs);
  }

  /** As {@link #end(Reason)}; {@code detail} is what the reason's own text leaves open. */
  void end(Reason reason, String detail) {
    loop.run(() -> {
      if (!ended) {
        close(reason);
        sink.ended(reason, detail);
      }
    });
  }

  private void close(Reason reason) {
    ended = true;
    cancelWait();
    if (pauseTimer != null) {
      pauseTimer.cancel();
    }
    detach();
    LiveStream watched = stream;
    if (watched != null) {
      watched.loop().run(() -> watched.left(this, reason));
    }
    whenOver.run();
  }

  private void detach() {
    if (fanout != null) {
      fanout.remove(this);
      fanout = null;
    }
  }

  private void cancelWait() {
    if (waitTimer != null) {
      waitTimer.cancel();
      waitTimer = null;
    }
  }

  /** The stream took the viewer in. */
  void admitted(LiveStream watched, boolean live) {
    if (ended) {
      watched.loop().run(() -> watched.left(this, Reason.PEER_LEFT));
      return;
    }
    stream = watched;
    admitted = true;
    sink.admitted(live);
    if (join > 0 && !ended) {
      rejoin(); // it has changed its mind while it was asking
    }
    if (!live && !ended && policy.waitTimeoutNs() > 0) {
      waitTimer = loop.schedule(() -> end(Reason.NOT_FOUND), policy.waitTimeoutNs());
    }
  }

  /**
   * Joins {@code into}, unless the viewer has ended, paused or moved on since it asked for that.
   *
   * @param number which of the viewer's joins this is; only the last one counts
   */
  boolean attach(Fanout into, int number, long firstSequence) {
    if (ended || paused || fanout != null || number != join) {
      return false;
    }
    fanout = into;
    nextSequence = firstSequence;
    return true;
  }

  /** Place in its fan-out's list. */
  int slot() {
    return slot;
  }

  void slot(int place) {
    slot = place;
  }

  /**
   * Gives the blocks that a joining viewer begins with, and one flush. One that joins again with
   * its backlog full begins later, when it has made room.
   */
  void burst(List<Block> blocks) {
    allowanceBytes = 0;
    if (blocks.isEmpty()
        || isBeforeCut(blocks.getFirst())
        || skips(blocks.getFirst(), sink.backlogBytes())) {
      return;
    }
    for (Block block : blocks) {
      if (ended) {
        return;
      }
      prepare(block);
      send(block.bytes().retainedDuplicate());
      blocksSent++;
    }
    if (!ended) {
      sink.flush();
      allowanceBytes = sink.backlogBytes(); // a GOP may be longer than the bound; it drains
    }
  }

  /** As {@link #offer}; a fault of this viewer's sink ends this viewer and nobody else. */
  void offerSafely(Block block) {
    try {
      offer(block);
    } catch (RuntimeException fault) {
      fail(fault);
    }
  }

  /** As {@link #burst}; a fault of this viewer's sink ends this viewer and nobody else. */
  void burstSafely(List<Block> blocks) {
    try {
      burst(blocks);
    } catch (RuntimeException fault) {
      fail(fault);
    }
  }

  private void fail(RuntimeException fault) {
    LiveStream watched = stream;
    if (watched != null) {
      watched.listener().failed(name, fault);
    }
    end(Reason.FAILED);
  }

  /** Takes or skips {@code block}. */
  void offer(Block block) {
    if (ended || block.sequence() < nextSequence) {
      return;
    }
    long backlog = sink.backlogBytes();
    if (atJoin && (!block.joinable() || isBeforeCut(block))) {
      if (skipping) {
        checkStalled(backlog);
      }
      return;
    }
    if (skips(block, backlog)) {
      blocksDropped++;
      checkStalled(backlog);
      return;
    }
    allowanceBytes = Math.min(allowanceBytes, backlog);
    prepare(block);
    if (!ended) {
      bytesSent += block.sizeBytes();
      blocksSent++;
      sink.share(block.bytes());
    }
  }

  /** Whether who goes on from another stream would go back in time; nobody waits long for that. */
  private boolean isBeforeCut(Block block) {
    return cut != null
        && !begun
        && block.startMs() <= cut.lastMs()
        && loop.nowNs() - joinedNs < CUT_WAIT_NS;
  }

  private boolean skips(Block block, long backlog) {
    if (skipping) {
      skipping = !block.joinable() || backlog > block.limits().backlogBytes() / RESUME_DIVISOR;
    } else if (backlog > block.limits().backlogBytes() + allowanceBytes) {
      skipping = true;
      stalledSinceNs = loop.nowNs();
      stalledBacklogBytes = backlog;
    }
    return skipping;
  }

  private void checkStalled(long backlog) {
    if (backlog < stalledBacklogBytes) {
      stalledBacklogBytes = backlog;
      stalledSinceNs = loop.nowNs();
    } else if (loop.nowNs() - stalledSinceNs > policy.stalledMaxNs()) {
      end(Reason.TOO_SLOW);
    }
  }

  /** Queues what the viewer must have before {@code block}. */
  private void prepare(Block block) {
    nextSequence = block.sequence() + 1;
    atJoin = false;
    sentMs = Math.max(sentMs, block.lastMs());
    Block.Headers headers = block.headers();
    zeroMs = headers.zeroMs();
    if (!begun) {
      begin(headers.configuration());
    }
    if (kernelBytes != block.limits().kernelBytes()) {
      kernelBytes = block.limits().kernelBytes();
      sink.unsentLimit(kernelBytes);
    }
    Bytes described = headers.configuration().metadata();
    if (revision != headers.revision()) {
      revision = headers.revision();
      send(headers.bytes().retainedDuplicate());
    } else if (!metadata.equals(described) && headers.metadata().isReadable()) {
      send(headers.metadata().retainedDuplicate());
    }
    metadata = described;
  }

  private void begin(Configuration configuration) {
    begun = true;
    cancelWait();
    sink.begin();
    ByteBuf preamble = Unpooled.buffer();
    form.preamble(configuration, preamble);
    if (preamble.isReadable()) {
      send(preamble);
    } else {
      preamble.release();
    }
  }

  private void send(ByteBuf bytes) {
    if (ended) {
      bytes.release();
      return;
    }
    bytesSent += bytes.readableBytes();
    sink.write(bytes);
  }

  /** What the viewer is like now. Viewer's loop. */
  public Report report() {
    String state;
    if (ended) {
      state = "ended";
    } else if (paused && !fetches) {
      state = "paused";
    } else if (!begun) {
      state = admitted ? "waiting" : "asking";
    } else {
      state = skipping ? "skipping" : "playing";
    }
    return new Report(
        name,
        client,
        form.key(),
        state,
        loop.nowNs() - joinedNs,
        bytesSent,
        ended ? 0 : sink.backlogBytes(),
        blocksSent,
        blocksDropped);
  }

  @Override
  public Figures figures() {
    Report report = report();
    return new Figures(
        report.state, report.sinceNs, 0, bytesSent, report.backlogBytes, blocksDropped);
  }

  /** Bytes handed to the sink so far. Viewer's loop. */
  long bytesSent() {
    return bytesSent;
  }

  /** Blocks skipped so far. Viewer's loop. */
  long blocksDropped() {
    return blocksDropped;
  }

  /**
   * A viewer at one moment.
   *
   * @param state {@code asking}, {@code waiting}, {@code playing}, {@code skipping}, {@code paused}
   *     or {@code ended}
   * @param sinceNs how long ago it came
   */
  public record Report(
      StreamName name,
      Client client,
      String form,
      String state,
      long sinceNs,
      long bytesSent,
      long backlogBytes,
      long blocksSent,
      long blocksDropped) {}
}
