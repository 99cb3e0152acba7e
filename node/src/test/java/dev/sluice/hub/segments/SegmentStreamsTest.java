package dev.sluice.hub.segments;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubListener;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.SimLoops;
import dev.sluice.hub.Tap;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.StreamName;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.TrackWindow;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments of streams that come and go, on virtual time. */
class SegmentStreamsTest {
  private static final StreamName NAME = StreamName.parse("live/cam");
  private static final long S = 1_000_000_000L;

  private final SimLoops sim = new SimLoops(2);
  private final MemoryBudget memory = new MemoryBudget(1 << 30);
  private final List<Throwable> failures = new ArrayList<>();
  private final Disk disk = new Disk();
  private final SegmentStreams segments =
      new SegmentStreams(
          _ -> new SegmentPolicy(true, PackagerSettings.DEFAULT, 10 * S),
          disk,
          new UnpooledByteBufAllocator(true, true),
          memory,
          new HubListener() {
            @Override
            public void failed(StreamName name, Throwable fault) {
              failures.add(fault);
            }
          });

  /** Keeps what is appended, and says so at once, or when it is told to. */
  private static final class Disk implements Ledgers {
    final Map<StreamName, ByteBuf> files = new HashMap<>();
    final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    boolean stuck;
    int rewrites;

    @Override
    public Ledger open(StreamName name) {
      return Ledger.read(files.getOrDefault(name, Unpooled.EMPTY_BUFFER).duplicate());
    }

    @Override
    public void append(StreamName name, ByteBuf lines, Runnable written) {
      files.computeIfAbsent(name, _ -> Unpooled.buffer()).writeBytes(lines);
      lines.release();
      if (stuck) {
        waiting.add(written);
      } else {
        written.run();
      }
    }

    @Override
    public void replace(StreamName name, ByteBuf lines) {
      rewrites++;
      files.put(name, lines);
    }
  }

  private @Nullable CutSource source;
  private Tap tap = Tap.NONE;

  private void begin(int loop, int fromS) {
    sim.on(
        sim.loop(loop),
        () -> {
          tap = segments.open(NAME, sim.loop(loop));
          source = new CutSource(tap, fromS);
        });
  }

  private void until(int loop, double toS) {
    sim.on(sim.loop(loop), () -> requireNonNull(source).until(toS));
  }

  private SegmentStream stream() {
    return requireNonNull(segments.stream(NAME));
  }

  private TrackPlaylist.Position at(String track) {
    TrackWindow window = requireNonNull(stream().window().track(track));
    return requireNonNull(TrackPlaylist.position(stream().window(), window));
  }

  @AfterEach
  void nothingIsLeft() {
    segments.close();
    sim.runFor(0);
    assertThat(memory.usedBytes()).isZero();
    assertThat(segments.stream(NAME)).isNull();
    assertThat(requireNonNull(source).allReleased()).isTrue();
  }

  @Test
  void aStreamIsCutAndItsMemoryCounted() {
    begin(0, 0);
    until(0, 9.5);
    assertThat(at("v0").sequence()).isEqualTo(CutSource.EPOCH_S / 2 + 5);
    assertThat(memory.usedBytes(MemoryBudget.Account.SEGMENTS))
        .isEqualTo(stream().window().heldBytes())
        .isPositive();
    assertThat(failures).isEmpty();
  }

  /** So a server that starts anew counts slots as one that was there all the time. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatEndsWithTheServerHasNoEndInItsLedger(boolean stopping) {
    begin(0, 0);
    until(0, 9.5);
    if (stopping) {
      segments.stopping();
    }
    sim.on(
        sim.loop(0),
        () -> {
          tap.pause();
          tap.close();
        });
    boolean ended =
        disk.open(NAME).snapshot().stream().anyMatch(LedgerRecord.Ended.class::isInstance);
    assertThat(ended).isEqualTo(!stopping);
  }

  @Test
  void whoWaitsIsAnsweredWithTheChangeOrTooLate() {
    begin(0, 0);
    until(0, 5.3);
    List<String> answers = new ArrayList<>();
    long next = at("v0").sequence();
    sim.on(
        sim.loop(0),
        () -> {
          stream().await(check("whole", () -> at("v0").hasSegment(next), answers), 6 * S);
          stream().await(check("part 3", () -> at("v0").hasPart(next, 3), answers), 6 * S);
          stream().await(check("now", () -> true, answers), 6 * S);
          stream().await(check("never", () -> false, answers), 6 * S);
        });
    assertThat(answers).containsExactly("now");
    until(0, 5.9);
    assertThat(answers).containsExactly("now", "part 3");
    until(0, 7.2);
    assertThat(answers).containsExactly("now", "part 3", "whole");
    sim.runFor(6 * S);
    assertThat(answers).containsExactly("now", "part 3", "whole", "never too late");
    assertThat(stream().waiting()).isZero();
  }

  private static SegmentStream.Check check(
      String name, BooleanSupplier there, List<String> answers) {
    return new SegmentStream.Check() {
      @Override
      public boolean answered() {
        if (there.getAsBoolean()) {
          answers.add(name);
          return true;
        }
        return false;
      }

      @Override
      public void tooLate() {
        answers.add(name + " too late");
      }
    };
  }

  @Test
  void nothingOfASegmentIsShownBeforeItsLineIsOnDisk() {
    begin(0, 0);
    until(0, 4.5);
    long version = stream().version();
    disk.stuck = true;
    until(0, 5.5); // a segment begins
    long shown = stream().version();
    until(0, 5.8);
    assertThat(stream().version()).isEqualTo(shown);
    assertThat(shown).isGreaterThan(version);
    disk.waiting.removeFirst().run();
    sim.runFor(0);
    assertThat(stream().version()).isGreaterThan(shown);
  }

  @Test
  void aDiskThatIsStuckHoldsNobodyUp() {
    begin(0, 0);
    until(0, 4.5);
    disk.stuck = true;
    until(0, 5.5);
    long shown = stream().version();
    sim.runFor(SegmentStream.DISK_NS);
    until(0, 6);
    assertThat(stream().version()).isGreaterThan(shown);
  }

  @Test
  void numbersGoOnWhenTheStreamComesBackAndAfterARestart() {
    begin(0, 0);
    until(0, 7.6);
    long last = at("v0").sequence();
    sim.on(sim.loop(0), tap::close);
    assertThat(stream().unusedFor(0)).isTrue();
    CutSource first = requireNonNull(source);

    begin(1, 12); // on another loop
    until(1, 16);
    sim.runFor(0);
    assertThat(stream().loop()).isSameAs(sim.loop(0));
    // a gap of 4.4 s, which two entries of at most 2.5 s each bridge
    assertThat(at("v0").sequence()).isEqualTo(last + 2 + 3);
    sim.on(sim.loop(1), tap::close);
    assertThat(first.allReleased()).isTrue();

    sim.runFor(SegmentStreams.KEEP_NS);
    assertThat(segments.stream(NAME)).isNull();
    assertThat(memory.usedBytes()).isZero();
    long before = requireNonNull(disk.open(NAME).last()).number();
    begin(0, 20);
    until(0, 25);
    List<Cut> cuts =
        requireNonNull(stream().window().track("v0")).segments().stream()
            .map(segment -> segment.cut())
            .toList();
    assertThat(cuts.getFirst().number()).isEqualTo(before + 1);
    assertThat(cuts.getFirst().gap()).isTrue();
    assertThat(failures).isEmpty();
  }

  @Test
  void theLedgerIsWrittenAnewBeforeItGrowsLarge() {
    begin(0, 0);
    until(0, 3_600);
    assertThat(disk.rewrites).isPositive();
    assertThat(requireNonNull(disk.files.get(NAME)).readableBytes()).isLessThan(70_000);
    assertThat(requireNonNull(disk.open(NAME).last()).number()).isEqualTo(at("v0").sequence());
  }

  @Test
  void whatCannotBeCutEndsTheSegmentsAndNotTheStream() {
    begin(0, 0);
    until(0, 3);
    ByteBuf payload = Unpooled.buffer().writeByte(1);
    long beyond = Long.MAX_VALUE / 2; // the hole up to there is more than can be reckoned with
    sim.on(
        sim.loop(0),
        () -> {
          tap.add(new AccessUnit(CutSource.VIDEO, beyond, beyond, true, payload));
          tap.pause();
        });
    assertThat(failures).hasSize(1);
    assertThat(payload.refCnt()).isEqualTo(1);
    until(0, 4);
    assertThat(segments.stream(NAME)).isNull();
    assertThat(memory.usedBytes()).isZero();
  }
}
