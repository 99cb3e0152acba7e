package dev.sluice.wire.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkHeadersTest {
  @ParameterizedTest(name = "{0} is format {1}, chunk stream {2}")
  @CsvSource({"02,0,2", "FF,3,63", "4000,1,64", "80FF,2,319", "010001,0,320", "81FFFF,2,65599"})
  void readsAndWritesBasicHeaders(String hex, int format, int chunkStreamId) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    var header = new ChunkBasicHeader(format, chunkStreamId);
    assertThat(ChunkBasicHeader.read(Unpooled.wrappedBuffer(bytes))).isEqualTo(header);
    assertThat(written(header)).isEqualTo(Unpooled.wrappedBuffer(bytes));
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf truncated = Unpooled.wrappedBuffer(bytes, 0, length);
      assertThat(ChunkBasicHeader.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 000000 000000 00 00000000, 0, 0, 0, 0",
    "0, 00000A 010203 09 01000000, 10, 66051, 9, 1",
    "0, FFFFFE FFFFFF FF FFFFFFFF, 16777214, 16777215, 255, -1",
    "0, FFFFFF 000005 08 01000000 00FFFFFF, 16777215, 5, 8, 1",
    "0, FFFFFF 000005 08 01000000 FFFFFFFF, -1, 5, 8, 1",
    "1, 000028 000100 09, 40, 256, 9, 0",
    "1, FFFFFF 000100 09 80000000, -2147483648, 256, 9, 0",
    "2, 000028, 40, 0, 0, 0",
    "2, FFFFFF 01000000, 16777216, 0, 0, 0",
  })
  void readsAndWritesMessageHeaders(
      int format, String hex, int time, int bodyBytes, int type, int messageStreamId) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    var header = new ChunkMessageHeader(format, time, bodyBytes, type, messageStreamId);
    assertThat(ChunkMessageHeader.read(format, Unpooled.wrappedBuffer(bytes))).isEqualTo(header);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(bytes);
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf truncated = Unpooled.wrappedBuffer(bytes, 0, length);
      assertThat(ChunkMessageHeader.read(format, truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    var basic = new ChunkBasicHeader(random.nextInt(4), random.nextInt(2, 65_600));
    assertThat(ChunkBasicHeader.read(written(basic))).isEqualTo(basic);
    int format = random.nextInt(3);
    var header =
        new ChunkMessageHeader(
            format,
            random.nextInt() >>> random.nextInt(32),
            format < 2 ? random.nextInt(1 << 24) : 0,
            format < 2 ? random.nextInt(256) : 0,
            format < 1 ? random.nextInt() : 0);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(ChunkMessageHeader.read(format, out)).isEqualTo(header);
    assertThat(out.isReadable()).isFalse();
  }

  private static ByteBuf written(ChunkBasicHeader header) {
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    return out;
  }
}
