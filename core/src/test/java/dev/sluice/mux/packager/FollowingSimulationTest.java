package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A node that follows another: whatever is cut between them, and whichever of them starts anew, it
 * has the same segments. {@code -Dlink.seeds=N} runs more.
 */
class FollowingSimulationTest {
  private static final int SEEDS = Integer.getInteger("link.seeds", 30);
  private static final int RESTARTS = 20;
  private static final int SECONDS = 150;
  private static final List<Track> TRACKS = List.of(SimulatedStream.VIDEO, SimulatedStream.AUDIO);

  /** What happened between the two, for people. */
  private final List<String> story = new ArrayList<>();

  /** The node that cuts. */
  private static final class Source {
    final ByteBuf lines = Unpooled.buffer();
    Ledger ledger = new Ledger();
    SegmentWindow window;
    SegmentMarks marks;
    Packager packager;
    @Nullable Edge edge;
    private @Nullable AccessUnit taking;
    private boolean toldAfter;
    private long told90k;

    Source() {
      start();
    }

    private void start() {
      ledger.onAppend(line -> {
        line.write(lines);
        tell(to -> to.packager.line(line));
      });
      window = new SegmentWindow(ledger, 90_000 * 600, () -> {});
      marks = new SegmentMarks(window);
      marks.onClosed(mark -> tell(to -> to.packager.whole(mark)));
      packager = new Packager(PackagerSettings.DEFAULT, ledger, SimulatedStream.ALLOCATOR, marks);
    }

    /** What tells the edge something, behind the unit that it is told of. */
    private void tell(Consumer<Edge> what) {
      Edge to = edge;
      AccessUnit of = taking;
      if (to == null) {
        return;
      }
      if (of != null && !toldAfter) {
        toldAfter = true;
        to.packager.after(of.track().id(), of.dts());
      }
      what.accept(to);
    }

    void add(AccessUnit unit) {
      taking = unit;
      toldAfter = false;
      packager.add(unit);
      if (packager.settled90k() - told90k >= 9_000) {
        told90k = packager.settled90k();
        tell(to -> to.packager.settled(told90k));
      }
      taking = null;
    }

    void connect(Edge to) {
      edge = to;
      to.packager.begin(PackagerSettings.DEFAULT);
      List<LedgerRecord> said = ledger.snapshot();
      said.stream().filter(line -> !isPlace(line)).forEach(to.packager::line);
      marks.all().forEach(to.packager::whole);
      said.stream().filter(FollowingSimulationTest::isPlace).forEach(to.packager::line);
    }

    void restart() {
      edge = null;
      packager.close();
      window.close();
      ledger = Ledger.read(lines.duplicate());
      start();
    }

    void close() {
      packager.close();
      window.close();
    }
  }

  private static boolean isPlace(LedgerRecord line) {
    return line instanceof LedgerRecord.Begun || line instanceof LedgerRecord.Ended;
  }

  /** The node that follows. */
  private final class Edge implements FollowingPackager.Elsewhere {
    final Source source;
    final ByteBuf lines = Unpooled.buffer();
    final ArrayDeque<SegmentMark> wanted = new ArrayDeque<>();
    Ledger ledger = new Ledger();
    SegmentWindow window;
    SegmentMarks marks;
    FollowingPackager packager;
    int fetched;
    int differed;

    /** The last whole segment that was listed before the last restart. */
    long listed;

    Edge(Source source) {
      this.source = source;
      start();
    }

    private void start() {
      ledger.onAppend(line -> line.write(lines));
      window = new SegmentWindow(ledger, 90_000 * 600, () -> {});
      marks = new SegmentMarks(window);
      packager = new FollowingPackager(ledger, SimulatedStream.ALLOCATOR, marks, this);
      packager.configure(TRACKS);
    }

    /** The last whole segment that is listed; the same as before as long as nothing is. */
    long listed() {
      return window.caughtUp()
          ? window.intervals().stream()
              .filter(each -> each.end90k() >= 0)
              .mapToLong(each -> each.cut().number())
              .max()
              .orElse(0)
          : listed;
    }

    void restart() {
      listed = listed();
      packager.close();
      window.close();
      wanted.clear();
      ledger = Ledger.read(lines.duplicate());
      start();
    }

    @Override
    public void fetch(SegmentMark segment) {
      wanted.add(segment);
    }

    @Override
    public void differs(SegmentMark segment, Track track) {
      differed++;
      story.add("differs " + segment.cut().number() + " " + track.label());
    }

    @Override
    public void tooFarBehind() {
      throw new AssertionError("too far behind");
    }

    /** Answers what was asked for. */
    void answer() {
      for (SegmentMark mark; (mark = wanted.poll()) != null; ) {
        fetched++;
        Map<Integer, ByteBuf> bytes = new HashMap<>();
        for (SegmentMark.OfTrack each : mark.tracks()) {
          bytes.put(each.track().id(), bytes(source.window, each.track().id(), mark.cut()));
        }
        if (!packager.fetched(mark, bytes)) {
          story.add("missed " + mark.cut().number());
          packager.missed(mark);
        }
      }
    }

    void close() {
      packager.close();
      window.close();
    }
  }

  private static ByteBuf bytes(SegmentWindow window, int track, Cut cut) {
    ByteBuf all = Unpooled.buffer();
    for (TrackWindow each : window.tracks()) {
      WindowSegment segment = each.byTime(cut.start90k());
      if (each.track().id() == track && segment != null) {
        segment.parts().forEach(part -> all.writeBytes(part.bytes().duplicate()));
      }
    }
    return all;
  }

  /** All whole segments as lines, by number and track. */
  private static Map<String, String> whole(SegmentWindow window) {
    Map<String, String> lines = new HashMap<>();
    for (TrackWindow track : window.tracks()) {
      for (WindowSegment segment : track.segments()) {
        if (segment.isWhole()) {
          String parts =
              segment.parts().stream()
                  .map(part -> part.startDts() + "+" + part.duration() + part.independent())
                  .toList()
                  .toString();
          lines.put(
              track.name() + " " + segment.cut().number(),
              "%s %d %d %s %s %s"
                  .formatted(
                      segment.cut(),
                      segment.startNs(),
                      segment.durationNs(),
                      PackagedWatch.sha(segment.init().buffer()),
                      PackagedWatch.sha(bytes(window, track.track().id(), segment.cut())),
                      parts));
        }
      }
    }
    return lines;
  }

  private static void assertSame(Source source, Edge edge, List<String> story, boolean all) {
    Map<String, String> theirs = whole(source.window);
    Map<String, String> ours = whole(edge.window);
    for (Map.Entry<String, String> each : ours.entrySet()) {
      if (theirs.containsKey(each.getKey())) {
        assertThat(each.getValue())
            .as("%s after %s", each.getKey(), story)
            .isEqualTo(theirs.get(each.getKey()));
      }
    }
    if (all) {
      assertThat(ours.keySet()).as("%s", story).containsAll(theirs.keySet());
    }
    assertThat(edge.window.intervals().isEmpty() ? edge.listed : edge.listed())
        .as("the last that is listed; %s", story)
        .isGreaterThanOrEqualTo(edge.listed);
    for (TrackWindow track : edge.window.tracks()) {
      List<WindowSegment> segments = track.segments();
      for (int i = 1; i < segments.size(); i++) {
        assertThat(segments.get(i).cut().number())
            .as("%s", story)
            .isEqualTo(segments.get(i - 1).cut().number() + 1);
      }
    }
  }

  @Test
  void whoeverStartsAnewTheSegmentsAreTheSame() {
    Seeds.run(
        SEEDS,
        random -> {
          story.clear();
          Pictures pictures = Pictures.random(random);
          List<AccessUnit> units =
              SimulatedStream.interleaved(
                  List.of(
                      SimulatedStream.video(SimulatedStream.VIDEO, pictures, 0, SECONDS, random),
                      SimulatedStream.audio(SimulatedStream.AUDIO, 0, SECONDS)),
                  random.nextInt(400),
                  random);
          Source source = new Source();
          source.packager.configure(TRACKS);
          Edge edge = new Edge(source);
          run(units, source, edge, random);
          assertThat(edge.differed).as("%s", story).isZero();
          source.close();
          edge.close();
          units.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
        });
  }

  /** Units go to both, those of the edge later, with cuts and restarts at random. */
  private void run(List<AccessUnit> units, Source source, Edge edge, RandomGenerator random) {
    ArrayDeque<AccessUnit> gop = new ArrayDeque<>();
    ArrayDeque<AccessUnit> underWay = new ArrayDeque<>();
    List<Integer> faults = new ArrayList<>();
    for (int i = 0; i < RESTARTS; i++) {
      faults.add(random.nextInt(units.size() * 9 / 10));
    }
    faults.sort(null);
    int next = 0;
    int reconnectAt = 0;
    boolean joined = true;
    for (int i = 0; i < units.size(); i++) {
      AccessUnit unit = units.get(i);
      if (next < faults.size() && i == faults.get(next)) {
        next++;
        if (source.edge != null) {
          flush(underWay, random.nextBoolean() ? edge : null);
          reconnectAt = i + random.nextInt(units.size() / 40);
          switch (random.nextInt(3)) {
            case 0 -> {
              story.add(i + " source anew");
              source.restart();
              source.packager.configure(TRACKS);
              gop.clear();
              joined = false;
            }
            case 1 -> {
              story.add(i + " edge anew");
              source.edge = null;
              edge.restart();
            }
            case 2 -> {
              story.add(i + " cut");
              source.edge = null;
            }
            default -> throw new AssertionError();
          }
        }
      }
      if (source.edge == null && i >= reconnectAt && joined) {
        story.add(i + " linked");
        source.connect(edge);
        edge.packager.interrupted();
        underWay.addAll(gop);
      }
      joined |= unit.startsGop();
      if (!joined) {
        continue; // the source's publisher is there with a key frame
      }
      if (unit.startsGop()) {
        gop.clear();
      }
      gop.add(unit);
      source.add(unit);
      if (source.edge != null) {
        underWay.add(unit);
        if (random.nextInt(5) == 0) {
          flush(underWay, edge);
        }
      }
      if (random.nextInt(12) == 0) {
        edge.answer();
      }
      if (i % 500 == 0) {
        assertSame(source, edge, story, false);
      }
    }
    flush(underWay, edge);
    source.packager.pause();
    edge.answer();
    edge.answer();
    story.add(edge.packager.toString());
    assertSame(source, edge, story, source.edge != null);
  }

  private static void flush(ArrayDeque<AccessUnit> underWay, @Nullable Edge edge) {
    for (AccessUnit unit; (unit = underWay.poll()) != null; ) {
      if (edge != null) {
        edge.packager.add(unit);
      }
    }
  }

  @Test
  void aWrongSegmentIsReplacedAndReported() {
    var random = new SplittableRandom(1);
    List<AccessUnit> video =
        SimulatedStream.video(SimulatedStream.VIDEO, Pictures.USUAL, 0, 20, random);
    List<AccessUnit> units =
        SimulatedStream.interleaved(
            List.of(video, SimulatedStream.audio(SimulatedStream.AUDIO, 0, 20)), 0, random);
    Source source = new Source();
    source.packager.configure(TRACKS);
    Edge edge = new Edge(source);
    source.connect(edge);
    for (AccessUnit unit : units) {
      source.add(unit);
      boolean spoilt = unit.equals(video.get(260)); // of the segment from second 10 on
      if (spoilt) {
        ByteBuf wrong = unit.payload().copy();
        wrong.setByte(wrong.writerIndex() - 1, wrong.getByte(wrong.writerIndex() - 1) ^ 1);
        edge.packager.add(
            new AccessUnit(unit.track(), unit.dts(), unit.pts(), unit.randomAccess(), wrong));
        wrong.release();
      } else {
        edge.packager.add(unit);
      }
    }
    source.packager.pause();
    edge.answer();
    assertThat(story).hasSize(1);
    assertThat(story.getFirst()).startsWith("differs ").endsWith(" h264");
    assertSame(source, edge, story, true);
    assertThat(edge.fetched).isEqualTo(2); // the first one, whose beginning was not seen, and this
    source.close();
    edge.close();
  }
}
