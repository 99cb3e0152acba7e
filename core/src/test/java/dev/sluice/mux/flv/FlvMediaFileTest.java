package dev.sluice.mux.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    assertThat(dump.tracks).isEqualTo(plain.tracks);
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
    try (var file = new FlvMediaFile(file(whole), allocator)) {
      readAll(file, dump);
    }
    assertThat(dump.units).extracting(SourceUnit::dts).isSorted();
    long spanMs = dump.units.getLast().dts() - dump.units.getFirst().dts();
    assertThat(spanMs).isBetween(1_900L, 2_100L);
  }

  private static void shiftTimes(ByteBuf flv, long byMs) {
    for (int at = 13; at < flv.writerIndex(); ) {
      int body = flv.getUnsignedMedium(at + 1);
      long stamp = (long) flv.getUnsignedByte(at + 7) << 24 | flv.getUnsignedMedium(at + 4);
      long shifted = (stamp + byMs) & 0xFFFF_FFFFL;
      flv.setMedium(at + 4, (int) (shifted & 0xFF_FFFF));
      flv.setByte(at + 7, (int) (shifted >> 24));
      at += 11 + body + 4;
    }
  }
}
