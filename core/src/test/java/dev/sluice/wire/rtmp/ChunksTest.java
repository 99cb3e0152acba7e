package dev.sluice.wire.rtmp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ChunkWriter} and {@link ChunkReader}, against each other and against bytes by hand. */
class ChunksTest {
  private static final ChunkLimits LIMITS = new ChunkLimits(16, 1 << 20, 4096, 2 << 20);

  /** Without leak detection, which would look at every single byte; tests ask for what is left. */
  private static final UnpooledByteBufAllocator ALLOCATOR =
      new UnpooledByteBufAllocator(false, true);

  @AfterEach
  void nothingIsLeft() {
    assertThat(ALLOCATOR.metric().usedDirectMemory()).isZero();
  }

  /** A message without its buffer. */
  record Read(int chunkStreamId, int messageStreamId, int type, int timestampMs, String body) {}

  @Test
  void writesFormat0AndThen3() {
    assertThat(written(6, 0x010203, 9, 1, 4, "0A", "0B0C0D0E0F"))
        .isEqualTo("06 010203 000006 09 01000000 0A0B0C0D C6 0E0F".replace(" ", ""));
    assertThat(written(7, 0, 8, 1, 128, "AF01", ""))
        .isEqualTo("07 000000 000002 08 01000000 AF01".replace(" ", ""));
    assertThat(written(2, 0, 3, 0, 128, "", ""))
        .isEqualTo("02 000000 000000 03 00000000".replace(" ", ""));
  }

  @Test
  void repeatsTheExtendedTimestamp() {
    assertThat(written(4, 0xFFFFFF, 18, 1, 2, "", "0102030405"))
        .isEqualTo(
            "04 FFFFFF 000005 12 01000000 00FFFFFF 0102 C4 00FFFFFF 0304 C4 00FFFFFF 05"
                .replace(" ", ""));
    assertThat(written(4, 0xFFFFFE, 18, 1, 2, "", "010203"))
        .isEqualTo("04 FFFFFE 000003 12 01000000 0102 C4 03".replace(" ", ""));
    assertThat(written(4, -1, 18, 1, 9, "", "01"))
        .isEqualTo("04 FFFFFF 000001 12 01000000 FFFFFFFF 01".replace(" ", ""));
  }

  @Test
  void headMayBeLongerThanAChunk() {
    assertThat(written(6, 0, 9, 1, 2, "0102030405", "0607"))
        .isEqualTo("06 000000 000007 09 01000000 0102 C6 0304 C6 0506 C6 07".replace(" ", ""));
  }

  @RepeatedTest(100)
  void whatIsWrittenIsReadInAnyPieces(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    ByteBuf stream = Unpooled.buffer();
    List<Read> expected = new ArrayList<>();
    int chunkSize = ChunkWriter.INITIAL_CHUNK_SIZE;
    for (int i = 0; i < 20; i++) {
      byte[] head = bytes(random, random.nextInt(6));
      byte[] payload = bytes(random, random.nextInt(1 + (1 << random.nextInt(1, 14))));
      int id = random.nextInt(2, 10);
      int type = 8 + random.nextInt(2);
      int timestampMs = random.nextInt() >>> random.nextInt(16);
      int before = stream.readableBytes();
      ChunkWriter.write(
          stream,
          id,
          timestampMs,
          type,
          1,
          chunkSize,
          Unpooled.wrappedBuffer(head),
          Unpooled.wrappedBuffer(payload));
      assertThat(stream.readableBytes() - before)
          .isEqualTo(ChunkWriter.size(timestampMs, head.length + payload.length, chunkSize));
      HexFormat hex = HexFormat.of();
      expected.add(
          new Read(id, 1, type, timestampMs, hex.formatHex(head) + hex.formatHex(payload)));
      if (random.nextInt(5) == 0) {
        chunkSize = random.nextInt(1, 70_000);
        ByteBuf body = Unpooled.buffer().writeInt(chunkSize);
        ChunkWriter.write(stream, 2, 0, 1, 0, i == 0 ? 128 : chunkSizeBefore(expected), body);
        expected.add(new Read(2, 0, 1, 0, ByteBufUtil.hexDump(body)));
      }
    }
    int step = 1 << random.nextInt(18);
    assertThat(read(stream, () -> 1 + random.nextInt(step))).isEqualTo(expected);
  }

  /** Set Chunk Size fits into a chunk of any size here, as long as that is at least 4. */
  private static int chunkSizeBefore(List<Read> expected) {
    return expected.reversed().stream()
        .filter(read -> read.type() == 1)
        .findFirst()
        .map(read -> Integer.parseUnsignedInt(read.body(), 16))
        .orElse(ChunkWriter.INITIAL_CHUNK_SIZE);
  }

  record Case(String name, String chunks, List<Read> messages) {
    Case(String name, String chunks, Read... messages) {
      this(name, chunks, List.of(messages));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> dialects() {
    Read first = new Read(6, 1, 9, 1000, "aabb");
    return Stream.of(
        new Case(
            "format 1 takes the message stream over",
            "06 0003E8 000002 09 01000000 AABB  46 000028 000001 08 CC",
            first,
            new Read(6, 1, 8, 1040, "cc")),
        new Case(
            "format 2 takes size and type over",
            "06 0003E8 000002 09 01000000 AABB  86 000028 CCDD",
            first,
            new Read(6, 1, 9, 1040, "ccdd")),
        new Case(
            "format 3 repeats the difference",
            "06 0003E8 000002 09 01000000 AABB  86 000028 CCDD  C6 EEFF  C6 0102",
            first,
            new Read(6, 1, 9, 1040, "ccdd"),
            new Read(6, 1, 9, 1080, "eeff"),
            new Read(6, 1, 9, 1120, "0102")),
        new Case(
            "format 3 after format 0 takes its time for a difference",
            "06 0003E8 000002 09 01000000 AABB  C6 CCDD",
            first,
            new Read(6, 1, 9, 2000, "ccdd")),
        new Case(
            "format 3 after an extended format 0 keeps the time",
            "06 FFFFFF 000002 09 01000000 01000000 AABB  C6 01000000 CCDD  C6 EEFF",
            new Read(6, 1, 9, 0x01000000, "aabb"),
            new Read(6, 1, 9, 0x01000000, "ccdd"),
            new Read(6, 1, 9, 0x01000000, "eeff")),
        new Case(
            "a chunk stream may begin with format 1",
            "46 000028 000001 08 CC",
            new Read(6, 0, 8, 40, "cc")),
        new Case(
            "an extended difference",
            "06 000001 000001 08 01000000 AA  86 FFFFFF 01000000 BB  C6 01000000 CC",
            new Read(6, 1, 8, 1, "aa"),
            new Read(6, 1, 8, 0x01000001, "bb"),
            new Read(6, 1, 8, 0x02000001, "cc")),
        new Case(
            "the time wraps at 32 bits",
            "06 FFFFFF 000001 08 01000000 FFFFFFF6 AA  86 000014 BB",
            new Read(6, 1, 8, -10, "aa"),
            new Read(6, 1, 8, 10, "bb")),
        new Case(
            "the time passes 24 bits by differences, without extension",
            "06 FFFFFE 000001 08 01000000 AA  86 000001 BB  C6 CC",
            new Read(6, 1, 8, 0xFFFFFE, "aa"),
            new Read(6, 1, 8, 0xFFFFFF, "bb"),
            new Read(6, 1, 8, 0x1000000, "cc")),
        new Case(
            "the time passes 31 bits",
            "06 FFFFFF 000001 08 01000000 7FFFFFFF AA  86 000001 BB",
            new Read(6, 1, 8, Integer.MAX_VALUE, "aa"),
            new Read(6, 1, 8, Integer.MIN_VALUE, "bb")),
        new Case(
            "messages of two chunk streams interleave",
            "02 000000 000004 01 00000000 00000002"
                + " 06 000000 000003 09 01000000 0102  07 000005 000003 08 01000000 0A0B"
                + " C6 03  C7 0C",
            new Read(2, 0, 1, 0, "00000002"),
            new Read(6, 1, 9, 0, "010203"),
            new Read(7, 1, 8, 5, "0a0b0c")),
        new Case(
            "abort drops what was begun",
            "02 000000 000004 01 00000000 00000002  06 000000 000003 09 01000000 0102"
                + " 02 000000 000004 02 00000000 0000 C2 0006"
                + " 06 000001 000001 09 01000000 FF",
            new Read(2, 0, 1, 0, "00000002"),
            new Read(2, 0, 2, 0, "00000006"),
            new Read(6, 1, 9, 1, "ff")),
        new Case(
            "the extended timestamp is repeated",
            "02 000000 000004 01 00000000 00000002"
                + " 06 FFFFFF 000005 09 01000000 01020304 AABB C6 01020304 CCDD C6 01020304 EE",
            new Read(2, 0, 1, 0, "00000002"),
            new Read(6, 1, 9, 0x01020304, "aabbccddee")),
        new Case(
            "the extended timestamp is not repeated",
            "02 000000 000004 01 00000000 00000002"
                + " 06 FFFFFF 000005 09 01000000 01020304 AABB C6 CCDD C6 EE",
            new Read(2, 0, 1, 0, "00000002"),
            new Read(6, 1, 9, 0x01020304, "aabbccddee")),
        new Case(
            "it is not repeated and the payload begins like it",
            "02 000000 000004 01 00000000 00000003"
                + " 06 FFFFFF 000009 09 01000000 01020304 AABBCC C6 010203 C6 0102DD C6 01"
                + " 06 000000 000001 09 01000000 EE",
            new Read(2, 0, 1, 0, "00000003"),
            new Read(6, 1, 9, 0x01020304, "aabbcc0102030102dd"),
            new Read(6, 1, 9, 0x01020304, "<incomplete>")),
        new Case(
            "it is not repeated and every byte of the payload begins like it",
            "02 000000 000004 01 00000000 00000001"
                + " 06 FFFFFF 000018 09 01000000 01010101 01"
                + " C6 01".repeat(23)
                + " 07 000000 000001 09 01000000 EE",
            new Read(2, 0, 1, 0, "00000001"),
            new Read(6, 1, 9, 0x01010101, "01".repeat(24)),
            new Read(7, 1, 9, 0, "ee")),
        new Case(
            "an empty message",
            "06 000007 000000 09 01000000  C6",
            new Read(6, 1, 9, 7, ""),
            new Read(6, 1, 9, 14, "")),
        new Case(
            "long chunk stream IDs",
            "00FF 000000 000001 09 01000000 AA  01FFFF 000000 000001 09 01000000 BB  C1FFFF CC",
            new Read(319, 1, 9, 0, "aa"),
            new Read(65599, 1, 9, 0, "bb"),
            new Read(65599, 1, 9, 0, "cc")));
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void readsWhatClientsWrite(Case test) {
    byte[] chunks = HexFormat.of().parseHex(test.chunks().replace(" ", ""));
    List<Read> expected =
        test.messages().stream().filter(m -> !m.body().equals("<incomplete>")).toList();
    for (int step = 1; step <= chunks.length; step++) {
      int length = step;
      assertThat(read(Unpooled.wrappedBuffer(chunks), () -> length))
          .as("fed %d bytes at a time", step)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "86 000028 CC | chunk stream 6 begins with format 2, allowed are 0 and 1",
        "C6 CC | chunk stream 6 begins with format 3, allowed are 0 and 1",
        "02 000000 000004 01 00000000 00000000 | Set Chunk Size of 0, allowed is 1 to 2147483647",
        "02 000000 000004 01 00000000 80000000"
            + " | Set Chunk Size of 2147483648, allowed is 1 to 2147483647",
        "02 000000 000003 01 00000000 000001 | Set Chunk Size with a body of 3 bytes, it takes 4",
        "02 000000 000003 02 00000000 000001 | Abort with a body of 3 bytes, it takes 4",
        "06 000000 100001 09 00000000"
            + " | message of type 9 with 1048577 bytes, allowed are 1048576",
        "03 000000 001001 14 00000000 | message of type 20 with 4097 bytes, allowed are 4096",
        "02 000000 000004 01 00000000 00000001 06 000000 000002 09 00000000 AA 06 000000 000002"
            + " 09 00000000 | chunk of format 0 inside a message of chunk stream 6, allowed is 3",
      })
  void refuses(String hex, String message) {
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    assertThatThrownBy(() -> read(in, () -> Integer.MAX_VALUE))
        .isInstanceOf(MalformedException.class)
        .hasMessage(message);
  }

  @Test
  void limitsChunkStreams() {
    ByteBuf in = Unpooled.buffer();
    for (int id = 3; id < 3 + 16; id++) {
      ChunkWriter.write(in, id, 0, 8, 1, 128, Unpooled.EMPTY_BUFFER);
    }
    assertThat(read(in.duplicate(), () -> 100)).hasSize(16);
    ChunkWriter.write(in, 3 + 16, 0, 8, 1, 128, Unpooled.EMPTY_BUFFER);
    assertThatThrownBy(() -> read(in, () -> 100))
        .hasMessage("more than 16 chunk streams on one connection");
  }

  @Test
  void limitsWhatIsReassembled() {
    ChunkReader reader = new ChunkReader(new ChunkLimits(16, 1 << 20, 4096, 3 * 4096), ALLOCATOR);
    ByteBuf in = Unpooled.buffer();
    ByteBuf body = Unpooled.buffer().writeZero(8192);
    for (int id = 3; id < 3 + 3; id++) {
      ByteBuf whole = Unpooled.buffer();
      ChunkWriter.write(whole, id, 0, 8, 1, 128, body);
      in.writeBytes(whole, 12 + 128);
    }
    assertThat(reader.read(in)).isNull();
    assertThat(reader.reassemblyBytes()).isEqualTo(3 * 4096);
    ByteBuf more = Unpooled.buffer();
    ChunkWriter.write(more, 9, 0, 8, 1, 128, body);
    assertThatThrownBy(() -> reader.read(more))
        .hasMessage("incomplete messages of 16384 bytes, allowed are 12288");
    reader.release();
    assertThat(reader.reassemblyBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 4097, 100_000, 1 << 20})
  void keepsNoMoreThanFourTimesWhatHasCome(int bodyBytes) {
    ChunkReader reader = new ChunkReader(LIMITS, ALLOCATOR);
    ByteBuf in = Unpooled.buffer();
    ChunkWriter.write(in, 6, 0, 9, 1, 128, Unpooled.buffer().writeZero(bodyBytes));
    for (int fed = 0; in.readableBytes() > 700; fed += 700) {
      assertThat(reader.read(in.readSlice(700))).isNull();
      assertThat(reader.reassemblyBytes())
          .isBetween(fed * 9L / 10, Math.max(4096, 4L * (fed + 700)));
    }
    RawMessage message = requireNonNull(reader.read(in));
    assertThat(message.body().capacity()).isEqualTo(bodyBytes);
    message.body().release();
    assertThat(reader.reassemblyBytes()).isZero();
  }

  private interface Steps {
    int next();
  }

  private static List<Read> read(ByteBuf stream, Steps steps) {
    ChunkReader reader = new ChunkReader(LIMITS, ALLOCATOR);
    try {
      List<Read> messages = new ArrayList<>();
      while (stream.isReadable()) {
        ByteBuf piece = stream.readSlice(Math.min(steps.next(), stream.readableBytes()));
        for (RawMessage raw; (raw = reader.read(piece)) != null; ) {
          messages.add(
              new Read(
                  raw.chunkStreamId(),
                  raw.messageStreamId(),
                  raw.type(),
                  raw.timestampMs(),
                  ByteBufUtil.hexDump(raw.body())));
          raw.body().release();
        }
        assertThat(piece.isReadable()).isFalse();
      }
      return messages;
    } finally {
      reader.release();
      assertThat(reader.reassemblyBytes()).isZero();
    }
  }

  private static String written(
      int chunkStreamId,
      int timestampMs,
      int type,
      int messageStreamId,
      int chunkSize,
      String head,
      String payload) {
    ByteBuf out = Unpooled.buffer();
    ByteBuf headBytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(head));
    ByteBuf payloadBytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(payload));
    ChunkWriter.write(
        out, chunkStreamId, timestampMs, type, messageStreamId, chunkSize, headBytes, payloadBytes);
    assertThat(headBytes.readableBytes() + payloadBytes.readableBytes())
        .isEqualTo((head.length() + payload.length()) / 2);
    return ByteBufUtil.hexDump(out).toUpperCase(Locale.ROOT);
  }

  private static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
