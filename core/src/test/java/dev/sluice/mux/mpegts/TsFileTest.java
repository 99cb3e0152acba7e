package dev.sluice.mux.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TsFileTest {
  private static final int PICTURES = 3_000;
  private static final long FRAME_NS = 40_000_000;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

  @AfterEach
  void memoryIsGivenBack() {
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  /** Bytes in memory, as a file. */
  private record Memory(ByteBuf bytes) implements ByteSource {
    @Override
    public long sizeBytes() {
      return bytes.readableBytes();
    }

    @Override
    public int read(long position, int length, ByteBuf out) {
      int size = (int) Math.min(length, bytes.readableBytes() - position);
      out.writeBytes(bytes, (int) position, size);
      return size;
    }
  }

  @ParameterizedTest(name = "{0} lasts {1} ms")
  @CsvSource({
    "h264_bframes_aac_48000.ts, 1237",
    "h264_opengop_mp2_44100.ts, 1018",
    "h264_aac_wrap.ts, 1024",
    "h264_ac3_192.m2ts, 1024",
    "h265_aac_44100.ts, 1044",
    "mpeg2_mp2_48000.ts, 1010",
    "aac_96000_only.ts, 512",
    "mp3_44100_only.ts, 548",
  })
  void readsClipsInTheOrderOfTheirDts(String clip, long durationMs) {
    var plain = new TsDump();
    try (var demuxer = new TsDemuxer(plain, allocator)) {
      demuxer.feed(TsClips.open(clip));
      demuxer.end();
    }
    try (var file = new TsFile(new Memory(TsClips.open(clip)), allocator)) {
      assertThat(file.durationNs() / 1_000_000).isEqualTo(durationMs);
      for (int round = 0; round < 2; round++) {
        var dump = new TsDump();
        while (file.next(dump)) {}
        assertThat(dump.units).hasSameSizeAs(plain.units);
        assertThat(dump.tracks).hasSize(round == 0 ? file.tracks().size() : 0);
        for (int i = 1; i < dump.units.size(); i++) {
          assertThat(dump.units.get(i).dts()).isGreaterThanOrEqualTo(dump.units.get(i - 1).dts());
        }
        assertThat(file.next(dump)).isFalse();
        assertThat(file.seek(0)).isBetween(0L, 100_000_000L);
      }
    }
  }

  @ParameterizedTest(name = "begins {0} ticks before the wrap, a GOP of {1}")
  @CsvSource({"0, 25", "90000, 50", "5000000, 250", "2000000, 3000", "1, 1"})
  void seeksToTheRandomAccessPointBefore(long before, int gop) {
    long begin = PesHeader.TIME_RANGE * 100 - before;
    var random = new SplittableRandom(gop);
    List<AccessUnit> units = MuxUnits.of(random, begin, PICTURES, gop);
    try (var file = new TsFile(new Memory(muxed(units)), allocator)) {
      long firstPts = firstPts(units);
      assertThat(file.tracks()).extracting(Track::id).containsExactly(0, 1);
      long lengthNs = PICTURES * FRAME_NS;
      assertThat(file.durationNs()).isBetween(lengthNs - FRAME_NS, lengthNs + 3 * FRAME_NS);
      for (int i = 0; i < 25; i++) {
        long atNs =
            switch (i) {
              case 0 -> 0;
              case 1 -> lengthNs;
              case 2 -> Long.MAX_VALUE / 4;
              case 3 -> -5;
              default -> random.nextLong(lengthNs);
            };
        AccessUnit expected = accessPoint(units, firstPts, atNs);
        long foundNs = file.seek(atNs);
        assertThat(foundNs).isEqualTo(ns(expected.pts() - firstPts));
        var dump = new TsDump();
        while (dump.units.size() < 30 && file.next(dump)) {}
        SourceUnit picture =
            dump.units.stream()
                .filter(unit -> unit.track().kind() == Track.Kind.VIDEO)
                .findFirst()
                .orElseThrow();
        assertThat(picture.randomAccess()).isTrue();
        assertThat(picture.dts() % PesHeader.TIME_RANGE)
            .isEqualTo(expected.dts() % PesHeader.TIME_RANGE);
        assertThat(dump.units.getFirst().dts()).isGreaterThanOrEqualTo(picture.dts());
        assertThat(ns(picture.dts() + picture.compositionOffset()) - foundNs)
            .isEqualTo(ns(firstPts % PesHeader.TIME_RANGE));
      }
    }
  }

  @Test
  void everythingAfterASeekComes() {
    List<AccessUnit> units = MuxUnits.of(new SplittableRandom(4), MuxUnits.BEGIN, PICTURES, 25);
    try (var file = new TsFile(new Memory(muxed(units)), allocator)) {
      file.seek(60_000_000_000L);
      var dump = new TsDump();
      while (file.next(dump)) {}
      assertThat(dump.count(0)).isEqualTo(PICTURES - 1_500);
      long sounds =
          units.stream()
              .filter(unit -> unit.track().id() == 1)
              .filter(unit -> unit.dts90k() >= MuxUnits.BEGIN + 60 * 90_000L)
              .count();
      assertThat(dump.count(1)).isBetween(sounds - 5, sounds + 1);
    }
  }

  @Test
  void seeksInSoundAlone() {
    List<AccessUnit> units =
        MuxUnits.of(new SplittableRandom(9), MuxUnits.BEGIN, PICTURES, 25).stream()
            .filter(unit -> unit.track().kind() == Track.Kind.AUDIO)
            .toList();
    try (var file = new TsFile(new Memory(muxed(units)), allocator)) {
      long found = file.seek(30_000_000_000L);
      assertThat(found).isBetween(30_000_000_000L - 22_000_000, 30_000_000_000L);
    }
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, 187, 188, 400, 10_000})
  void whatHasNoTimeIsRefused(int size) {
    ByteBuf zeros = Unpooled.wrappedBuffer(new byte[size]);
    assertThatThrownBy(() -> new TsFile(new Memory(zeros), allocator))
        .isInstanceOf(MalformedException.class);
    ByteBuf cut = TsClips.open("h264_only.ts");
    ByteBuf tables = cut.slice(0, Math.min(size, 3 * 188));
    assertThatThrownBy(() -> new TsFile(new Memory(tables), allocator))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aFileThatIsClosedHalfWayGivesBackWhatItHolds() {
    List<AccessUnit> units = MuxUnits.of(new SplittableRandom(4), MuxUnits.BEGIN, 300, 25);
    var file = new TsFile(new Memory(muxed(units)), allocator);
    file.next(new TsDump());
    file.close();
  }

  /** A track that is far behind the others does not hold them up for ever. */
  @Test
  void aTrackThatEndsEarlyIsNotWaitedFor() {
    List<AccessUnit> units = new ArrayList<>();
    for (AccessUnit unit : MuxUnits.of(new SplittableRandom(4), MuxUnits.BEGIN, PICTURES, 25)) {
      if (unit.track().kind() == Track.Kind.VIDEO || unit.dts90k() < MuxUnits.BEGIN + 90_000) {
        units.add(unit);
      }
    }
    try (var file = new TsFile(new Memory(muxed(units)), allocator)) {
      var dump = new TsDump();
      file.next(dump);
      while (dump.count(0) < 500) {
        assertThat(file.next(dump)).isTrue();
      }
      // what waits is some seconds, not the file
      assertThat(allocator.metric().usedDirectMemory()).isLessThan(4 << 20);
      while (file.next(dump)) {}
      assertThat(dump.units).hasSameSizeAs(units);
    }
  }

  private static ByteBuf muxed(List<AccessUnit> units) {
    var muxer = new TsMuxer();
    muxer.configure(List.of(MuxUnits.H264, MuxUnits.AAC));
    ByteBuf out = Unpooled.buffer();
    for (int at = 0; at < units.size(); at += 9) {
      muxer.write(units.subList(at, Math.min(units.size(), at + 9)), out);
    }
    return out;
  }

  private static long firstPts(List<AccessUnit> units) {
    return units.stream()
        .limit(50)
        .mapToLong(unit -> unit.track().timescale().convertRounded(unit.pts(), Timescale.VIDEO))
        .min()
        .orElseThrow();
  }

  /** The last random access point at or before a time; the first where there is none. */
  private static AccessUnit accessPoint(List<AccessUnit> units, long firstPts, long atNs) {
    AccessUnit found = null;
    for (AccessUnit unit : units) {
      if (unit.startsGop() && (found == null || ns(unit.pts() - firstPts) <= Math.max(0, atNs))) {
        found = unit;
      }
    }
    return Objects.requireNonNull(found);
  }

  private static long ns(long ticks90k) {
    return ticks90k * 100_000 / 9;
  }
}
