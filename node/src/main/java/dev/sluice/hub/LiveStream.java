package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Repair;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.TimeHint;
import dev.sluice.media.Timeline;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.media.TrackEpoch;
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream: a name and a UTC timeline. Sources come and go, viewers stay. Everything here runs on
 * the loop where the stream began. {@link Sources} decides who delivers, {@link Audience} are those
 * who watch; between the two, here, units are put on the timeline.
 *
 * <pre>
 *   WAITING --source--> LIVE --last source lost--> AWAY --source--> LIVE
 *   WAITING --last viewer left--> CLOSED           AWAY --grace over--> CLOSED
 * </pre>
 */
public final class LiveStream {
  /** How often blocks that viewers have taken are freed when no new block does it. */
  private static final long SWEEP_NS = 1_000_000_000;

  /** So long nobody delivers before taps hear that there is a hole: 1 s. */
  private static final long PAUSE_NS = 1_000_000_000;

  /** Whether there is a source. */
  public enum State {
    /** Viewers wait for a first source. */
    WAITING,
    /** A source delivers, or is about to. */
    LIVE,
    /** All sources have gone; the next may continue. */
    AWAY,
    /** The stream is gone; who holds it looks the name up again. */
    CLOSED
  }

  private final StreamName name;
  private final Loop loop;
  private volatile StreamPolicy policy;
  private final Hub hub;

  /** As it was when this began: time stamps cannot begin to count from elsewhere. */
  private final boolean absoluteTime;

  private final Sources sources;
  private final Audience audience;
  private final GopCache gop;
  private final StreamCounters counters = new StreamCounters();
  private final NoticeLimit notices = new NoticeLimit();
  private final TrackEpoch epoch;
  private Tap tap = Tap.NONE;
  private Configuration configuration = Configuration.NONE;
  private boolean begun;
  private long incarnationMs;
  private long end90k;
  private boolean started;
  private boolean closed;

  // per source
  private @Nullable Timeline timeline;

  LiveStream(StreamName name, Loop loop, StreamPolicy policy, Hub hub) {
    this.name = name;
    this.loop = loop;
    this.policy = policy;
    this.hub = hub;
    this.absoluteTime = policy.absoluteTime();
    this.epoch = new TrackEpoch(policy.tracks());
    this.gop =
        new GopCache(
            hub.memory(),
            policy.gopCache() ? policy.gopCacheMaxBytes() : 0,
            Timescale.NANOS.convert(policy.gopCacheMaxNs(), Timescale.VIDEO));
    this.sources = new Sources(this, hub.jobs());
    this.audience = new Audience(loop, this::open);
    loop.schedule(() -> guarded(this::sweep), SWEEP_NS);
  }

  /** Starts what is to run from the beginning; once, before anything else. */
  void start() {
    if (!started) {
      started = true;
      adopt(hub.policy(name)); // it may have changed since the name was looked up
      guarded(() -> tap = hub.taps().open(name, loop));
      guarded(sources::start);
    }
  }

  /**
   * Takes over what is configured from now on, as far as that can change while the stream goes on;
   * nothing happens when it is the same. Sources that stay are not touched.
   */
  void adopt(StreamPolicy changed) {
    if (closed || changed.equals(policy)) {
      return;
    }
    policy = changed;
    guarded(() -> {
      audience.feeds(feed -> feed.adopt(changed));
      sources.adopt(changed.sources(), !audience.isEmpty());
    });
  }

  /** Its name. */
  public StreamName name() {
    return name;
  }

  /** The loop that owns it. */
  public Loop loop() {
    return loop;
  }

  /** What is configured for it. Any thread. */
  public StreamPolicy policy() {
    return policy;
  }

  HubListener listener() {
    return hub.listener();
  }

  boolean closed() {
    return closed;
  }

  /** Whether there has been a source that viewers got. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether the last source delivered pictures. */
  boolean hasPictures() {
    return configuration.delivers(Track.Kind.VIDEO);
  }

  private State state() {
    if (closed) {
      return State.CLOSED;
    }
    if (sources.isAnybodyThere()) {
      return State.LIVE;
    }
    return begun ? State.AWAY : State.WAITING;
  }

  /** Runs {@code task}; what escapes it ends this stream, not the loop. */
  void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException fault) {
      fail(fault);
    }
  }

  /** Code of ours failed: this stream ends. */
  void fail(RuntimeException fault) {
    listener().failed(name, fault);
    close(Reason.FAILED);
  }

  // ---- sources

  /** The way of a source into this stream. */
  SourceLink link(Client client, SourceClock clock, Loop from, SourceHandler handler) {
    return new SourceLink(this, client, clock, from, handler, hub.memory());
  }

  /** Takes a publisher in, or turns it away. */
  void publish(SourceLink candidate) {
    guarded(() -> {
      sources.publish(candidate);
      closeIfIdle();
    });
  }

  /** Takes what a source's socket brought. */
  void receive(SourceLink from, SourceLink.Batch batch) {
    sources.receive(from, batch);
  }

  /** The source's connection has gone. */
  void sourceGone(SourceLink gone, Reason reason) {
    guarded(() -> {
      sources.gone(gone, reason);
      closeIfIdle();
    });
  }

  /** Ends the current source, whose connection is told. */
  public void dropSource(Reason reason) {
    guarded(() -> {
      sources.drop(reason);
      closeIfIdle();
    });
  }

  /** Ends one source, whose connection is told; nothing when it has gone. */
  void dropSource(SourceLink link, Reason reason) {
    guarded(() -> {
      sources.drop(link, reason);
      closeIfIdle();
    });
  }

  /**
   * Puts a source before all others, from its next key frame on and for as long as it delivers.
   *
   * @param seat place in the plan; −1 leaves it to the priorities again
   */
  public void pinSource(int seat) {
    guarded(() -> sources.pin(seat));
  }

  /**
   * Has a source that plays items cut over to one of them, at once.
   *
   * @param seat place in the plan
   * @param index of the item, from 0
   * @return false when it is none that plays items, or does not run
   */
  public boolean cutSource(int seat, int index) {
    return sources.cut(seat, index);
  }

  /** A source was taken in. */
  void accepted() {
    counters.sourceAccepted();
  }

  /** Bytes have come from a source, whether it is the active one or not. */
  void received(int bytes) {
    counters.received(bytes);
  }

  /** The active source is so no longer; what it gave so far goes out. */
  void sourceEnded() {
    timeline = null;
    audience.closeBlocks();
    loop.schedule(() -> guarded(this::pauseTap), PAUSE_NS);
  }

  private void pauseTap() {
    if (timeline == null && !closed) {
      tap.pause();
    }
  }

  /** The active source says something new of itself. */
  void describe(Bytes said) {
    Bytes metadata = absoluteTime ? said : FlvMetadata.withoutUtc(said);
    if (metadata.equals(configuration.metadata())) {
      return;
    }
    configuration =
        new Configuration(
            configuration.revision(), configuration.tracks(), metadata, configuration.lacking());
    audience.feeds(feed -> feed.describe(configuration));
  }

  /** A source says something of its clocks, the active one or another. */
  void note(Contender from, TimeNote note, boolean active) {
    long utcNs = hub.utc().utcNs(loop.nowNs());
    from.times().take(note, utcNs);
    if (active && timeline != null && note instanceof TimeNote.Utc(TimeHint hint)) {
      timeline.hint(hint, utcNs);
    }
  }

  /** A source becomes the active one with {@code beginning}, which this takes over. */
  void begin(Contender from, List<SourceUnit> beginning) {
    int next = 0;
    try {
      counters.dropped(from.start().dropped());
      counters.sourceBegan();
      if (from.metadata().size() > 0) {
        describe(from.metadata());
      }
      anchor(from, beginning);
      while (next < beginning.size()) {
        SourceUnit unit = beginning.get(next++);
        placed(from.link(), unit, next == 1);
      }
    } finally {
      for (; next < beginning.size(); next++) {
        beginning.get(next).payload().release();
      }
    }
  }

  /** Takes over a unit of the active source. */
  void place(SourceLink from, SourceUnit unit) {
    placed(from, unit, unit.randomAccess() && unit.track().kind() == Track.Kind.VIDEO);
  }

  /** The source can be decoded from here on: continue the timeline, or begin it. */
  private void anchor(Contender from, List<SourceUnit> beginning) {
    long utcNs = hub.utc().utcNs(loop.nowNs());
    Timeline fresh = from.times().timeline(policy.time(), begun ? end90k : Long.MIN_VALUE, utcNs);
    long start90k = fresh.anchor(beginning, utcNs);
    timeline = fresh;
    epoch.begin(from.tracks(beginning), loop.nowNs());
    tellChangedTracks();
    configure();
    if (!begun) {
      begun = true;
      incarnationMs = Timescale.VIDEO.convert(start90k, Timescale.MILLIS);
      audience.feeds(feed -> feed.begin(zeroMs()));
    }
  }

  private void tellChangedTracks() {
    for (TrackEpoch.Change change : epoch.changes()) {
      if (notices.allows(loop.nowNs())) {
        listener().tracksDiffer(name, change.toString());
      }
    }
  }

  private long zeroMs() {
    return absoluteTime ? 0 : incarnationMs;
  }

  /** Puts {@code unit} on the timeline and hands it out; see {@link #dispatch}. */
  private void placed(SourceLink from, SourceUnit unit, boolean joinable) {
    long nowNs = loop.nowNs();
    Track track = epoch.admit(unit.track(), nowNs);
    tellChangedTracks();
    if (track == null) {
      counters.dropped(1);
      unit.payload().release();
      return;
    }
    long utcNs = hub.utc().utcNs(nowNs);
    AccessUnit placed = Objects.requireNonNull(timeline).map(unit, utcNs).of(track);
    for (Repair repair : timeline.repairs()) {
      counters.repaired();
      if (notices.allows(nowNs)) {
        listener().repaired(name, repair.toString());
      }
    }
    try {
      end90k = Math.max(end90k, timeline.end90k());
      dispatch(placed, joinable);
      long aheadNs =
          Timescale.VIDEO.convert(timeline.ahead90k(), Timescale.NANOS) - policy.maxLeadNs();
      if (aheadNs > 0) {
        sources.hold(from, aheadNs);
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
    audience.add(unit, joinable);
    tap.add(unit);
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
    tap.configure(configuration);
    if (same) {
      audience.feeds(feed -> feed.describe(configuration));
      return;
    }
    audience.feeds(feed -> feed.configure(configuration));
    audience.endWhoCannotFollow(configuration);
    if (notices.allows(loop.nowNs())) {
      listener().configured(name, configuration);
    }
    audience.feeds(feed -> tellLeftOut(feed.form()));
  }

  /** Once for each feed and configuration: its viewers do not get all that they may expect. */
  private void tellLeftOut(Form form) {
    String what = form.objection(configuration) == null ? form.leavesOut(configuration) : null;
    if (what != null && notices.allows(loop.nowNs())) {
      listener().leftOut(name, form.key(), what);
    }
  }

  // ---- viewers

  /** Takes a viewer in, or turns it away. */
  void admit(Viewer viewer, Form form) {
    State state = state();
    boolean there = state == State.LIVE || state == State.AWAY;
    Reason refusal = null;
    if (audience.size() >= policy.maxViewers()) {
      refusal = Reason.VIEWER_LIMIT;
    } else if (hub.memory().full()) {
      refusal = Reason.MEMORY_LIMIT;
    } else if (!there && !policy.waitForPublisher() && !policy.sources().rules().standsAlone()) {
      refusal = Reason.NOT_FOUND;
    }
    String objection = begun ? form.objection(configuration) : null;
    if (refusal == null && objection != null) {
      refusal = Reason.CODEC;
    }
    if (refusal != null) {
      listener().viewerRefused(name, viewer.client(), refusal);
      viewer.end(refusal, refusal == Reason.CODEC && objection != null ? objection : "");
      closeIfIdle();
      return;
    }
    audience.add(viewer);
    listener().viewerJoined(name, viewer.client(), form.key());
    viewer.loop().run(() -> viewer.admitted(this, there));
    join(viewer, form, 0);
    if (audience.size() == 1) {
      guarded(() -> sources.watched(true));
    }
  }

  /**
   * Puts an admitted viewer into the feed of {@code form}, out of the one where it was.
   *
   * @param number which of the viewer's joins this is
   */
  void join(Viewer viewer, Form form, int number) {
    if (!audience.has(viewer)) {
      return;
    }
    String objection = begun ? form.objection(configuration) : null;
    if (objection == null) {
      guarded(() -> audience.join(viewer, form, number));
    } else {
      viewer.end(Reason.CODEC, objection);
    }
  }

  private Feed open(Form form) {
    Feed feed = new Feed(form, loop, this::guarded, policy, hub.allocator(), hub.memory());
    feed.configure(configuration);
    if (begun) {
      feed.begin(zeroMs());
      feed.prime(gop.units());
      tellLeftOut(form);
    }
    return feed;
  }

  /** Takes a viewer out of its feed, which ends with the last one; it stays a viewer. */
  void leaveFeed(Viewer viewer) {
    audience.leaveFeed(viewer);
  }

  /** A viewer has gone. */
  void left(Viewer viewer, Reason reason) {
    boolean was = audience.remove(viewer, report -> listener().viewerLeft(name, report, reason));
    if (was && audience.isEmpty()) {
      guarded(() -> sources.watched(false));
    }
    closeIfIdle();
  }

  /** Nobody waits any more for a source that has never been there. */
  void closeIfIdle() {
    if (!closed && !begun && audience.isEmpty() && !sources.isExpected()) {
      close(Reason.STREAM_ENDED);
    }
  }

  /** Ends the stream: sources and viewers are told, nothing is left behind. */
  void close(Reason reason) {
    if (closed) {
      return;
    }
    closed = true;
    hub.forget(this);
    sources.close(reason);
    if (reason != Reason.FAILED) {
      audience.closeBlocks();
    }
    audience.end(reason);
    gop.clear();
    closeTap();
    listener().streamClosed(name, reason);
  }

  /** Frees what viewers have taken; goes on after the end until nothing is left. */
  private void sweep() {
    if (!isSwept()) {
      loop.schedule(() -> guarded(this::sweep), SWEEP_NS);
    }
  }

  /** The same, at once and without going on. */
  void sweepOnce() {
    guarded(this::isSwept);
  }

  private boolean isSwept() {
    boolean swept = audience.sweep() && closed;
    if (swept) {
      hub.swept(this);
    }
    return swept;
  }

  // ---- what is seen

  /** The stream at this moment. */
  public Report report() {
    int[] blocksAlive = new int[1];
    long[] blockBytes = new long[1];
    audience.feeds(feed -> {
      blocksAlive[0] += feed.blocksAlive();
      blockBytes[0] += feed.blockBytes();
    });
    return new Report(
        name,
        state(),
        policy.listed(),
        sources.client(),
        sources.liveForNs(),
        sources.report(),
        incarnationMs,
        configuration,
        audience.size(),
        audience.list(),
        sources.bitrateBps(),
        counters.bytesIn(),
        counters.videoFrames(),
        counters.audioFrames(),
        counters.dataMessages(),
        counters.unitsDropped(),
        counters.sourcesAccepted(),
        counters.repairs(),
        counters.keyFrameIntervalMs(),
        gop.bytes(),
        blocksAlive[0],
        blockBytes[0],
        audience.bytesOutOfLeavers());
  }

  private void closeTap() {
    try {
      tap.close();
    } catch (RuntimeException fault) { // the stream ends as it is: nothing is left to be ended
      listener().failed(name, fault);
    }
    tap = Tap.NONE;
  }

  /**
   * A stream at one moment.
   *
   * @param source who delivers; null when nobody does
   * @param liveSinceNs how long the current source has been there
   * @param sources all that are configured, in their order
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
      List<SourceReport> sources,
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
