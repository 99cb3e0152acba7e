package dev.sluice.hub.segments;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.hls.HlsNames;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.FollowingPackager;
import dev.sluice.mux.packager.ForwardingOutput;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.Packager;
import dev.sluice.mux.packager.PackagerOutput;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.mux.packager.SegmentMark;
import dev.sluice.mux.packager.SegmentMarks;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackSegment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one stream. Nothing of a segment is shown before its line in the ledger is on
 * disk; but a disk that takes longer than {@link #DISK_NS} holds nobody up.
 */
public final class SegmentStream {
  /** So long a new segment waits for the disk, at most: 1 s. */
  static final long DISK_NS = 1_000_000_000;

  /** So much of a stream playlists list from memory alone, where there is a store: 60 s. */
  static final long MEMORY_NS = 60_000_000_000L;

  /** What playlists list at most where there is none: 10 min. */
  static final long MAX_MEMORY_NS = 600_000_000_000L;

  /** What is decided is told when it has grown by so much: 100 ms. */
  private static final long SETTLED_90K = 9_000;

  /** The ledger's file is written anew when it has grown by so much. */
  private static final int REWRITE_BYTES = 64 << 10;

  private final StreamName name;
  private final Loop loop;
  private final Ledgers ledgers;
  private final MemoryBudget memory;
  private final Ledger ledger;
  private final PackagerSettings settings;
  private final SegmentWindow window;
  private final @Nullable LongWindow old;
  private final Packager packager;
  private final @Nullable SegmentKeys keys;
  private final @Nullable SegmentMarks marks;
  private final @Nullable FollowingPackager following;
  private final List<SegmentFollower> followers = new ArrayList<>();
  private FollowingPackager.@Nullable Elsewhere elsewhere;
  private final List<Waiter> waiters = new ArrayList<>();
  private final Map<Class<?>, Object> beside = new HashMap<>();
  private final List<Runnable> listeners = new ArrayList<>();

  private boolean begun;
  private @Nullable AccessUnit untold; // but for its payload
  private long told90k;
  private long heldBytes;
  private long version;
  private int unwritten;
  private long unwrittenSinceNs;
  private int appendedBytes;
  private int taps;
  private long unusedSinceNs;
  private volatile boolean closed; // written on the loop

  /** Somebody who waits for the window to grow. */
  private final class Waiter {
    final Check check;
    final Loop.Timer timer;
    boolean done;

    Waiter(Check check, long boundNs) {
      this.check = check;
      this.timer = loop.schedule(this::tooLate, boundNs);
    }

    void tooLate() {
      if (!done) {
        done = true;
        waiters.remove(this);
        check.tooLate();
      }
    }

    boolean answered() {
      if (!done && check.answered()) {
        done = true;
        timer.cancel();
      }
      return done;
    }
  }

  /** What somebody waits for. Called on the segment stream's loop. */
  public interface Check {
    /** Answers if it can be by now; false when not yet. */
    boolean answered();

    /** It has not come in time, or never will. */
    void tooLate();
  }

  /** What other nodes have to do with the segments of a stream. */
  enum Role {
    /** Nothing. */
    ALONE,
    /** They may follow. */
    LEADS,
    /** One of them says what is cut. */
    FOLLOWS
  }

  SegmentStream(
      StreamName name,
      Loop loop,
      SegmentPolicy policy,
      Role role,
      Ledgers ledgers,
      SegmentStore store,
      ByteBufAllocator allocator,
      MemoryBudget memory,
      @Nullable HubListener whole) {
    this.name = name;
    this.settings = policy.settings();
    this.loop = loop;
    this.ledgers = ledgers;
    this.memory = memory;
    this.ledger = ledgers.open(name);
    ledger.onAppend(this::appended);
    // what another node says may be taken back, which files are not made for
    boolean isLong = role != Role.FOLLOWS && store.keeps() && policy.listNs() > MEMORY_NS;
    long list90k = ticks90k(policy.listNs());
    long window90k = isLong ? ticks90k(MEMORY_NS) : Math.min(list90k, ticks90k(MAX_MEMORY_NS));
    this.window = new SegmentWindow(ledger, window90k, this::changed);
    this.old = isLong ? new LongWindow(name, loop, store, window, ledger, list90k) : null;
    PackagerOutput kept = old == null ? window : new Both(window, old);
    PackagerOutput output = whole == null ? kept : new Telling(kept, whole);
    SegmentMarks all = role == Role.ALONE ? null : new SegmentMarks(output);
    if (all != null) {
      all.onClosed(mark -> tell(follower -> follower.whole(mark)));
    }
    this.marks = all;
    this.packager = new Packager(policy.settings(), ledger, allocator, all == null ? output : all);
    packager.inUnison(policy.inUnison());
    this.keys = policy.keys();
    if (keys != null) {
      packager.encrypt(keys);
    }
    this.following =
        role == Role.FOLLOWS && all != null
            ? new FollowingPackager(ledger, allocator, all, new Asking())
            : null;
    if (following != null && keys != null) {
      following.encrypt(keys);
    }
    this.unusedSinceNs = loop.nowNs();
    if (whole != null) {
      wantTransportStream();
    }
  }

  private static long ticks90k(long ns) {
    return Timescale.NANOS.convert(ns, Timescale.VIDEO);
  }

  /** Hands what the packager makes to the window, and what is whole to the long one as well. */
  private static final class Both extends ForwardingOutput {
    private final LongWindow old;

    Both(SegmentWindow window, LongWindow old) {
      super(window);
      this.old = old;
    }

    @Override
    public void segment(TrackSegment segment) {
      super.segment(segment);
      old.segment(segment);
    }

    @Override
    public void ended(Cut cut, long end90k) {
      super.ended(cut, end90k);
      old.trim();
    }
  }

  /** Tells of each segment that is whole as a transport stream, once it can be had. */
  private final class Telling extends ForwardingOutput {
    private final HubListener listener;

    Telling(PackagerOutput next, HubListener listener) {
      super(next);
      this.listener = listener;
    }

    @Override
    public void transportStream(Cut cut, long end90k, ByteBuf bytes) {
      super.transportStream(cut, end90k, bytes);
      String last = name.elements().getLast();
      String folder = name.toString();
      folder = folder.substring(0, folder.length() - last.length());
      listener.segmentWhole(
          name,
          cut.number(),
          folder + HlsNames.transportStream(last, cut),
          Timescale.VIDEO.convert(end90k - cut.start90k(), Timescale.NANOS));
    }
  }

  /** The stream's name. */
  public StreamName name() {
    return name;
  }

  /** Where this lives. */
  public Loop loop() {
    return loop;
  }

  /** What can be had. */
  public SegmentWindow window() {
    return window;
  }

  /** Where copies of what can be had are counted, too. */
  public MemoryBudget memory() {
    return memory;
  }

  /** By which transport streams are encrypted; null when they are not. */
  public @Nullable SegmentKeys keys() {
    return keys;
  }

  /** What is listed and too old for the window; null when nothing can be. */
  public @Nullable LongWindow old() {
    return old;
  }

  /** Grows with each change of what may be shown. */
  public long version() {
    return version;
  }

  /** {@code listener} is called after each change of what may be shown, as long as this is open. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * What an endpoint keeps beside the segments, one for each type; made when it is not there. It is
   * closed with this when it is {@link AutoCloseable}.
   */
  public <T> T beside(Class<T> type, Function<SegmentStream, T> make) {
    return type.cast(beside.computeIfAbsent(type, _ -> make.apply(this)));
  }

  /** Makes transport streams, too, from the next segment on. */
  public void wantTransportStream() {
    packager.transportStream(true);
    if (following != null) {
      following.transportStream(true);
    }
  }

  // ---- other nodes

  /** What another node tells goes here; null where this one decides, and when all is forgotten. */
  public @Nullable FollowingPackager following() {
    return closed ? null : following;
  }

  /** Does something with what another node has told, which may settle what others wait for. */
  public void change(Consumer<FollowingPackager> what) {
    if (following != null && !closed) {
      what.accept(following);
      if (!followers.isEmpty()) {
        tellSettled();
      }
    }
  }

  /** From where segments are had that another node has made; null for nowhere, for now. */
  public void elsewhere(FollowingPackager.@Nullable Elsewhere from) {
    elsewhere = from;
  }

  /** Asks whoever is there. */
  private final class Asking implements FollowingPackager.Elsewhere {
    @Override
    public void fetch(SegmentMark segment) {
      if (elsewhere != null) {
        elsewhere.fetch(segment);
      }
    }

    @Override
    public void differs(SegmentMark segment, Track track) {
      if (elsewhere != null) {
        elsewhere.differs(segment, track);
      }
    }

    @Override
    public void tooFarBehind() {
      if (elsewhere != null) {
        elsewhere.tooFarBehind();
      }
    }
  }

  /**
   * Tells {@code follower} what there is, and all that comes.
   *
   * @return false when this is not for others to follow
   */
  public boolean join(SegmentFollower follower) {
    if (marks == null || closed) {
      return false;
    }
    follower.cutting(settings);
    List<LedgerRecord> said = ledger.snapshot();
    said.stream().filter(line -> !isPlace(line)).forEach(follower::line);
    marks.all().stream()
        .filter(mark -> mark.cut().number() >= window.firstListed()) // others may go at any moment
        .forEach(follower::whole);
    said.stream().filter(SegmentStream::isPlace).forEach(follower::line);
    follower.upToDate();
    followers.add(follower);
    return true;
  }

  private static boolean isPlace(LedgerRecord line) {
    return line instanceof LedgerRecord.Begun || line instanceof LedgerRecord.Ended;
  }

  /** Tells {@code follower} no more. */
  public void leave(SegmentFollower follower) {
    followers.remove(follower);
  }

  private void tell(Consumer<SegmentFollower> what) {
    if (followers.isEmpty()) {
      return;
    }
    AccessUnit last = untold;
    if (last != null) {
      untold = null;
      followers.forEach(follower -> follower.after(last.track().id(), last.dts()));
    }
    followers.forEach(what);
  }

  private void tellSettled() {
    long settled90k = following == null ? packager.settled90k() : following.settled90k();
    if (settled90k - told90k >= SETTLED_90K) {
      told90k = settled90k;
      tell(follower -> follower.settled(settled90k));
    }
  }

  // ---- what comes in

  void configure(Configuration configuration) {
    if (following == null) {
      packager.configure(configuration.tracks());
    } else {
      following.configure(configuration.tracks());
    }
  }

  void add(AccessUnit unit) {
    if (closed) {
      return;
    }
    untold = followers.isEmpty() ? null : unit;
    if (following != null) {
      following.add(unit);
    } else {
      if (!begun) {
        begun = true;
        ledger.begin(Timescale.VIDEO.convert(unit.dts90k(), Timescale.MILLIS));
      }
      packager.add(unit);
    }
    if (!followers.isEmpty()) {
      tellSettled();
    }
  }

  void pause() {
    if (!closed && following == null) {
      packager.pause();
    }
  }

  void opened() {
    taps++;
  }

  void released() {
    if (--taps == 0) {
      unusedSinceNs = loop.nowNs();
    }
  }

  /** Whether there has been no stream of that name for {@code boundNs}. */
  boolean unusedFor(long boundNs) {
    return taps == 0 && loop.nowNs() - unusedSinceNs >= boundNs;
  }

  // ---- the ledger

  /**
   * Has the ledger keep what a description says of a period: soon, since who says it may be one of
   * those that are being told of a change.
   */
  public void keep(LedgerRecord.Period period) {
    loop.execute(() -> {
      if (!closed) {
        ledger.period(period);
      }
    });
  }

  private void appended(LedgerRecord line) {
    tell(follower -> follower.line(line));
    ByteBuf out = Unpooled.buffer();
    line.write(out);
    appendedBytes += out.readableBytes();
    if (unwritten++ == 0) {
      unwrittenSinceNs = loop.nowNs();
    }
    ledgers.append(name, out, () -> loop.run(this::written));
    if (appendedBytes >= REWRITE_BYTES) {
      appendedBytes = 0;
      ByteBuf all = Unpooled.buffer();
      ledger.snapshot().forEach(each -> each.write(all));
      ledgers.replace(name, all);
    }
  }

  private void written() {
    unwritten--;
    if (unwritten == 0) {
      changed();
    }
  }

  // ---- what goes out

  private void changed() {
    long held = window.heldBytes() + (old == null ? 0 : old.heldBytes());
    memory.add(MemoryBudget.Account.SEGMENTS, held - heldBytes);
    heldBytes = held;
    if (unwritten > 0 && loop.nowNs() - unwrittenSinceNs < DISK_NS) {
      return;
    }
    version++;
    if (!waiters.isEmpty()) {
      waiters.removeIf(Waiter::answered);
    }
    listeners.forEach(Runnable::run);
  }

  /**
   * Has {@code check} asked at once and, when it has no answer yet, after each change.
   *
   * @param boundNs after which it is too late
   */
  public void await(Check check, long boundNs) {
    if (closed) {
      check.tooLate();
    } else if (!check.answered()) {
      waiters.add(new Waiter(check, boundNs));
    }
  }

  /** How many wait. */
  public int waiting() {
    return waiters.size();
  }

  /** Has what is stored be forgotten, too, when this is closed. */
  void forget() {
    close();
    if (old != null) {
      old.forget();
    }
  }

  /** Forgets what is in memory; who waits has waited for nothing. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    packager.close();
    if (following != null) {
      following.close();
    }
    List.copyOf(followers).forEach(SegmentFollower::gone);
    followers.clear();
    window.close();
    memory.add(MemoryBudget.Account.SEGMENTS, -heldBytes);
    heldBytes = 0;
    for (Waiter waiter : List.copyOf(waiters)) {
      waiter.timer.cancel();
      waiter.tooLate();
    }
    listeners.clear();
    List.copyOf(beside.values()).forEach(SegmentStream::closeBeside);
    beside.clear();
  }

  private static void closeBeside(Object kept) {
    if (kept instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception fault) {
        throw new IllegalStateException("what an endpoint keeps cannot be closed", fault);
      }
    }
  }

  /** Whether it has forgotten everything. */
  public boolean closed() {
    return closed;
  }

  /** What keeps the stream from being cut, for people; null when nothing does. */
  public static @Nullable String objection(Configuration configuration) {
    String objection = null;
    for (Track track : configuration.tracks()) {
      String of = Packager.objection(track);
      if (of == null) {
        return null; // one track is enough for a playlist
      }
      objection = of;
    }
    return objection;
  }

  /** What segments have no place for, for people; null when that is nothing. */
  static @Nullable String leavesOut(Configuration configuration) {
    List<String> missing = new ArrayList<>();
    for (Track track : configuration.tracks()) {
      if (!Packager.carries(track) && track.codec() != Codec.AMF_DATA) { // which every source has
        missing.add("a track is " + track.label() + ", which segments do not carry");
      }
    }
    return missing.isEmpty() ? null : String.join("; ", missing);
  }
}
