package dev.sluice.hub.segments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubListener;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.SimLoops;
import dev.sluice.hub.Tap;
import dev.sluice.media.StreamName;
import dev.sluice.mux.hls.LongPlaylist;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.store.StoredHead;
import dev.sluice.mux.store.TrackIndex;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.Segment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Playlists longer than memory, on virtual time, with a store that is a list. */
class LongWindowTest {
  private static final StreamName NAME = StreamName.parse("live/cam");
  private static final long S = 1_000_000_000L;
  private static final UnpooledByteBufAllocator ALLOCATOR =
      new UnpooledByteBufAllocator(true, true);

  private final SimLoops sim = new SimLoops(1);
  private final MemoryBudget memory = new MemoryBudget(1L << 32);
  private final List<Throwable> failures = new ArrayList<>();
  private final Disk disk = new Disk();
  private final KeptLedger ledgers = new KeptLedger();
  private final List<SegmentStreams> opened = new ArrayList<>();

  /** One ledger that outlives those who write it. */
  private static final class KeptLedger implements Ledgers {
    private final ByteBuf lines = Unpooled.buffer();

    @Override
    public Ledger open(StreamName name) {
      return Ledger.read(lines.duplicate());
    }

    @Override
    public void append(StreamName name, ByteBuf more, Runnable written) {
      lines.writeBytes(more);
      more.release();
      written.run();
    }

    @Override
    public void replace(StreamName name, ByteBuf all) {
      all.release(); // what was appended says the same
    }
  }

  /** Ten segments a file; keeps their bytes, or nothing of them. */
  private static final class Disk implements SegmentStore {
    final List<byte[]> media = new ArrayList<>();
    final List<StoredHead> heads = new ArrayList<>();
    final ArrayDeque<Outcome> waiting = new ArrayDeque<>();
    final List<Integer> dropped = new ArrayList<>();
    boolean forgets;
    boolean stuck;
    boolean full;
    boolean forgotten;
    int count;
    Recovered recovered = Recovered.NOTHING;
    Map<String, Bytes> inits = new HashMap<>();
    @Nullable Removal removal;

    @Override
    public boolean keeps() {
      return true;
    }

    @Override
    public Recovered recovered(StreamName name) {
      return recovered;
    }

    @Override
    public void watch(StreamName name, Removal watcher) {
      removal = watcher;
    }

    @Override
    public void append(
        StreamName name, StoredHead head, Bytes init, ByteBuf bytes, Outcome outcome) {
      assertThat(bytes.readableBytes()).isEqualTo(head.size());
      int number = count++;
      if (!forgets) {
        media.add(ByteBufUtil.getBytes(bytes));
        heads.add(head);
        inits.put(head.initDigest().toString(), init);
      }
      bytes.release();
      if (stuck) {
        waiting.add(outcome);
      } else if (full) {
        outcome.lost();
      } else {
        outcome.stored(1 + number / 10, number);
      }
    }

    @Override
    public void read(
        StreamName name, int file, int position, int size, Consumer<@Nullable ByteBuf> then) {
      assertThat(file).isEqualTo(1 + position / 10);
      assertThat(media.get(position)).hasSize(size);
      then.accept(Unpooled.wrappedBuffer(media.get(position)));
    }

    @Override
    public void dropBefore(StreamName name, int file) {
      dropped.add(file);
    }

    @Override
    public void forget(StreamName name) {
      forgotten = true;
    }

    /** As {@code SegmentFiles} does at the start. */
    Recovered again(int segments) {
      Map<Integer, TrackIndex> indexes = new TreeMap<>();
      for (int i = 0; i < segments; i++) {
        StoredHead head = heads.get(i);
        TrackIndex index =
            indexes.computeIfAbsent(head.trackId(), id -> new TrackIndex(id, head.trackKind()));
        index.add(head);
        index.stored(head.cut().number(), 1 + i / 10, i);
      }
      return new Recovered(List.copyOf(indexes.values()), inits);
    }
  }

  private @Nullable SegmentStreams segments;
  private Tap tap = Tap.NONE;
  private @Nullable CutSource source;

  private SegmentStreams open(long listS, SegmentStore store) {
    var streams =
        new SegmentStreams(
            _ -> new SegmentPolicy(true, PackagerSettings.DEFAULT, listS * S),
            ledgers,
            store,
            ALLOCATOR,
            memory,
            new HubListener() {
              @Override
              public void failed(StreamName name, Throwable fault) {
                failures.add(fault);
              }
            });
    opened.add(streams);
    return streams;
  }

  private void begin(long listS, int fromS) {
    SegmentStreams streams = open(listS, disk);
    segments = streams;
    sim.on(
        sim.loop(0),
        () -> {
          tap = streams.open(NAME, sim.loop(0));
          source = new CutSource(tap, fromS);
        });
  }

  private void until(double toS) {
    sim.on(sim.loop(0), () -> requireNonNull(source).until(toS));
  }

  private void end() {
    sim.on(sim.loop(0), () -> tap.close());
    requireNonNull(segments).close();
    sim.runFor(0);
    assertThat(requireNonNull(source).allReleased()).isTrue();
  }

  private SegmentStream stream() {
    return requireNonNull(requireNonNull(segments).stream(NAME));
  }

  private LongWindow old() {
    return requireNonNull(stream().old());
  }

  private @Nullable MediaPlaylist playlist(String track, boolean delta) {
    TrackWindow window = requireNonNull(stream().window().track(track));
    LongWindow.Old old = requireNonNull(old().track(track));
    long from =
        delta
            ? LongPlaylist.skippable(stream().window(), window, old.index(), old.firstListed())
            : 0;
    ByteBuf text =
        LongPlaylist.of(stream().window(), window, old.index(), old.firstListed(), from, ALLOCATOR);
    if (text == null) {
      return null;
    }
    try {
      return MediaPlaylist.read(text.toString(UTF_8));
    } finally {
      text.release();
    }
  }

  private MediaPlaylist whole(String track) {
    return requireNonNull(playlist(track, false));
  }

  @AfterEach
  void nothingIsLeft() {
    opened.forEach(SegmentStreams::close);
    sim.runFor(0);
    assertThat(memory.usedBytes()).isZero();
    assertThat(failures).isEmpty();
  }

  private record Line(String uri, long durationNs, long dateNs, boolean gap) {
    static List<Line> of(MediaPlaylist playlist) {
      return playlist.segments().stream()
          .map(each -> new Line(each.uri(), each.durationNs(), each.programDateNs(), each.gap()))
          .toList();
    }
  }

  /** The same stream with all in memory says the same. */
  @Test
  void whatIsListedIsTheSameAsIfMemoryHadItAll() {
    SegmentStreams plain = open(400, SegmentStore.NONE);
    sim.on(sim.loop(0), () -> new CutSource(plain.open(NAME, sim.loop(0)), 0).until(300.5));
    ledgers.lines.clear();
    begin(400, 0);
    until(300.5);
    assertThat(stream().window().heldBytes())
        .isLessThan(requireNonNull(plain.stream(NAME)).window().heldBytes() * 3 / 4);
    for (String track : List.of("v0", "a1")) {
      SegmentStream all = requireNonNull(plain.stream(NAME));
      MediaPlaylist expected =
          TrackPlaylist.of(all.window(), requireNonNull(all.window().track(track)));
      MediaPlaylist found = whole(track);
      assertThat(found.mediaSequence()).isEqualTo(expected.mediaSequence());
      assertThat(found.segments()).hasSameSizeAs(expected.segments()).hasSizeGreaterThan(145);
      assertThat(Line.of(found)).isEqualTo(Line.of(MediaPlaylist.read(expected.write())));
      assertThat(found.openParts()).isEqualTo(expected.openParts());
      assertThat(found.independentSegments()).isTrue();
      assertThat(found.segments().getFirst().init())
          .isEqualTo(expected.segments().getFirst().init());
    }
  }

  @Test
  void whatMemoryHasLeftIsReadFromTheStore() {
    begin(400, 0);
    until(60);
    Segment first = whole0("v0");
    long start = Long.parseLong(first.uri().replaceAll("v0-(\\d+)\\.m4s", "$1"));
    byte[] inMemory = bytes("v0", start);
    until(300);
    assertThat(requireNonNull(stream().window().track("v0")).byTime(start)).isNull();
    List<byte[]> read = new ArrayList<>();
    boolean there =
        old()
            .read(
                "v0",
                start,
                bytes -> {
                  read.add(ByteBufUtil.getBytes(requireNonNull(bytes)));
                  requireNonNull(bytes).release();
                });
    assertThat(there).isTrue();
    assertThat(read.getFirst()).isEqualTo(inMemory);
    assertThat(old().read("v0", start + 1, _ -> failures.add(new AssertionError()))).isFalse();
    assertThat(old().read("v9", start, _ -> failures.add(new AssertionError()))).isFalse();
    String init = requireNonNull(whole("v0").segments().getFirst().init()).uri();
    assertThat(old().init(init.replaceAll("v0-(.*)\\.mp4", "$1"))).isNotNull();
  }

  private Segment whole0(String track) {
    TrackWindow window = requireNonNull(stream().window().track(track));
    return TrackPlaylist.of(stream().window(), window).segments().getFirst();
  }

  private byte[] bytes(String track, long start) {
    ByteBuf all = Unpooled.buffer();
    requireNonNull(requireNonNull(stream().window().track(track)).byTime(start))
        .parts()
        .forEach(part -> all.writeBytes(part.bytes().duplicate()));
    return ByteBufUtil.getBytes(all);
  }

  @Test
  void aDeltaUpdateSkipsAllThatIsOldEnough() {
    begin(400, 0);
    until(300.5);
    MediaPlaylist all = whole("v0");
    MediaPlaylist delta = requireNonNull(playlist("v0", true));
    assertThat(delta.mediaSequence()).isEqualTo(all.mediaSequence());
    assertThat(delta.skipped() + delta.segments().size()).isEqualTo(all.segments().size());
    long told = delta.segments().stream().mapToLong(Segment::durationNs).sum();
    assertThat(told + 2 * S).isBetween(12 * S, 16 * S); // six targets of 2 s
  }

  @Test
  void theWindowMovesAndLetsFilesGo() {
    begin(100, 0);
    until(500.5);
    MediaPlaylist all = whole("a1");
    assertThat(all.segments()).hasSize(50);
    assertThat(all.mediaSequence() + 50).isEqualTo(all.mediaSequence() + all.segments().size());
    assertThat(old().size()).isEqualTo(2 * (50 + 30)); // what was listed can be had for a minute
    assertThat(disk.dropped).isSorted().doesNotHaveDuplicates().isNotEmpty();
    int first = disk.dropped.getLast();
    LongWindow.Old kept = requireNonNull(old().track("v0"));
    assertThat(kept.index().file(kept.index().firstNumber())).isGreaterThanOrEqualTo(first);
  }

  @Test
  void whatTheDiskDoesNotTakeBecomesAGapOnceMemoryHasLetItGo() {
    begin(400, 0);
    until(20.5);
    disk.full = true;
    until(40.5);
    disk.full = false;
    until(300.5);
    List<Line> lines = Line.of(whole("v0"));
    assertThat(lines.stream().filter(Line::gap)).hasSize(10);
    assertThat(old().lost()).isEqualTo(20);
    assertThat(lines.subList(0, 9)).noneMatch(Line::gap);
  }

  @Test
  void aDiskThatIsStuckLosesWhatMemoryCannotKeep() {
    begin(400, 0);
    until(20.5);
    disk.stuck = true;
    until(300.5);
    assertThat(old().lost()).isBetween(150L, 180L); // 280 s, of which memory has 120
    assertThat(Line.of(whole("v0")).stream().filter(Line::gap).count()).isBetween(75L, 90L);
    sim.on(sim.loop(0), () -> disk.waiting.forEach(SegmentStore.Outcome::lost));
    assertThat(old().lost()).isGreaterThanOrEqualTo(270);
  }

  @Test
  void aFileThatHadToGoShortensThePlaylist() {
    begin(400, 0);
    until(300.5);
    long before = whole("v0").mediaSequence();
    sim.on(sim.loop(0), () -> requireNonNull(disk.removal).removed(3)); // 30 records of two tracks
    MediaPlaylist after = whole("v0");
    assertThat(after.mediaSequence()).isEqualTo(before + 15);
    assertThat(whole("a1").mediaSequence()).isEqualTo(before + 15);
  }

  @Test
  void whatWasStoredIsListedAfterARestart() {
    begin(400, 0);
    until(200.5);
    MediaPlaylist before = whole("v0");
    end();
    assertThat(disk.forgotten).isFalse();
    disk.recovered = disk.again(disk.heads.size() - 2 * 4); // the last were not written any more
    begin(400, 230);
    until(250.5);
    MediaPlaylist after = whole("v0");
    assertThat(after.mediaSequence()).isEqualTo(before.mediaSequence());
    List<Line> lines = Line.of(after);
    assertThat(lines.subList(0, 90)).isEqualTo(Line.of(before).subList(0, 90));
    assertThat(lines.stream().filter(Line::gap).count()).isGreaterThanOrEqualTo(5);
    for (int i = 1; i < lines.size(); i++) { // no hole in time
      long end = lines.get(i - 1).dateNs + lines.get(i - 1).durationNs;
      assertThat(lines.get(i).dateNs - end)
          .as("in front of %d", i)
          .isBetween(-2_000_000L, 2_000_000L);
    }
    assertThat(lines.getLast().gap).isFalse();
  }

  @Test
  void withoutItsLedgerWhatIsStoredIsNotListed() {
    begin(400, 0);
    until(100.5);
    end();
    disk.recovered = disk.again(disk.heads.size());
    ledgers.lines.clear();
    begin(400, 2_000_000);
    until(2_000_010.5);
    assertThat(playlist("v0", false)).isNull();
  }

  @Test
  void aStreamThatIsGoneForGoodIsForgottenOnDisk() {
    begin(400, 0);
    until(100.5);
    sim.on(sim.loop(0), () -> tap.close());
    sim.runFor(SegmentStreams.KEEP_NS);
    assertThat(requireNonNull(segments).stream(NAME)).isNull();
    assertThat(disk.forgotten).isTrue();
  }

  /** Five hours, 9,000 segments of each track, cost at most 3 MB more than a minute. */
  @Test
  void fiveHoursCostLittleMoreThanAMinute() {
    disk.forgets = true;
    cost(60); // what is loaded and compiled on the way is not of interest
    ledgers.lines.clear();
    Cost minute = cost(60);
    ledgers.lines.clear();
    Cost hours = cost(18_000);
    assertThat(hours.segments).isEqualTo(2 * (9_000 + 30));
    assertThat(hours.indexBytes / 9_000.0).isLessThan(64 * 1.5); // what it may grow into included
    long more = hours.heapBytes + hours.accountBytes - minute.heapBytes - minute.accountBytes;
    assertThat(hours.texts).isBetween(1_000_000L, 2_000_000L);
    // the index is in the account and on the heap: it is counted twice here
    assertThat(more + hours.texts - hours.indexBytes)
        .as("%s against %s", hours, minute)
        .isLessThan(3_000_000);
  }

  private record Cost(
      long heapBytes, long accountBytes, long segments, long indexBytes, long texts) {}

  private Cost cost(long listS) {
    long before = heap();
    SegmentStreams streams = open(listS, disk);
    segments = streams;
    sim.on(
        sim.loop(0),
        () -> {
          var light = new LightSource(streams.open(NAME, sim.loop(0)));
          for (int toS = 60; toS <= 18_300; toS += 60) { // not a task for each segment at once
            light.until(toS);
          }
        });
    sim.runFor(0);
    long heap = heap() - before;
    long account = memory.usedBytes();
    LongWindow old = stream().old();
    long texts = 0;
    long index = 0;
    int size = 0;
    if (old != null) {
      size = old.size();
      index = old.heldBytes();
      for (String track : List.of("v0", "a1")) {
        LongWindow.Old of = requireNonNull(old.track(track));
        ByteBuf text =
            requireNonNull(
                LongPlaylist.of(
                    stream().window(),
                    requireNonNull(stream().window().track(track)),
                    of.index(),
                    of.firstListed(),
                    0,
                    ALLOCATOR));
        texts += text.readableBytes();
        text.release();
      }
    }
    streams.close();
    sim.runFor(0);
    return new Cost(heap, account, size, index, texts);
  }

  private static long heap() {
    var beans = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, beans.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
