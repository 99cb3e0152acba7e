package dev.sluice.mux.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlvMediaFileTest {
  private static final long MS = 1_000_000;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

  /** Bytes in memory as a file. */
  static ByteSource file(ByteBuf content) {
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return content.readableBytes();
      }

      @Override
      public int read(long position, int length, ByteBuf out) {
        int there = Math.clamp(content.readableBytes() - position, 0, length);
        if (there > 0) {
          out.writeBytes(content, content.readerIndex() + (int) position, there);
        }
        return there;
      }
    };
  }

  static Stream<String> clips() {
    return Stream.of(Clips.NAMES);
  }

  private static void readAll(FlvMediaFile file, SourceDump into) {
    while (file.next(into)) {}
  }

  @ParameterizedTest
  @MethodSource("clips")
  void givesWhatTheDemuxerGivesInTheOrderOfTime(String clip) {
    SourceDump plain = new SourceDump();
    try (var reader = new FlvReader(new FlvDemuxer(plain), allocator)) {
      reader.feed(Clips.open(clip));
    }
    SourceDump dump = new SourceDump();
    try (var file = new FlvMediaFile(file(Clips.open(clip)), allocator)) {
      assertThat(file.tracks()).containsExactlyInAnyOrderElementsOf(latest(plain));
      readAll(file, dump);
      assertThat(file.next(dump)).isFalse();
      long lastMs = plain.units.getLast().dts() - plain.units.getFirst().dts();
      assertThat(file.durationNs() / MS).isBetween(lastMs - 100, lastMs + 100);
    }
    assertThat(dump.units)
        .extracting(SourceUnit::dts)
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(plain.units.stream().map(SourceUnit::dts).toList());
    for (Track track : latest(plain)) {
      assertThat(ofTrack(dump, track.id())).isEqualTo(ofTrack(plain, track.id()));
    }
    assertThat(dump.tracks)
        .containsExactlyInAnyOrderElementsOf(
            plain.units.stream().map(SourceUnit::track).distinct().toList());
    assertThat(dump.metadata).isEqualTo(plain.metadata);
    assertNothingIsHeld(dump);
  }

  /** What each track was announced as at last. */
  private static Collection<Track> latest(SourceDump dump) {
    Map<Integer, Track> latest = new HashMap<>();
    dump.tracks.forEach(track -> latest.put(track.id(), track));
    return latest.values();
  }

  private static List<String> ofTrack(SourceDump dump, int id) {
    return dump.units.stream()
        .filter(unit -> unit.track().id() == id)
        .map(unit -> unit.dts() + " " + unit.compositionOffset() + " " + unit.randomAccess())
        .toList();
  }

  private void assertNothingIsHeld(SourceDump dump) {
    assertThat(dump.units).allSatisfy(unit -> assertThat(unit.payload().refCnt()).isZero());
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @ParameterizedTest
  @MethodSource("clips")
  void goesToTheKeyFrameBeforeAnyPoint(String clip) {
    SourceDump all = new SourceDump();
    try (var file = new FlvMediaFile(file(Clips.open(clip)), allocator)) {
      readAll(file, all);
      long firstPts = all.units.stream().mapToLong(FlvMediaFileTest::pts).min().orElseThrow();
      List<SourceUnit> keys =
          all.units.stream()
              .filter(unit -> unit.track().id() == FlvDemuxer.VIDEO_ID && unit.randomAccess())
              .toList();
      for (long atMs = 0; atMs < 3_000; atMs += 130) {
        long limit = firstPts + atMs;
        SourceUnit wanted =
            keys.stream()
                .filter(unit -> pts(unit) <= limit)
                .max(Comparator.comparingLong(FlvMediaFileTest::pts))
                .orElse(keys.getFirst());
        SourceDump dump = new SourceDump();
        assertThat(file.seek(atMs * MS)).isEqualTo((pts(wanted) - firstPts) * MS);
        readAll(file, dump);
        SourceUnit first =
            dump.units.stream()
                .filter(unit -> unit.track().id() == FlvDemuxer.VIDEO_ID)
                .findFirst()
                .orElseThrow();
        assertThat(first.dts()).isEqualTo(wanted.dts());
        assertThat(first.randomAccess()).isTrue();
        assertThat(latest(dump)).containsExactlyInAnyOrderElementsOf(latest(all));
        assertThat(dump.units.getLast().dts()).isEqualTo(all.units.getLast().dts());
      }
    }
    assertNothingIsHeld(all);
  }

  private static long pts(SourceUnit unit) {
    return unit.dts() + unit.compositionOffset();
  }

  @Test
  void aFileThatWasCutAnywhereEndsEarlierOrIsNone() {
    ByteBuf whole = Clips.open("h264_25_aac_48000");
    int complete = 0;
    for (int length = 0; length < whole.readableBytes(); length += length < 2_000 ? 1 : 997) {
      SourceDump dump = new SourceDump();
      try (var file = new FlvMediaFile(file(whole.slice(0, length)), allocator)) {
        readAll(file, dump);
        file.seek(1_000 * MS);
        readAll(file, dump);
        complete++;
      } catch (MalformedException tooShort) {
        assertThat(length).isLessThan(20_000);
      }
      assertNothingIsHeld(dump);
    }
    assertThat(complete).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "FLV", "<!doctype html>", "FLV\u0001\u0005\u0000\u0000\u0000\u0009"})
  void refusesWhatIsNoFlv(String text) {
    ByteBuf content = Unpooled.copiedBuffer(text, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> new FlvMediaFile(file(content), allocator))
        .isInstanceOf(MalformedException.class);
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void timeStampsThatWrapGoOn() {
    ByteBuf whole = Clips.open("h264_25_aac_44100_nob").copy();
    shiftTimes(whole, 0xFFFF_FF00L);
    SourceDump dump = new SourceDump();
    SourceDump sought = new SourceDump();
    try (var file = new FlvMediaFile(file(whole), allocator)) {
      readAll(file, dump);
      SourceUnit last = keys(dump).getLast();
      assertThat(file.seek(Long.MAX_VALUE)).isEqualTo((pts(last) - firstPts(dump)) * MS);
      readAll(file, sought);
      assertThat(pts(keys(sought).getFirst())).isEqualTo(pts(last));
      assertThat(file.durationNs() / MS).isBetween(1_950L, 2_050L);
    }
    assertThat(dump.units).extracting(SourceUnit::dts).isSorted();
    long spanMs = dump.units.getLast().dts() - dump.units.getFirst().dts();
    assertThat(spanMs).isBetween(1_900L, 2_100L);
    assertThat(sought.units.getLast().dts()).isEqualTo(dump.units.getLast().dts());
  }

  /** A file of many of them is none that has places for all. */
  @Test
  void inSoundAloneEveryFrameIsAPlaceToBeginAt() {
    FlvFileMaker maker = new FlvFileMaker().onlyOf(FlvTagHeader.AUDIO);
    for (int i = 0; i < 100; i++) {
      maker.add(Clips.open("h264_mp3"));
    }
    SourceDump all = new SourceDump();
    var counting = new Counting(file(maker.file()));
    try (var file = new FlvMediaFile(counting, allocator)) {
      readAll(file, all);
      assertThat(all.units).hasSizeGreaterThan(4 * FlvIndex.MAX_PLACES);
      long firstMs = all.units.getFirst().dts();
      for (int i = all.units.size() - 1; i > 0; i -= 501) {
        long wantedMs = all.units.get(i).dts() - firstMs;
        counting.reads = 0;
        assertThat(file.seek((wantedMs + 10) * MS)).isEqualTo(wantedMs * MS);
        assertThat(counting.reads).isLessThan(i > all.units.size() - 2 ? 10_000 : 100);
        SourceDump dump = new SourceDump();
        assertThat(file.next(dump)).isTrue();
        assertThat(dump.units.getFirst().dts()).isEqualTo(all.units.get(i).dts());
        assertThat(dump.tracks).isEqualTo(all.tracks);
        dump.units.forEach(unit -> assertThat(unit.payload().refCnt()).isZero());
      }
    }
    assertNothingIsHeld(all);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFrameIsReadWithTheConfigurationThatHoldsThere(boolean indexed) {
    FlvFileMaker maker =
        new FlvFileMaker()
            .add(Clips.open("h264_25_aac_48000"))
            .add(Clips.open("h264_2997_aac_44100"))
            .add(Clips.open("h265_aac"));
    SourceDump all = new SourceDump();
    ByteBuf content = indexed ? maker.fileWith(maker.keyFrames()) : maker.file();
    try (var file = new FlvMediaFile(file(content), allocator)) {
      readAll(file, all);
      List<SourceUnit> keys = keys(all);
      assertThat(keys.stream().map(SourceUnit::track).distinct()).hasSize(3);
      for (SourceUnit key : keys) {
        SourceDump dump = new SourceDump();
        file.seek((pts(key) - firstPts(all)) * MS + 40 * MS);
        while (dump.units.stream().noneMatch(FlvMediaFileTest::isVideo)) {
          assertThat(file.next(dump)).isTrue();
        }
        assertThat(dump.tracks).contains(key.track());
        SourceUnit first = dump.units.stream().filter(FlvMediaFileTest::isVideo).findFirst().get();
        assertThat(first.track()).isEqualTo(key.track());
        readAll(file, dump);
      }
    }
    assertNothingIsHeld(all);
  }

  /** What a file says of its key frames, and of how much use it is. */
  static Stream<Arguments> indexes() {
    return Stream.of(
        arguments("right", (Function<FlvFileMaker, long[]>) FlvFileMaker::keyFrames, true),
        arguments(
            "with configurations in it",
            (Function<FlvFileMaker, long[]>)
                maker ->
                    LongStream.concat(
                            LongStream.of(maker.keyFrames()), LongStream.of(maker.configurations()))
                        .sorted()
                        .toArray(),
            true),
        arguments(
            "each second one",
            (Function<FlvFileMaker, long[]>)
                maker -> {
                  long[] right = maker.keyFrames();
                  return IntStream.range(0, right.length / 2)
                      .mapToLong(i -> right[2 * i])
                      .toArray();
                },
            true),
        arguments("a byte off", changed(at -> at + 1), false),
        arguments("behind the end", changed(at -> at << 20), false),
        arguments("backwards", changed(at -> 1_000_000_000 - at), false),
        arguments(
            "of other files",
            (Function<FlvFileMaker, long[]>) _ -> new long[] {13, 14, 4_711},
            false),
        arguments("none", (Function<FlvFileMaker, long[]>) _ -> new long[0], false));
  }

  private static Function<FlvFileMaker, long[]> changed(LongUnaryOperator change) {
    return maker -> LongStream.of(maker.keyFrames()).map(change).toArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("indexes")
  void theIndexOfAFileIsOfUseWhereItIsRight(
      String name, Function<FlvFileMaker, long[]> positions, boolean useful) {
    FlvFileMaker maker = new FlvFileMaker();
    for (int i = 0; i < 40; i++) {
      maker.add(Clips.open("h264_25_aac_48000"));
    }
    SourceDump all = new SourceDump();
    int tags;
    try (var plain = new FlvMediaFile(file(maker.file()), allocator)) {
      readAll(plain, all);
      tags = all.units.size();
    }
    List<SourceUnit> keys = keys(all);
    var counting = new Counting(file(maker.fileWith(positions.apply(maker))));
    try (var file = new FlvMediaFile(counting, allocator)) {
      counting.reads = 0;
      long last = pts(keys.getLast()) - firstPts(all);
      assertThat(file.seek(last * MS)).isEqualTo(last * MS);
      assertThat(counting.reads < tags / 2).isEqualTo(useful);
      for (SourceUnit key : keys) {
        long at = pts(key) - firstPts(all);
        assertThat(file.seek((at + 30) * MS)).as("%d ms", at).isEqualTo(at * MS);
      }
    }
    assertNothingIsHeld(all);
  }

  @Test
  void aKeyFrameThatIsNoneIsNoPlaceToBeginAt() {
    ByteBuf lying = Clips.open("h264_25_aac_48000").copy();
    SourceDump all = new SourceDump();
    try (var honest = new FlvMediaFile(file(lying.copy()), allocator)) {
      readAll(honest, all);
    }
    FlvFileMaker.forEachTag(
        lying,
        (at, type) -> {
          if (type == FlvTagHeader.VIDEO) {
            lying.setByte(at + FlvTagHeader.SIZE, 0x17);
          }
        });
    long secondKey = pts(keys(all).get(1)) - firstPts(all);
    try (var file = new FlvMediaFile(file(lying), allocator)) {
      for (int frames = 0; frames < FlvMediaFile.MAX_FALSE_KEYS; frames++) {
        assertThat(file.seek((secondKey + 40L * frames) * MS)).isEqualTo(secondKey * MS);
      }
      SourceDump dump = new SourceDump();
      assertThat(file.next(dump)).isTrue();
      assertThat(dump.units)
          .filteredOn(FlvMediaFileTest::isVideo)
          .first()
          .satisfies(unit -> assertThat(unit.randomAccess()).isTrue());
      readAll(file, dump);
    }
    assertNothingIsHeld(all);
  }

  private static long firstPts(SourceDump dump) {
    return dump.units.stream().mapToLong(FlvMediaFileTest::pts).min().orElseThrow();
  }

  private static boolean isVideo(SourceUnit unit) {
    return unit.track().id() == FlvDemuxer.VIDEO_ID;
  }

  private static List<SourceUnit> keys(SourceDump dump) {
    return dump.units.stream().filter(unit -> isVideo(unit) && unit.randomAccess()).toList();
  }

  /** Counts how often it is read. */
  private static final class Counting implements ByteSource {
    private final ByteSource source;
    private int reads;

    Counting(ByteSource source) {
      this.source = source;
    }

    @Override
    public long sizeBytes() {
      return source.sizeBytes();
    }

    @Override
    public int read(long position, int length, ByteBuf out) {
      reads++;
      return source.read(position, length, out);
    }
  }

  private static void shiftTimes(ByteBuf flv, long byMs) {
    FlvFileMaker.forEachTag(flv, (at, type) -> FlvFileMaker.shiftTime(flv, at, byMs));
  }
}
