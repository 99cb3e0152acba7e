package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timeline;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.media.TrackEpoch;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stream: a name and a UTC timeline. Sources come and go, viewers stay. Everything here runs on
 * the loop where the stream began.
 *
 * <pre>
 *   WAITING --source--> LIVE --source lost--> AWAY --source--> LIVE
 *   WAITING --last viewer left--> CLOSED      AWAY --grace over--> CLOSED
 * </pre>
 */
public final class LiveStream {
  /** How often blocks that viewers have taken are freed when no new block does it. */
  private static final long SWEEP_NS = 1_000_000_000;

  /** Whether there is a source. */
  public enum State {
    /** Viewers wait for a first source. */
    WAITING,
    /** A source delivers, or is about to. */
    LIVE,
    /** The source has gone; the next may continue. */
    AWAY,
    /** The stream is gone; who holds it looks the name up again. */
    CLOSED
  }

  private final StreamName name;
  private final Loop loop;
  private final StreamPolicy policy;
  private final Hub hub;

  private State state = State.WAITING;
  private final Set<Viewer> viewers = new LinkedHashSet<>();
  private final Map<String, Feed> feeds = new HashMap<>();
  private final Map<Viewer, Feed> feedOf = new HashMap<>();
  private final List<Feed> closedFeeds = new ArrayList<>();
  private final GopCache gop;
  private final StreamCounters counters = new StreamCounters();
  private final NoticeLimit notices = new NoticeLimit();
  private final TrackEpoch epoch;
  private Configuration configuration = Configuration.NONE;
  private boolean begun;
  private long incarnationMs;
  private long end90k;
  private long bytesOutOfLeavers;

  // per source
  private @Nullable SourceLink source;
  private @Nullable SourceStart start;
  private @Nullable Timeline timeline;
  private final List<Track> announced = new ArrayList<>();
  private long lastUnitNs;
  private long liveSinceNs;
  private Loop.@Nullable Timer graceTimer;

  LiveStream(StreamName name, Loop loop, StreamPolicy policy, Hub hub) {
    this.name = name;
    this.loop = loop;
    this.policy = policy;
    this.hub = hub;
    this.epoch = new TrackEpoch(policy.tracks());
    this.gop =
        new GopCache(
            hub.memory(),
            policy.gopCache() ? policy.gopCacheMaxBytes() : 0,
            Timescale.NANOS.convert(policy.gopCacheMaxNs(), Timescale.VIDEO));
    loop.schedule(() -> guarded(this::sweep), SWEEP_NS);
  }

  /** Its name. */
  public StreamName name() {
    return name;
  }

  /** The loop that owns it. */
  public Loop loop() {
    return loop;
  }

  /** What was configured for it. */
  public StreamPolicy policy() {
    return policy;
  }

  HubListener listener() {
    return hub.listener();
  }

  boolean closed() {
    return state == State.CLOSED;
  }

  /** Runs {@code task}; what escapes it ends this stream, not the loop. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException fault) {
      listener().failed(name, fault);
      close(Reason.FAILED);
    }
  }

  // ---- sources

  /** Takes a source in, or turns it away. */
  void publish(SourceLink candidate) {
    SourceLink current = source;
    if (current != null && !yields(current, candidate)) {
      listener().sourceRefused(name, candidate.client(), Reason.STREAM_BUSY);
      candidate.dismiss(Reason.STREAM_BUSY);
      return;
    }
    if (current != null) {
      letGo();
      listener().sourceLost(name, current.client(), Reason.TAKEN_OVER, 0);
      current.dismiss(Reason.TAKEN_OVER);
    }
    if (graceTimer != null) {
      graceTimer.cancel();
      graceTimer = null;
    }
    boolean resumed = state == State.AWAY || current != null;
    state = State.LIVE;
    source = candidate;
    start =
        new SourceStart(candidate.clock().timescale(), configuration.delivers(Track.Kind.VIDEO));
    announced.clear();
    lastUnitNs = loop.nowNs();
    liveSinceNs = lastUnitNs;
    counters.sourceAccepted(lastUnitNs);
    listener().sourceAccepted(name, candidate.client(), resumed);
    candidate.accept();
  }

  private boolean yields(SourceLink current, SourceLink candidate) {
    return switch (policy.takeover()) {
      case ALWAYS -> true;
      case NEVER -> false;
      case SAME_TOKEN ->
          sameOwner(current.client(), candidate.client())
              && loop.nowNs() - lastUnitNs >= policy.takeoverSilenceNs();
    };
  }

  /** Same token; publishers who needed none are the same when they come from the same address. */
  private static boolean sameOwner(Client one, Client other) {
    return Objects.equals(one.token(), other.token())
        && (one.token() != null || one.address().equals(other.address()));
  }

  /** Takes what a source's socket brought. */
  void receive(SourceLink from, SourceLink.Batch batch) {
    if (from != source) {
      batch.units().forEach(unit -> unit.payload().release());
      return;
    }
    int next = 0;
    try {
      batch.announced().forEach(this::announce);
      if (batch.metadata().size() > 0) {
        describe(batch.metadata());
      }
      while (next < batch.units().size() && from == source) {
        take(batch.units().get(next++));
      }
      checkRate(from, batch.bytes());
    } catch (RuntimeException fault) {
      listener().failed(name, fault);
      close(Reason.FAILED);
    } finally {
      for (; next < batch.units().size(); next++) {
        batch.units().get(next).payload().release();
      }
    }
  }

  private void checkRate(SourceLink from, int bytes) {
    long nowNs = loop.nowNs();
    boolean measured = counters.received(bytes, nowNs);
    long limitBps = policy.maxBitrateBps();
    if (measured && from == source && limitBps > 0 && counters.bitrateBps(nowNs) > limitBps) {
      dropSource(Reason.BITRATE_LIMIT);
    }
  }

  private void announce(Track track) {
    announced.removeIf(known -> known.id() == track.id());
    announced.add(track);
    if (start != null) {
      start.announce(track);
    }
  }

  private void describe(Bytes metadata) {
    if (metadata.equals(configuration.metadata())) {
      return;
    }
    configuration =
        new Configuration(
            configuration.revision(), configuration.tracks(), metadata, configuration.lacking());
    feeds.values().forEach(feed -> feed.describe(configuration));
  }

  /** Takes {@code unit} over. */
  private void take(SourceUnit unit) {
    lastUnitNs = loop.nowNs();
    SourceStart starting = start;
    if (starting == null) {
      placed(unit, unit.randomAccess() && unit.track().kind() == Track.Kind.VIDEO);
      return;
    }
    List<SourceUnit> beginning = starting.offer(unit);
    if (beginning.isEmpty()) {
      return;
    }
    counters.dropped(starting.dropped());
    start = null;
    begin(beginning);
    boolean first = true;
    for (SourceUnit each : beginning) {
      placed(each, first);
      first = false;
    }
  }

  /** The source can be decoded from here on: continue the timeline, or begin it. */
  private void begin(List<SourceUnit> beginning) {
    SourceLink from = Objects.requireNonNull(source);
    var fresh = new Timeline(from.clock(), begun ? end90k : Long.MIN_VALUE);
    long start90k = fresh.anchor(beginning, hub.utc().utcNs(loop.nowNs()));
    timeline = fresh;
    beginning.forEach(unit -> announcedIfNew(unit.track()));
    epoch.begin(announced, loop.nowNs());
    tellChangedTracks();
    configure();
    if (!begun) {
      begun = true;
      incarnationMs = Timescale.VIDEO.convert(start90k, Timescale.MILLIS);
      feeds.values().forEach(feed -> feed.begin(zeroMs()));
    }
  }

  private void tellChangedTracks() {
    for (TrackEpoch.Change change : epoch.changes()) {
      if (notices.allows(loop.nowNs())) {
        listener().tracksDiffer(name, change.toString());
      }
    }
  }

  private void announcedIfNew(Track track) {
    if (announced.stream().noneMatch(known -> known.id() == track.id())) {
      announced.add(track);
    }
  }

  private long zeroMs() {
    return policy.absoluteTime() ? 0 : incarnationMs;
  }

  /** Puts {@code unit} on the timeline and hands it out; see {@link #dispatch}. */
  private void placed(SourceUnit unit, boolean joinable) {
    long nowNs = loop.nowNs();
    Track track = epoch.admit(unit.track(), nowNs);
    tellChangedTracks();
    if (track == null) {
      counters.dropped(1);
      unit.payload().release();
      return;
    }
    long utcNs = hub.utc().utcNs(nowNs);
    AccessUnit placed = Objects.requireNonNull(timeline).map(unit.of(track), utcNs);
    for (Timeline.Repair repair : timeline.repairs()) {
      counters.repaired();
      if (notices.allows(nowNs)) {
        listener().repaired(name, repair.toString());
      }
    }
    try {
      long track90k = placed.dts90k();
      end90k = Math.max(end90k, timeline.end90k());
      dispatch(placed, joinable);
      long aheadNs =
          Timescale.VIDEO.convert(track90k, Timescale.NANOS) - utcNs - policy.maxLeadNs();
      if (aheadNs > 0 && source != null) {
        source.pauseFor(aheadNs);
      }
    } finally {
      placed.payload().release();
    }
  }

  /**
   * Hands {@code unit} to cache and feeds.
   *
   * @param joinable whether a viewer may begin with it: the first picture of a GOP, or what a
   *     source begins with, which is the audio just before its first picture
   */
  private void dispatch(AccessUnit unit, boolean joinable) {
    Track track = unit.track();
    if (track.codec() != Codec.AMF_DATA
        && (!configuration.tracks().contains(track)
            || configuration.lacking().contains(track.id()))) {
      configure();
    }
    counters.unit(unit);
    gop.add(unit, joinable && configuration.delivers(Track.Kind.VIDEO));
    for (Feed feed : feeds.values()) {
      feed.add(unit, joinable);
    }
  }

  /** Makes the tracks of the epoch the configuration, when they differ from what viewers have. */
  private void configure() {
    List<Track> sorted = new ArrayList<>(epoch.tracks());
    sorted.sort((one, other) ->
        one.kind() == other.kind()
            ? Integer.compare(one.id(), other.id())
            : one.kind().compareTo(other.kind()));
    boolean same = sorted.equals(configuration.tracks()) && begun;
    if (same && epoch.lacking().equals(configuration.lacking())) {
      return;
    }
    configuration =
        new Configuration(
            configuration.revision() + (same ? 0 : 1),
            sorted,
            configuration.metadata(),
            epoch.lacking());
    gop.clear();
    if (same) {
      feeds.values().forEach(feed -> feed.describe(configuration));
      return;
    }
    feeds.values().forEach(feed -> feed.configure(configuration));
    if (notices.allows(loop.nowNs())) {
      listener().configured(name, configuration);
    }
  }

  /** The source's connection has gone. */
  void sourceGone(SourceLink gone, Reason reason) {
    if (gone == source) {
      guarded(() -> detachSource(reason));
    }
  }

  /** Ends the current source, whose connection is told. */
  public void dropSource(Reason reason) {
    SourceLink current = source;
    if (current != null) {
      detachSource(reason);
      current.dismiss(reason);
    }
  }

  /** From here on nothing of the source counts; what it gave so far goes out. */
  private void letGo() {
    source = null;
    if (start != null) {
      start.close();
      start = null;
    }
    feeds.values().forEach(Feed::closeBlock);
  }

  private void detachSource(Reason reason) {
    SourceLink gone = Objects.requireNonNull(source);
    letGo();
    if (!begun && viewers.isEmpty()) {
      listener().sourceLost(name, gone.client(), reason, 0);
      close(Reason.STREAM_ENDED);
      return;
    }
    state = begun ? State.AWAY : State.WAITING;
    listener().sourceLost(name, gone.client(), reason, policy.reconnectGraceNs());
    if (begun) {
      graceTimer =
          loop.schedule(() -> guarded(() -> close(Reason.STREAM_ENDED)), policy.reconnectGraceNs());
    }
  }

  // ---- viewers

  /** Takes a viewer in, or turns it away. */
  void admit(Viewer viewer, Form form) {
    boolean there = state == State.LIVE || state == State.AWAY;
    Reason refusal = null;
    if (viewers.size() >= policy.maxViewers()) {
      refusal = Reason.VIEWER_LIMIT;
    } else if (hub.memory().full()) {
      refusal = Reason.MEMORY_LIMIT;
    } else if (!there && !policy.waitForPublisher()) {
      refusal = Reason.NOT_FOUND;
    }
    if (refusal != null) {
      listener().viewerRefused(name, viewer.client(), refusal);
      viewer.end(refusal);
      closeIfIdle();
      return;
    }
    viewers.add(viewer);
    listener().viewerJoined(name, viewer.client(), form.key());
    viewer.loop().run(() -> viewer.admitted(this, there));
    join(viewer, form, 0);
  }

  /**
   * Puts an admitted viewer into the feed of {@code form}, out of the one where it was.
   *
   * @param number which of the viewer's joins this is
   */
  void join(Viewer viewer, Form form, int number) {
    if (!viewers.contains(viewer)) {
      return;
    }
    leaveFeed(viewer);
    guarded(() -> {
      Feed feed = feeds.computeIfAbsent(form.key(), key -> open(form));
      feedOf.put(viewer, feed);
      feed.join(viewer, number);
    });
  }

  private Feed open(Form form) {
    Feed feed = new Feed(form, loop, this::guarded, policy, hub.allocator(), hub.memory());
    feed.configure(configuration);
    if (begun) {
      feed.begin(zeroMs());
      feed.prime(gop.units());
    }
    return feed;
  }

  /** Takes a viewer out of its feed, which ends with the last one; it stays a viewer. */
  void leaveFeed(Viewer viewer) {
    Feed feed = feedOf.remove(viewer);
    if (feed != null && feed.left()) {
      feeds.values().remove(feed);
      feed.close();
      closedFeeds.add(feed);
    }
  }

  /** A viewer has gone. */
  void left(Viewer viewer, Reason reason) {
    if (viewers.remove(viewer)) {
      leaveFeed(viewer);
      viewer
          .loop()
          .run(() -> {
            Viewer.Report report = viewer.report();
            loop.run(() -> bytesOutOfLeavers += report.bytesSent());
            listener().viewerLeft(name, report, reason);
          });
    }
    closeIfIdle();
  }

  private void closeIfIdle() {
    if (state == State.WAITING && viewers.isEmpty() && source == null) {
      close(Reason.STREAM_ENDED);
    }
  }

  /** Ends the stream: source and viewers are told, nothing is left behind. */
  void close(Reason reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    hub.forget(this);
    if (graceTimer != null) {
      graceTimer.cancel();
    }
    SourceLink current = source;
    source = null;
    if (start != null) {
      start.close();
    }
    if (current != null) {
      current.dismiss(reason);
    }
    if (reason != Reason.FAILED) {
      feeds.values().forEach(Feed::closeBlock);
    }
    for (Viewer viewer : List.copyOf(viewers)) {
      viewer.end(reason);
    }
    feeds.values().forEach(Feed::close);
    closedFeeds.addAll(feeds.values());
    feeds.clear();
    gop.clear();
    listener().streamClosed(name, reason);
  }

  /** Frees what viewers have taken; goes on after the end until nothing is left. */
  private void sweep() {
    feeds.values().forEach(Feed::sweep);
    closedFeeds.removeIf(Feed::sweep);
    if (state != State.CLOSED || !closedFeeds.isEmpty()) {
      loop.schedule(() -> guarded(this::sweep), SWEEP_NS);
    }
  }

  // ---- what is seen

  /** The stream at this moment. */
  public Report report() {
    long nowNs = loop.nowNs();
    int blocksAlive = 0;
    long blockBytes = 0;
    for (Feed feed : feeds.values()) {
      blocksAlive += feed.blocksAlive();
      blockBytes += feed.blockBytes();
    }
    SourceLink current = source;
    return new Report(
        name,
        state,
        policy.listed(),
        current == null ? null : current.client(),
        state == State.LIVE ? nowNs - liveSinceNs : 0,
        incarnationMs,
        configuration,
        viewers.size(),
        List.copyOf(viewers),
        counters.bitrateBps(nowNs),
        counters.bytesIn(),
        counters.videoFrames(),
        counters.audioFrames(),
        counters.dataMessages(),
        counters.unitsDropped(),
        counters.sourcesAccepted(),
        counters.repairs(),
        counters.keyFrameIntervalMs(),
        gop.bytes(),
        blocksAlive,
        blockBytes,
        bytesOutOfLeavers);
  }

  /**
   * A stream at one moment.
   *
   * @param source who delivers; null when nobody does
   * @param liveSinceNs how long the current source has been there
   * @param incarnationMs UTC milliseconds at which the stream began; 0 when it has not
   * @param bitrateBps bits per second that come in, averaged
   * @param keyFrameIntervalMs time between the last two key frames; 0 when unknown
   * @param bytesOutOfLeavers bytes handed to viewers that have left
   */
  public record Report(
      StreamName name,
      State state,
      boolean listed,
      @Nullable Client source,
      long liveSinceNs,
      long incarnationMs,
      Configuration configuration,
      int viewerCount,
      List<Viewer> viewers,
      long bitrateBps,
      long bytesIn,
      long videoFrames,
      long audioFrames,
      long dataMessages,
      long unitsDropped,
      long sourcesAccepted,
      long repairs,
      long keyFrameIntervalMs,
      int gopCacheBytes,
      int blocksAlive,
      long blockBytes,
      long bytesOutOfLeavers) {}
}
