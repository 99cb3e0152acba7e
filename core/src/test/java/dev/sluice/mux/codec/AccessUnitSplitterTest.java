package dev.sluice.mux.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessUnitSplitterTest {
  static final List<VideoClip> BYTE_STREAMS = VideoClip.BYTE_STREAMS;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final List<String> found = new ArrayList<>();
  private final AccessUnitSplitter.Output output =
      (label, first, bytes, units) -> {
        found.add(label + (first ? " " : "+ ") + ByteBufUtil.hexDump(bytes));
        assertListed(bytes, units);
      };

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @ParameterizedTest
  @FieldSource("BYTE_STREAMS")
  void piecesOfAnySizeGiveTheSameAccessUnits(VideoClip clip) {
    List<ByteBuf> whole = clip.accessUnits();
    for (int size : new int[] {1, 2, 3, 5, 100, 1_000, 4_001}) {
      List<ByteBuf> units = new ArrayList<>();
      List<Long> labels = new ArrayList<>();
      List<Boolean> firsts = new ArrayList<>();
      AccessUnitSplitter.Output keep =
          (label, first, bytes, listed) -> {
            units.add(Unpooled.copiedBuffer(bytes));
            assertListed(bytes, listed);
            labels.add(label);
            firsts.add(first);
          };
      ByteBuf in = clip.bytes();
      int begin = 0;
      try (var splitter = AccessUnitSplitter.of(clip.codec())) {
        for (int at = 0; at < in.writerIndex(); at += size) {
          feed(splitter, in.slice(at, Math.min(size, in.writerIndex() - at)), at / size, keep);
        }
        splitter.flush(keep);
      }
      assertThat(units).isEqualTo(whole);
      for (int i = 0; i < units.size(); i++) {
        int start = begin;
        if (size >= 3) { // smaller pieces may hold less than a start code before the last piece
          int offset = i == 0 ? in.getByte(2) == 0 ? 1 : 0 : start;
          assertThat(labels.get(i)).as("unit %d", i).isEqualTo(offset / size);
          boolean sameAsBefore = i > 0 && labels.get(i).equals(labels.get(i - 1));
          assertThat(firsts.get(i)).isEqualTo(!sameAsBefore);
        }
        begin = (i == 0 ? (in.getByte(2) == 0 ? 1 : 0) : begin) + units.get(i).readableBytes();
      }
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    // slices without known parameter sets: first_mb_in_slice tells
    "000001 6588 000001 654C 000001 419A, 000001 6588 000001 654C|000001 419A",
    // what comes before a picture belongs to it
    "000001 6588 000001 0680 000001 419A, 000001 6588|000001 0680 000001 419A",
    "000001 6588 000001 09F0 000001 67 000001 41 9A, 000001 6588|000001 09F0 000001 67 000001 419A",
    // end of sequence, filler, parts of the picture belong to the one before
    "000001 6588 000001 0A 000001 0CFF 000001 419A, 000001 6588 000001 0A 000001 0CFF|000001 419A",
    // what stands before the first start code is none's
    "AABB 000001 6588, 000001 6588",
    "AABB, ''",
  })
  void splitsH264(String stream, String expected) {
    split(Codec.H264, stream);
    assertThat(found).containsExactlyElementsOf(numbered(expected));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "000001 2601A0 000001 260120 000001 0201D0, 000001 2601A0 000001 260120|000001 0201D0",
    "000001 2601A0 000001 500180 000001 4E0180 000001 0201D0, "
        + "000001 2601A0 000001 500180|000001 4E0180 000001 0201D0", // suffix and prefix SEI
    "000001 2601A0 000001 2609A0 000001 4A01 000001 460150 000001 0201D0, "
        + "000001 2601A0 000001 2609A0 000001 4A01|000001 460150 000001 0201D0", // layer 1
  })
  void splitsH265(String stream, String expected) {
    split(Codec.H265, stream);
    assertThat(found).containsExactlyElementsOf(numbered(expected));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    // MPEG-1
    "000001 B31111 000001 000008 000001 0122 000001 0222 000001 000010 000001 0122, "
        + "000001 B31111 000001 000008 000001 0122 000001 0222|000001 000010 000001 0122",
    // MPEG-2 frames
    "000001 000008 000001 B58FFFF3 000001 0122 000001 000010 000001 B58FFFF3 000001 0122, "
        + "000001 000008 000001 B58FFFF3 000001 0122|000001 000010 000001 B58FFFF3 000001 0122",
    // two fields, then two more
    "000001 000008 000001 B58FFFF1 000001 0122 000001 000010 000001 B58FFFF2 000001 0122"
        + " 000001 000018 000001 B58FFFF2 000001 0122 000001 000018 000001 B58FFFF1 000001 0122, "
        + "000001 000008 000001 B58FFFF1 000001 0122 000001 000010 000001 B58FFFF2 000001 0122"
        + "|000001 000018 000001 B58FFFF2 000001 0122 000001 000018 000001 B58FFFF1 000001 0122",
    // a field whose partner is lost
    "000001 000008 000001 B58FFFF1 000001 0122 000001 000010 000001 B58FFFF1 000001 0122, "
        + "000001 000008 000001 B58FFFF1 000001 0122|000001 000010 000001 B58FFFF1 000001 0122",
    // user data, group header
    "000001 000008 000001 0122 000001 B7 000001 B8AAAA 000001 B2AA 000001 000008 000001 0122, "
        + "000001 000008 000001 0122 000001 B7"
        + "|000001 B8AAAA 000001 B2AA 000001 000008 000001 0122",
  })
  void splitsMpegVideo(String stream, String expected) {
    split(Codec.MPEG2_VIDEO, stream);
    assertThat(found).containsExactlyElementsOf(numbered(expected));
  }

  @Test
  void fieldsOfAFrameStayTogether() {
    var h264 = new H264Fields();
    String top = h264.slice(true, 3, 6, false);
    String bottom = h264.slice(true, 3, 7, true);
    String nextTop = h264.slice(true, 4, 8, false);
    String nextBottom = h264.slice(true, 4, 9, true);
    String frame = h264.frame(5, 10);
    String sets = "000001" + h264.sps() + "000001" + h264.pps();
    split(
        Codec.H264,
        sets + top + "000001 0680" + bottom + "000001 09F0" + nextTop + nextBottom + frame);
    assertThat(found)
        .containsExactly(
            "0 " + sets + top + "0000010680" + bottom,
            "0+ 00000109f0" + nextTop + nextBottom,
            "0+ " + frame);
  }

  @Test
  void aFieldWhosePartnerIsLostStandsAlone() {
    var h264 = new H264Fields();
    String sets = "000001" + h264.sps() + "000001" + h264.pps();
    String top = h264.slice(true, 3, 6, false);
    String nextTop = "0000010680" + h264.slice(true, 4, 8, false);
    split(Codec.H264, sets + top + nextTop);
    assertThat(found).containsExactly("0 " + sets + top, "0+ " + nextTop);
  }

  @Test
  void tellsWhetherASecondFieldMayFollow() {
    var h264 = new H264Fields();
    String sets = "000001" + h264.sps() + "000001" + h264.pps();
    try (var splitter = AccessUnitSplitter.of(Codec.H264)) {
      feed(splitter, hex(sets + h264.slice(true, 3, 6, false) + "000001"), 0, output);
      assertThat(splitter.awaitsSecondField()).isTrue();
      feed(splitter, hex(h264.slice(true, 3, 7, true).substring(6) + "000001"), 0, output);
      assertThat(splitter.awaitsSecondField()).isFalse();
      splitter.reset();
    }
    assertThat(found).isEmpty();
  }

  /** Same first_mb_in_slice, but other values that only parameter sets make legible. */
  @Test
  void picturesAreToldApartByTheirSliceHeaders() {
    var h264 = new H264Fields();
    String sets = "000001" + h264.sps() + "000001" + h264.pps();
    String first = h264.frame(5, 10);
    String withoutFirstSlice = h264.frame(6, 12).replaceFirst("00000141", "00000161");
    split(Codec.H264, sets + first + first + withoutFirstSlice);
    assertThat(found).containsExactly("0 " + sets + first + first, "0+ " + withoutFirstSlice);
  }

  @Test
  void labelsAreThoseOfThePieceInWhichAnAccessUnitBegins() {
    try (var splitter = AccessUnitSplitter.of(Codec.H264)) {
      feed(splitter, hex("000001 6588"), 10, output);
      feed(splitter, hex("AA 000001 419A 000001 419B 00"), 11, output);
      feed(splitter, hex("0001 419C BBBB"), 12, output);
      feed(splitter, hex("CC"), 13, output);
      assertThat(found).hasSize(2); // 48 bytes are needed to be sure of a slice
      splitter.flush(output);
      feed(splitter, hex("000001 419D"), 14, output);
      splitter.flush(output);
      splitter.flush(output);
    }
    assertThat(found)
        .containsExactly(
            "10 0000016588aa",
            "11 000001419a",
            "11+ 000001419b",
            "11+ 000001419cbbbbcc",
            "14 000001419d");
  }

  @Test
  void anAccessUnitIsGivenOutWhenADelimiterFollows() {
    try (var splitter = AccessUnitSplitter.of(Codec.H264)) {
      feed(splitter, hex("000001 09F0 000001 6588"), 0, output);
      feed(splitter, hex("000001 09"), 1, output);
      assertThat(found).containsExactly("0 00000109f00000016588");
      splitter.reset();
      feed(splitter, hex("419A 000001 419B"), 2, output);
      splitter.flush(output);
    }
    assertThat(found).hasSize(2).last().isEqualTo("2 000001419b");
  }

  @Test
  void accessUnitsAreLimited() {
    try (var splitter = AccessUnitSplitter.of(Codec.H264)) {
      ByteBuf most = Unpooled.buffer(AccessUnitSplitter.MAX_ACCESS_UNIT_BYTES + 1);
      most.writeBytes(hex("000001 6588"));
      while (most.readableBytes() < AccessUnitSplitter.MAX_ACCESS_UNIT_BYTES) {
        most.writeByte(0xAA);
      }
      feed(splitter, most, 0, output);
      assertThat(splitter.droppedUnits()).isZero();
      feed(splitter, hex("AA"), 1, output);
      assertThat(splitter.droppedUnits()).isEqualTo(1);
      feed(splitter, hex("BB 000001 419A"), 2, output);
      splitter.flush(output);
    }
    assertThat(found).containsExactly("2 000001419a");
  }

  /** An access unit of too many NAL units is said to be one; those around it are as they were. */
  @Test
  void unitsOfAnAccessUnitAreLimited() {
    List<Integer> counts = new ArrayList<>();
    AccessUnitSplitter.Output count =
        (_, _, bytes, units) -> {
          try {
            assertListed(bytes, units);
            counts.add(bytes.readableBytes());
          } catch (MalformedException refused) {
            assertThatThrownBy(units::checkComplete).hasMessage(refused.getMessage());
            counts.add(-1);
          }
        };
    try (var splitter = AccessUnitSplitter.of(Codec.H264)) {
      for (int nalUnits : new int[] {1, NalIndex.MAX_UNITS, NalIndex.MAX_UNITS + 1, 2}) {
        ByteBuf in = hex("000001 6588"); // then further slices of the same picture
        for (int i = 1; i < nalUnits; i++) {
          in.writeMedium(1).writeByte(0x65).writeByte(0x48);
        }
        feed(splitter, in, 0, count);
      }
      splitter.flush(count);
    }
    assertThat(counts).containsExactly(5, 5 * NalIndex.MAX_UNITS, -1, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AV1", "VP9", "AAC"})
  void otherCodecsHaveNoByteStream(Codec codec) {
    assertThatThrownBy(() -> AccessUnitSplitter.of(codec))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Damage: nothing is lost or doubled that stands behind the first start code. */
  @Test
  void damagedStreamsComeOutWhole() {
    Seeds.run(
        60,
        random -> {
          VideoClip clip = BYTE_STREAMS.get(random.nextInt(BYTE_STREAMS.size()));
          ByteBuf in = Unpooled.copiedBuffer(clip.bytes());
          for (int i = random.nextInt(40); i > 0; i--) {
            in.setByte(4 + random.nextInt(in.readableBytes() - 4), random.nextInt(256));
          }
          StringBuilder joined = new StringBuilder();
          AccessUnitSplitter.Output join =
              (_, _, bytes, units) -> {
                joined.append(ByteBufUtil.hexDump(bytes));
                assertListed(bytes, units);
              };
          try (var splitter = AccessUnitSplitter.of(clip.codec())) {
            for (int at = 0; at < in.writerIndex(); ) {
              int size = Math.min(in.writerIndex() - at, 1 + random.nextInt(3_000));
              feed(splitter, in.slice(at, size), 0, join);
              at += size;
            }
            splitter.flush(join);
          }
          assertThat(ByteBufUtil.hexDump(in)).endsWith(joined.toString());
          assertThat(joined.length()).isGreaterThanOrEqualTo(2 * in.readableBytes() - 2);
        });
  }

  /** The first byte chooses codec and size of the pieces. */
  @FuzzTest
  void anyBytesComeOutWhole(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Codec codec = List.of(Codec.H264, Codec.H265, Codec.MPEG2_VIDEO).get((input[0] & 0xFF) % 3);
    int size = 1 + (input[0] & 0xFF) / 3;
    ByteBuf in = Unpooled.wrappedBuffer(input);
    StringBuilder joined = new StringBuilder();
    AccessUnitSplitter.Output join =
        (_, _, bytes, units) -> {
          joined.append(ByteBufUtil.hexDump(bytes));
          assertListed(bytes, units);
        };
    try (var splitter = AccessUnitSplitter.of(codec)) {
      for (int at = 1; at < input.length; at += size) {
        feed(splitter, in.slice(at, Math.min(size, input.length - at)), at, join);
      }
      splitter.flush(join);
    }
    assertThat(ByteBufUtil.hexDump(in)).endsWith(joined.toString());
    StringBuilder taken = new StringBuilder();
    try (var splitter = AccessUnitSplitter.of(codec)) {
      for (int at = 1; at < input.length; at += size) {
        ByteBuf piece = in.slice(at, Math.min(size, input.length - at));
        ByteBuf own = allocator.heapBuffer(piece.readableBytes()).writeBytes(piece.duplicate());
        splitter.take(own, at, (_, _, bytes, _) -> taken.append(ByteBufUtil.hexDump(bytes)));
      }
      splitter.flush((_, _, bytes, _) -> taken.append(ByteBufUtil.hexDump(bytes)));
    }
    assertThat(taken).hasToString(joined.toString());
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  /** The list is that which another search for start codes makes, changed or not. */
  private static void assertListed(ByteBuf accessUnit, NalIndex units) {
    NalIndex expected = new NalIndex();
    expected.readByteStream(accessUnit);
    units.checkComplete();
    assertThat(units.count()).isEqualTo(expected.count());
    for (int i = 0; i < units.count(); i++) {
      assertThat(units.offset(i)).isEqualTo(expected.offset(i));
      assertThat(units.length(i)).isEqualTo(expected.length(i));
    }
    units.truncate(0); // the receiver may do so
  }

  private void split(Codec codec, String stream) {
    try (var splitter = AccessUnitSplitter.of(codec)) {
      feed(splitter, hex(stream), 0, output);
      splitter.flush(output);
    }
  }

  /** Feeds a copy whose allocator is watched. */
  private void feed(
      AccessUnitSplitter splitter, ByteBuf piece, long label, AccessUnitSplitter.Output output) {
    ByteBuf in = allocator.heapBuffer(piece.readableBytes()).writeBytes(piece.duplicate());
    splitter.feed(in, label, output);
    assertThat(in.refCnt()).isEqualTo(1);
    assertThat(in.readerIndex()).isZero();
    in.release();
  }

  private static List<String> numbered(String expected) {
    List<String> units = new ArrayList<>();
    if (!expected.isEmpty()) {
      for (String unit : expected.split("\\|")) {
        String hex = unit.replace(" ", "").toLowerCase(Locale.ROOT);
        units.add((units.isEmpty() ? "0 " : "0+ ") + hex);
      }
    }
    return units;
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
