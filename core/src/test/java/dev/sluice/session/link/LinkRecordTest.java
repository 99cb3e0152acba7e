package dev.sluice.session.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRecordTest {
  private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);
  private static final Bytes HASH = Bytes.ofHex("00".repeat(31) + "ff");
  static final LinkTrack TRACK =
      new LinkTrack(1, 1, false, "aac", "AAC", 48_000, "deu", Bytes.ofHex("1190"));

  static List<LinkRecord> examples() {
    var part = new LinkSegment.LinkPart(1_000, 86_400L, 9_600, 10, true);
    var segment = new LinkSegment(TRACK, 86_400, 96_000, HASH, List.of(part, part));
    return List.of(
        new LinkRecord.Greeting(1, 0x8000_0001, 2, 1_800_000_000_000L),
        new LinkRecord.Cutting(true, 180_000, 900_000, 18_000),
        new LinkRecord.UpToDate(),
        new LinkRecord.Tracks(Bytes.ofHex("020000"), List.of(TRACK, TRACK)),
        new LinkRecord.Unit(
            1, true, -1, 5, 6, Unpooled.wrappedBuffer(new byte[] {1, 2, 3}).asReadOnly()),
        new LinkRecord.Line(Bytes.ofHex("0202000a")),
        new LinkRecord.Settled(1L << 60),
        new LinkRecord.After(255, 1L << 50),
        new LinkRecord.Segment(Bytes.ofHex("05"), 1L << 40, List.of(segment)),
        new LinkRecord.Beat(-1),
        new LinkRecord.End("stream-ended"),
        new LinkRecord.Listed("live/a", true, 7),
        new LinkRecord.Gone("live/a"),
        new LinkRecord.Unknown(200, 5));
  }

  private static ByteBuf written(LinkRecord record) {
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    return out;
  }

  private static void release(@Nullable LinkRecord record) {
    if (record instanceof LinkRecord.Unit unit) {
      unit.payload().release();
      assertThat(unit.payload().refCnt()).isZero();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "00, 0100000f010000000000010000000000000007, greeting",
    "01, 0200000d010002bf20000dbba000004650, cutting",
    "02, 030000 00, up to date",
    "06, 0700000800000000000000ff, settled",
    "10, 0a00000401616263, end",
  })
  void theFormIsFixed(String number, String hex, String what) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    if (what.equals("end")) {
      // a text that is longer than it says is followed by what a later version may have added
      assertThat(LinkRecord.read(Unpooled.wrappedBuffer(bytes), ALLOCATOR))
          .isEqualTo(new LinkRecord.End("a"));
      return;
    }
    LinkRecord record = LinkRecord.read(Unpooled.wrappedBuffer(bytes), ALLOCATOR);
    LinkRecord expected =
        switch (number) {
          case "00" -> new LinkRecord.Greeting(1, 0, 1, 7);
          case "01" -> new LinkRecord.Cutting(true, 180_000, 900_000, 18_000);
          case "02" -> new LinkRecord.UpToDate();
          default -> new LinkRecord.Settled(255);
        };
    assertThat(record).isEqualTo(expected);
    assertThat(written(expected)).isEqualTo(Unpooled.wrappedBuffer(bytes));
  }

  @Test
  void whatIsWrittenIsReadAndShorterIsWaitedFor() {
    for (LinkRecord record : examples()) {
      ByteBuf bytes = written(record);
      int size = bytes.readableBytes();
      for (int length = 0; length < size; length++) {
        ByteBuf truncated = bytes.slice(0, length);
        assertThat(LinkRecord.read(truncated, ALLOCATOR)).as("%s", record).isNull();
        assertThat(truncated.readableBytes()).isEqualTo(length);
      }
      LinkRecord read = LinkRecord.read(bytes, ALLOCATOR);
      assertThat(read).isEqualTo(record);
      assertThat(bytes.isReadable()).isFalse();
      release(read);
    }
  }

  @Test
  void aBodyThatEndsTooEarlyIsMalformed() {
    for (LinkRecord record : examples()) {
      ByteBuf bytes = written(record);
      int body = bytes.readableBytes() - LinkRecord.HEADER_SIZE;
      int least = switch (record) { // what of it can be left out
            case LinkRecord.Unit _ -> LinkRecord.UNIT_HEAD;
            case LinkRecord.Line _ -> 1;
            case LinkRecord.Unknown _ -> 0;
            default -> body;
          };
      for (int size = 0; size < least; size++) {
        ByteBuf cut = bytes.copy(0, LinkRecord.HEADER_SIZE + size);
        cut.setMedium(1, size);
        assertThatExceptionOfType(MalformedException.class)
            .as("%s cut to %d", record, size)
            .isThrownBy(() -> LinkRecord.read(cut, ALLOCATOR));
      }
    }
  }

  @Test
  void limits() {
    assertLimit(1, LinkRecord.MAX_BODY);
    assertLimit(8, LinkRecord.MAX_BODY);
    ByteBuf largest = Unpooled.buffer().writeByte(5).writeMedium(LinkRecord.MAX_UNIT_BODY);
    assertThat(LinkRecord.read(largest, ALLOCATOR)).isNull();
    ByteBuf line = Unpooled.buffer().writeByte(6).writeMedium(LinkRecord.MAX_LINE + 1);
    line.writeZero(LinkRecord.MAX_LINE + 1);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> LinkRecord.read(line, ALLOCATOR));
    ByteBuf tracks = Unpooled.buffer().writeByte(4).writeMedium(3).writeShort(0);
    tracks.writeByte(LinkRecord.MAX_TRACKS + 1);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> LinkRecord.read(tracks, ALLOCATOR));
  }

  private static void assertLimit(int type, int limit) {
    ByteBuf at = Unpooled.buffer().writeByte(type).writeMedium(limit);
    assertThat(LinkRecord.read(at, ALLOCATOR)).isNull();
    ByteBuf over = Unpooled.buffer().writeByte(type).writeMedium(limit + 1);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> LinkRecord.read(over, ALLOCATOR))
        .withMessageContaining(Integer.toString(limit));
  }

  @ParameterizedTest(name = "negative {0}")
  @ValueSource(ints = {10, 18})
  void timesAreNotNegative(int at) {
    ByteBuf bytes =
        written(new LinkRecord.Unit(0, false, 0, 1, 1, Unpooled.wrappedBuffer(new byte[9])));
    bytes.setByte(at, 0x80);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> LinkRecord.read(bytes, ALLOCATOR));
  }

  @Test
  void theReaderTakesBytesAsTheyCome() {
    Seeds.run(
        50,
        random -> {
          List<LinkRecord> sent = new ArrayList<>();
          ByteBuf all = Unpooled.buffer();
          for (int i = 0; i < 30; i++) {
            LinkRecord record = random(random);
            sent.add(record);
            record.write(all);
          }
          var reader = new LinkReader(ALLOCATOR);
          int next = 0;
          while (all.isReadable()) {
            reader.add(all.readSlice(Math.min(all.readableBytes(), 1 + random.nextInt(200))));
            for (LinkRecord read; (read = reader.next()) != null; ) {
              assertThat(read).isEqualTo(sent.get(next++));
              release(read);
            }
          }
          assertThat(next).isEqualTo(sent.size());
          reader.release();
        });
  }

  private static LinkRecord random(RandomGenerator random) {
    List<LinkRecord> all = examples();
    if (random.nextBoolean()) {
      return all.get(random.nextInt(all.size()));
    }
    byte[] payload = new byte[random.nextInt(500)];
    random.nextBytes(payload);
    return new LinkRecord.Unit(
        random.nextInt(256),
        random.nextBoolean(),
        random.nextInt(),
        random.nextLong(1L << 62),
        random.nextLong(1L << 62),
        Unpooled.wrappedBuffer(payload));
  }
}
