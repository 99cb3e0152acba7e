package dev.sluice.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkParserTest {
  private final List<String> messages = new ArrayList<>();

  @RepeatedTest(100)
  void whatIsWrittenIsReadWhateverThePieces(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    int chunkSize = random.nextInt(1, 5000);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(RtmpWriter.setChunkSize(chunkSize));
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] body = new byte[random.nextInt(0, 9000)];
      random.nextBytes(body);
      int type = random.nextInt(8, 23);
      int time = random.nextInt(0xFFFFFF);
      var out = ByteBuffer.allocate(RtmpWriter.size(body.length, chunkSize));
      RtmpWriter.write(out, type, 2 + i % 60, 1, time, body, body.length, chunkSize);
      assertThat(out.hasRemaining()).isFalse();
      bytes.writeBytes(out.array());
      written.add(text(type, time, body, body.length));
    }
    feed(bytes.toByteArray(), random.nextInt(1, 4000));
    assertThat(messages).isEqualTo(written);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "type 0, 04 000010 000002 08 01000000 4142, 8@16:4142",
    "a type 1 counts on by its delta, 04 000010 000001 08 01000000 41  44 000005 000001 09 AA,"
        + " 8@16:41 9@21:AA",
    "type 2 keeps length and type and type 3 the delta too,"
        + " 04 000010 000001 08 01000000 41  84 000001 BB  C4 CC, 8@16:41 8@17:BB 8@18:CC",
    "extended timestamp, 04 FFFFFF 000001 08 01000000 01000000 41, 8@16777216:41",
    "two-byte chunk stream ID, 00 01 000010 000001 08 01000000 41, 8@16:41",
    "three-byte chunk stream ID, 01 0001 000010 000001 08 01000000 41, 8@16:41"
  })
  void knownChunksAreRead(String name, String hex, String expected) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    for (int step = 1; step <= bytes.length; step++) {
      feed(bytes, step);
      assertThat(String.join(" ", messages)).as(name).isEqualTo(expected);
    }
  }

  @Test
  void aTypeThreeChunkRepeatsTheExtendedTimestamp() {
    byte[] body = new byte[200];
    Arrays.fill(body, (byte) 7);
    var out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("04FFFFFF0000C809010000000100000A"));
    out.write(body, 0, 128);
    out.writeBytes(HexFormat.of().parseHex("C40100000A"));
    out.write(body, 128, 72);
    feed(out.toByteArray(), 3);
    assertThat(messages).containsExactly(text(9, 0x0100000A, body, 200));
  }

  @Test
  void anAbortForgetsWhatHadCome() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("040000000000C80801000000"));
    out.writeBytes(new byte[128]);
    out.writeBytes(HexFormat.of().parseHex("02000000000004020000000000000004"));
    out.writeBytes(HexFormat.of().parseHex("04000000000001080100000042"));
    feed(out.toByteArray(), 1000);
    assertThat(messages).containsExactly("8@0:42");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "C4, begins without a full header",
    "44 000000, begins without a full header",
    "02 000000 000004 01 00000000 00000000, chunk size is 0",
    "02 000000 000004 01 00000000 FFFFFFFF, chunk size is -1",
    "02 000000 000002 01 00000000 0000, chunk size is 0",
    "04 000000 400001 08 01000000, message of 4194305 bytes"
  })
  void whatCanNeverBecomeValidIsRefused(String hex, String message) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> feed(Arrays.copyOf(bytes, bytes.length + 12), 7))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aNewHeaderWithinAMessageIsRefused() {
    byte[] header = HexFormat.of().parseHex("040000000000C80801000000");
    var out = new ByteArrayOutputStream();
    out.writeBytes(header);
    out.writeBytes(new byte[128]);
    out.writeBytes(header);
    assertThatThrownBy(() -> feed(out.toByteArray(), 7)).hasMessageContaining("is cut off");
  }

  @Test
  void thereIsALimitOfChunkStreams() {
    var out = new ByteArrayOutputStream();
    for (int id = 0; id < ChunkParser.MAX_CHUNK_STREAMS; id++) {
      out.writeBytes(new byte[] {0, (byte) id, 0, 0, 0, 0, 0, 1, 8, 1, 0, 0, 0, 5});
    }
    feed(out.toByteArray(), 100);
    assertThat(messages).hasSize(ChunkParser.MAX_CHUNK_STREAMS);
    out.writeBytes(new byte[] {3, 0, 0, 0, 0, 0, 1, 8, 1, 0, 0, 0, 5});
    assertThatThrownBy(() -> feed(out.toByteArray(), 100))
        .hasMessageContaining("more than 64 chunk streams");
  }

  @FuzzTest
  void anyBytesEitherParseOrAreRefused(byte[] input) {
    try {
      new ChunkParser()
          .feed(
              input,
              0,
              input.length,
              (_, _, body, length) -> assertThat(body.length).isGreaterThanOrEqualTo(length));
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageMatching(".+");
    }
  }

  private void feed(byte[] bytes, int step) {
    messages.clear();
    var parser = new ChunkParser();
    for (int from = 0; from < bytes.length; from += step) {
      parser.feed(
          bytes,
          from,
          Math.min(bytes.length, from + step),
          (type, time, body, length) -> messages.add(text(type, time, body, length)));
    }
  }

  private static String text(int type, int time, byte[] body, int length) {
    return "%d@%d:%s"
        .formatted(type, time, HexFormat.of().withUpperCase().formatHex(body, 0, length));
  }
}
