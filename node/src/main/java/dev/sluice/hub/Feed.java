package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A stream in one form, made of blocks. Gathers access units for as long as the stream's latency
 * allows, writes them once into a block of exact size, and hands that to every loop with viewers.
 *
 * <p>Where a block ends: before each point where a viewer may begin; when {@code latency} has
 * passed since its first unit came; with latency 0 at each picture, where audio waits for the next
 * picture at most {@link #AUDIO_WAIT_NS} and, when there is no video, {@link #AUDIO_ONLY_WAIT_NS}.
 * Stream's loop.
 */
final class Feed {
  /** How long audio waits for a picture to travel with, at latency 0. */
  static final long AUDIO_WAIT_NS = 50_000_000;

  /** How long audio gathers at latency 0 in a stream without video: a send costs more than it. */
  static final long AUDIO_ONLY_WAIT_NS = 40_000_000;

  /** How often metadata that changes goes to viewers, at most. */
  static final long METADATA_NS = 1_000_000_000;

  private static final long NS_PER_MS = 1_000_000;

  private final Form form;
  private final Loop loop;
  private final Executor guard;
  private StreamPolicy policy;
  private final ByteBufAllocator allocator;
  private final MemoryBudget memory;
  private final BlockStore blocks;
  private final ArrayList<@Nullable Fanout> fanouts = new ArrayList<>();
  private int viewers;

  private Form.@Nullable Muxer muxer;
  private long zeroMs;
  private Configuration configuration = Configuration.NONE;
  private Block.@Nullable Headers headers;
  private long nextSequence;

  private final ArrayList<AccessUnit> pending = new ArrayList<>();
  private boolean pendingJoinable;
  private boolean beginningLeftOut;
  private Loop.@Nullable Timer closeTimer;

  private FeedRate rate;
  private boolean metadataDue;
  private long metadataNs;

  /** {@code guard} runs timer tasks and ends the stream when one of them fails. */
  Feed(
      Form form,
      Loop loop,
      Executor guard,
      StreamPolicy policy,
      ByteBufAllocator allocator,
      MemoryBudget memory) {
    this.form = form;
    this.loop = loop;
    this.guard = guard;
    this.policy = policy;
    this.allocator = allocator;
    this.memory = memory;
    this.blocks =
        new BlockStore(
            memory,
            policy.gopCache() ? policy.gopCacheMaxBytes() : 0,
            policy.gopCacheMaxNs() / NS_PER_MS);
    this.rate = rate(policy);
    this.metadataNs = loop.nowNs() - METADATA_NS;
  }

  private static FeedRate rate(StreamPolicy policy) {
    return new FeedRate(policy.backlogMaxBytes(), policy.backlogMaxNs() / NS_PER_MS);
  }

  /** Something else is configured; the GOP cache stays as large as it is. */
  void adopt(StreamPolicy changed) {
    if (changed.backlogMaxBytes() != policy.backlogMaxBytes()
        || changed.backlogMaxNs() != policy.backlogMaxNs()) {
      rate = rate(changed);
    }
    policy = changed;
  }

  /** The form that it is in. */
  Form form() {
    return form;
  }

  /** The stream has begun; time stamps count from {@code from}, UTC in milliseconds. */
  void begin(long from) {
    zeroMs = from;
    Form.Muxer begun = form.muxer(from);
    begun.configure(configuration);
    muxer = begun;
  }

  /** What follows needs {@code changed}; what was gathered goes out first. */
  void configure(Configuration changed) {
    closeBlock();
    configuration = changed;
    if (muxer != null) {
      muxer.configure(changed);
    }
    headers = null;
  }

  /**
   * What changed is no decoder's matter: which tracks are gaps, or metadata, which goes with the
   * next block, or with a later one when it changes more often than each {@link #METADATA_NS}. A
   * picture that nothing follows is nobody's beginning.
   */
  void describe(Configuration changed) {
    if (!changed.delivers(Track.Kind.VIDEO)) {
      blocks.dropGop();
    }
    if (changed.metadata().equals(configuration.metadata())) {
      headers = null;
    } else {
      metadataDue = true;
    }
    configuration = changed;
  }

  /**
   * Takes {@code unit} in, with a reference of its own.
   *
   * @param mayBegin whether a viewer may begin with this unit; where the form leaves it out, then
   *     with the next one: the sound before a source's first picture
   */
  void add(AccessUnit unit, boolean mayBegin) {
    Form.Muxer into = muxer;
    if (into == null) {
      throw new IllegalStateException("a unit before the stream began");
    }
    boolean joinable = mayBegin || beginningLeftOut;
    beginningLeftOut = joinable && into.size(unit) == 0;
    if (into.size(unit) == 0) {
      return;
    }
    boolean video = unit.track().kind() == Track.Kind.VIDEO;
    boolean hasVideo = hasVideo();
    if (joinable && hasVideo) {
      closeBlock();
    }
    if (pending.isEmpty()) {
      pendingJoinable = joinable;
      closeTimer = loop.schedule(() -> guard.execute(this::onTimer), waitNs(hasVideo));
    }
    unit.payload().retain();
    pending.add(unit);
    if (video && policy.latencyNs() == 0) {
      closeBlock();
    }
  }

  /** Whether pictures come in this form, which viewers then begin with. */
  private boolean hasVideo() {
    return form.carries(Track.Kind.VIDEO) && configuration.delivers(Track.Kind.VIDEO);
  }

  private long waitNs(boolean hasVideo) {
    if (policy.latencyNs() > 0) {
      return policy.gatherNs();
    }
    return hasVideo ? AUDIO_WAIT_NS : AUDIO_ONLY_WAIT_NS;
  }

  private void onTimer() {
    closeTimer = null;
    closeBlock();
  }

  /** Sends out what was gathered. */
  void closeBlock() {
    if (closeTimer != null) {
      closeTimer.cancel();
      closeTimer = null;
    }
    if (pending.isEmpty()) {
      return;
    }
    Form.Muxer into = muxer;
    if (into == null) {
      throw new IllegalStateException("a block before the stream began");
    }
    int size = into.blockSize(pending);
    if (size == 0) { // together they are nothing
      dropPending();
      return;
    }
    boolean hasVideo = hasVideo();
    long startMs = utcMs(pending.getFirst());
    Block block = build(into, size, startMs, pendingJoinable || !hasVideo);
    rate.add(startMs, block.sizeBytes());
    blocks.add(block, hasVideo && pendingJoinable && !memory.tight());
    for (Fanout fanout : fanouts) {
      if (fanout != null) {
        fanout.post(block);
      }
    }
  }

  private Block build(Form.Muxer into, int size, long startMs, boolean joinable) {
    ByteBuf bytes = allocator.directBuffer(size, size);
    into.writeBlock(pending, bytes);
    long lastMs = lastMs(pending);
    dropPending();
    if (bytes.isWritable()) {
      throw new IllegalStateException(
          "form " + form.key() + " announced " + bytes.writableBytes() + " bytes too many");
    }
    return new Block(
        nextSequence++,
        bytes,
        headers(into, startMs, joinable),
        joinable,
        rate.limits(),
        startMs,
        lastMs);
  }

  private static long lastMs(List<AccessUnit> units) {
    long lastMs = Long.MIN_VALUE;
    for (int i = 0; i < units.size(); i++) {
      lastMs = Math.max(lastMs, utcMs(units.get(i)));
    }
    return lastMs;
  }

  private void dropPending() {
    for (AccessUnit unit : pending) {
      unit.payload().release();
    }
    pending.clear();
  }

  /** Headers are made anew when the configuration changed; blocks share them until then. */
  private Block.Headers headers(Form.Muxer from, long atMs, boolean joinable) {
    boolean describes = metadataDue && loop.nowNs() - metadataNs >= METADATA_NS;
    Block.Headers made = headers;
    if (made == null || describes || joinable && form.continues()) {
      ByteBuf out = Unpooled.buffer();
      from.headers(configuration, atMs, out);
      ByteBuf metadata = Unpooled.buffer();
      from.metadata(configuration, atMs, metadata);
      made = new Block.Headers(configuration, out, metadata, zeroMs);
      headers = made;
      metadataDue = false;
      metadataNs = loop.nowNs();
    }
    return made;
  }

  private static long utcMs(AccessUnit unit) {
    return unit.track().timescale().convert(unit.dts(), Timescale.MILLIS);
  }

  /**
   * Gives a new feed the GOP that the stream holds, as one block. A form without video begins with
   * what comes next: its viewers would only be later for it.
   */
  void prime(List<AccessUnit> gop) {
    if (!form.carries(Track.Kind.VIDEO)) {
      return;
    }
    boolean joinable = true;
    for (AccessUnit unit : gop) {
      if (muxer != null && muxer.size(unit) > 0) {
        unit.payload().retain();
        pending.add(unit);
        pendingJoinable = joinable;
      }
    }
    closeBlock();
  }

  /** Lets {@code viewer} in; {@code number} is which of its joins this is. */
  void join(Viewer viewer, int number) {
    viewers++;
    List<Block> burst =
        policy.join() == StreamPolicy.Join.GOP && policy.gopCache() ? blocks.gop() : List.of();
    fanout(viewer.loop()).postJoin(viewer, number, burst, nextSequence);
  }

  private Fanout fanout(Loop of) {
    while (fanouts.size() <= of.index()) {
      fanouts.add(null);
    }
    Fanout fanout = fanouts.get(of.index());
    if (fanout == null) {
      fanout = new Fanout(of);
      fanouts.set(of.index(), fanout);
    }
    return fanout;
  }

  /** A viewer left; true when it was the last. */
  boolean left() {
    return --viewers == 0;
  }

  /** Drops what was gathered and gives up the GOP; what viewers still hold is theirs. */
  void close() {
    if (closeTimer != null) {
      closeTimer.cancel();
      closeTimer = null;
    }
    dropPending();
    blocks.dropGop();
  }

  /** Frees blocks that nobody needs any more; true when none is left. */
  boolean sweep() {
    return blocks.sweep();
  }

  /** Blocks in memory. */
  int blocksAlive() {
    return blocks.aliveCount();
  }

  /** Bytes of blocks in memory. */
  long blockBytes() {
    return blocks.aliveBytes();
  }
}
