package dev.sluice.mux.mp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Track;
import dev.sluice.mux.mp4.UnitDump.Unit;
import dev.sluice.testkit.Golden;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class Mp4FileTest {
  static final List<String> CLIPS = Mp4Clips.NAMES;

  /** Those whose samples are given as they are, not in groups. */
  static final List<String> OF_FRAMES =
      CLIPS.stream().filter(clip -> !clip.endsWith(".mov")).toList();

  private static final String ALAW = "h264_alaw.mov";

  private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

  @ParameterizedTest(name = "{0}")
  @FieldSource("CLIPS")
  void reads(String clip) throws IOException {
    Mp4File file = Mp4File.open(Mp4Clips.open(clip), ALLOCATOR);
    UnitDump dump = new UnitDump(file.clock());
    dump.line(
        "clock %d Hz, %d ns"
            .formatted(file.clock().timescale().ticksPerSecond(), file.durationNs()));
    List<Track> first = file.tracks();
    readAll(file, dump);
    Golden.check("mp4/" + clip + ".dump", dump.text());
    assertThat(dump.allReleased()).isTrue();
    assertThat(file.dropped()).isZero();
    assertThat(file.passedOver()).isEmpty();
    assertThat(file.tracks()).isEqualTo(first);
    assertThat(dump.tracks).containsExactlyInAnyOrderElementsOf(first);
    assertDtsRises(dump.units, file);
  }

  private static void assertDtsRises(List<Unit> units, Mp4File file) {
    long[] last = new long[256];
    Arrays.fill(last, Long.MIN_VALUE);
    for (Unit unit : units) {
      assertThat(unit.dts()).isGreaterThan(last[unit.id()]);
      assertThat(unit.pts()).isGreaterThanOrEqualTo(unit.dts());
      last[unit.id()] = unit.dts();
    }
    assertThat(file.durationNs()).isGreaterThanOrEqualTo(-1);
  }

  /** Sound of single moments begins where the picture does, to the sample. */
  @Test
  void seeksInSoundWithoutFrames() {
    Mp4File file = open(Mp4Clips.bytes(ALAW));
    UnitDump all = new UnitDump(file.clock());
    readAll(file, all);
    assertThat(file.seek(500_000_000)).isEqualTo(480_000_000);
    UnitDump dump = new UnitDump(file.clock());
    readAll(file, dump);
    List<Unit> sound = of(1, dump.units);
    assertThat(sound.getFirst().pts()).isEqualTo(3_840); // 0.48 s
    assertThat(sound.getFirst().size()).isEqualTo(256); // up to where the chunk ends
    assertThat(sound.getLast()).isEqualTo(of(1, all.units).getLast());
  }

  /** From wherever a seek leads to, the same units come as without it. */
  @ParameterizedTest(name = "{0}")
  @FieldSource("OF_FRAMES")
  void seeks(String clip) {
    Mp4File file = Mp4File.open(Mp4Clips.open(clip), ALLOCATOR);
    UnitDump all = new UnitDump(file.clock());
    readAll(file, all);
    int main = file.tracks().getFirst().id();
    boolean video = file.tracks().getFirst().kind() == Track.Kind.VIDEO;
    long firstNs =
        all.units.stream().mapToLong(unit -> ns(file, unit.id(), unit.pts())).min().orElseThrow();
    for (long atNs = 0; atNs < 2_000_000_000L; atNs += 130_000_000L) {
      long where = file.seek(atNs);
      UnitDump dump = new UnitDump(file.clock());
      readAll(file, dump);
      Unit start = dump.units.stream().filter(unit -> unit.id() == main).findFirst().orElseThrow();
      assertThat(start.randomAccess()).isTrue();
      assertThat(where).isCloseTo(ns(file, main, start.pts()) - firstNs, within(12_000));
      long target = atNs;
      Unit expected =
          all.units.stream()
              .filter(unit -> unit.id() == main && unit.randomAccess())
              .filter(unit -> ns(file, main, unit.pts()) - firstNs <= target + 12_000)
              .reduce((before, next) -> next)
              .orElse(
                  all.units.stream().filter(unit -> unit.id() == main).findFirst().orElseThrow());
      assertThat(start).isEqualTo(expected);
      for (Track track : file.tracks()) {
        List<Unit> before = of(track.id(), all.units);
        List<Unit> after = of(track.id(), dump.units);
        assertThat(before).endsWith(after.toArray(Unit[]::new));
        if (video && track.kind() == Track.Kind.AUDIO && !after.isEmpty()) {
          // the sound that is heard when the picture is shown, and none before it
          int at = before.size() - after.size();
          assertThat(
                  at == 0
                      || ns(file, track.id(), after.getFirst().pts()) - firstNs
                          <= where + 100_000_000)
              .isTrue();
        }
      }
    }
  }

  @Test
  void readsWhatIsAsked() {
    MemorySource source = Mp4Clips.open("h264_aac_48000.mp4");
    Mp4File file = Mp4File.open(source, ALLOCATOR);
    assertThat(source.readBytes()).isLessThan(3_500); // moov, and not the samples
    UnitDump dump = new UnitDump(file.clock());
    assertThat(file.next(dump)).isTrue();
    assertThat(dump.units).hasSize(1);
  }

  @Test
  void refusesWhatIsNoMp4() {
    assertThatThrownBy(() ->
            open("<!doctype html><html></html>".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("file without 'moov'");
    assertThatThrownBy(() -> open(new byte[0])).isInstanceOf(MalformedException.class);
  }

  /** A file that is cut off is refused when it is opened, or when it ends, and by nothing else. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "h264_open_gop_aac_44100.mp4",
        "h264_aac_fragmented.mp4",
        "h264_aac_hybrid.mp4",
        "h264_aac_sidx.mp4",
        "aac_44100.m4a"
      })
  void endsWithEveryTruncation(String clip) {
    byte[] bytes = Mp4Clips.bytes(clip);
    Mp4File whole = Mp4File.open(Mp4Clips.open(clip), ALLOCATOR);
    UnitDump all = new UnitDump(whole.clock());
    readAll(whole, all);
    for (int length = 0; length < bytes.length; length += length < 1_024 ? 3 : 131) {
      UnitDump dump = null;
      try {
        Mp4File file = open(Arrays.copyOf(bytes, length));
        dump = new UnitDump(file.clock());
        readAll(file, dump);
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
      if (dump != null) {
        assertThat(dump.allReleased()).isTrue();
        assertThat(all.units).containsAll(dump.units);
      }
    }
  }

  /** Clips with bytes changed, in moov and fragments above all. */
  @Test
  void damagedFilesAreReadOrRefused() {
    Seeds.run(
        300,
        random -> {
          byte[] bytes = Mp4Clips.bytes(CLIPS.get(random.nextInt(CLIPS.size())));
          for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1);
          }
          int cut = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
          readOrRefuse(Arrays.copyOf(bytes, cut));
        });
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    readOrRefuse(input);
  }

  private static void readOrRefuse(byte[] input) {
    var allocator = new UnpooledByteBufAllocator(false);
    UnitDump dump = null;
    try {
      Mp4File file = Mp4File.open(new MemorySource(input), allocator);
      dump = new UnitDump(file.clock());
      for (int i = 0; i < 200 && file.next(dump); i++) {
        assertThat(file.durationNs()).isGreaterThanOrEqualTo(-1);
      }
      file.seek(300_000_000);
      for (int i = 0; i < 50 && file.next(dump); i++) {
        assertThat(file.tracks()).isNotEmpty();
      }
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    assertThat(dump == null || dump.allReleased()).isTrue();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  private static Mp4File open(byte[] bytes) {
    return Mp4File.open(new MemorySource(bytes), ALLOCATOR);
  }

  private static void readAll(Mp4File file, UnitDump dump) {
    int before;
    do {
      before = dump.units.size();
    } while (file.next(dump) && dump.units.size() > before);
    assertThat(dump.units).hasSize(before);
  }

  private static List<Unit> of(int id, List<Unit> units) {
    List<Unit> of = new ArrayList<>(units);
    of.removeIf(unit -> unit.id() != id);
    return of;
  }

  private static long ns(Mp4File file, int id, long ticks) {
    Track track = file.tracks().stream().filter(it -> it.id() == id).findFirst().orElseThrow();
    return track.timescale().convert(ticks, dev.sluice.media.Timescale.NANOS);
  }

  private static org.assertj.core.data.Offset<Long> within(long ns) {
    return org.assertj.core.data.Offset.offset(ns);
  }
}
