package dev.sluice.wire.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlvHeadersTest {
  @ParameterizedTest(name = "{0}: audio {1}, video {2}")
  @CsvSource({
    "464C56010500000009,true,true",
    "464C56010400000009,true,false",
    "464C56010100000009,false,true",
    "464C56010000000009,false,false"
  })
  void fileHeaders(String hex, boolean audio, boolean video) {
    FlvHeader header = new FlvHeader(audio, video);
    readsWritesAndWaits(hex, FlvHeader::read, header);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(out).isEqualTo(hex(hex));
  }

  @Test
  void fileHeadersMayBeLonger() {
    ByteBuf in = hex("464C5601050000000B AABB FF");
    assertThat(FlvHeader.read(in)).isEqualTo(new FlvHeader(true, true));
    assertThat(in.readableBytes()).isEqualTo(1);
    assertThat(FlvHeader.read(hex("464C5601050000000B AA"))).isNull();
    ByteBuf longest = hex("464C560105 00000400").writeZero(0);
    assertThat(FlvHeader.read(Unpooled.buffer().writeBytes(longest).writeZero(1_015))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "464C56020500000009",
        "464C57010500000009",
        "464C56010500000008",
        "464C56010500000401",
        "464C560105FFFFFFFF"
      })
  void refusesOtherFileHeaders(String hex) {
    assertThatThrownBy(() -> FlvHeader.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("FLV header");
  }

  @ParameterizedTest(name = "{0}: type {1}, {2} bytes at {3} ms")
  @CsvSource({
    "0800000A 000000 00 000000,8,10,0",
    "09FFFFFF FFFFFF 00 000000,9,16777215,16777215",
    "12000000 000000 01 000000,18,0,16777216",
    "09000001 FFFFFF 7F 000000,9,1,2147483647",
    "09000001 000000 80 000000,9,1,2147483648",
    "09000001 FFFFFF FF 000000,9,1,4294967295",
  })
  void tagHeaders(String hex, int type, int bodySize, long timestampMs) {
    FlvTagHeader header = new FlvTagHeader(type, bodySize, timestampMs);
    readsWritesAndWaits(hex, FlvTagHeader::read, header);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(out).isEqualTo(hex(hex));
    assertThat(header.previousTagSize()).isEqualTo(bodySize + 11);
  }

  @Test
  void refusesEncryptedTags() {
    assertThatThrownBy(() -> FlvTagHeader.read(hex("2900000A 000000 00 000000")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("encrypted");
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "12                 | Legacy[frameType=1, codecId=2]",
        "24                 | Legacy[frameType=2, codecId=4]",
        "17 00 000000 | Packet[frameType=1, codecId=7, packetType=0, compositionTimeMs=0]",
        "27 01 000050 | Packet[frameType=2, codecId=7, packetType=1, compositionTimeMs=80]",
        "27 01 FFFFFF | Packet[frameType=2, codecId=7, packetType=1, compositionTimeMs=-1]",
        "27 01 800000 | Packet[frameType=2, codecId=7, packetType=1, compositionTimeMs=-8388608]",
        "27 01 7FFFFF | Packet[frameType=2, codecId=7, packetType=1, compositionTimeMs=8388607]",
        "1C 02 000000 | Packet[frameType=1, codecId=12, packetType=2, compositionTimeMs=0]",
        "2D 01 000000 | Packet[frameType=2, codecId=13, packetType=1, compositionTimeMs=0]",
        "57 01              | Command[low=7, enhanced=false, command=1]",
        "D1 00              | Command[low=1, enhanced=true, command=0]",
        "90 68766331 | Enhanced[frameType=1, packetType=0, fourCc=hvc1, compositionTimeMs=0]",
        "A1 68766331 FFFFF0"
            + "| Enhanced[frameType=2, packetType=1, fourCc=hvc1, compositionTimeMs=-16]",
        "A1 61763031 | Enhanced[frameType=2, packetType=1, fourCc=av01, compositionTimeMs=0]",
        "A3 61766331 | Enhanced[frameType=2, packetType=3, fourCc=avc1, compositionTimeMs=0]",
        "D4 68766331 | Enhanced[frameType=5, packetType=4, fourCc=hvc1, compositionTimeMs=0]",
        "90 00010203 | Enhanced[frameType=1, packetType=0, fourCc=00010203, compositionTimeMs=0]",
        "96                 | Opaque[frameType=1, packetType=6]",
        "A7                 | Opaque[frameType=2, packetType=7]",
      })
  void videoTagHeaders(String hex, String text) {
    VideoTagHeader header = VideoTagHeader.read(hex(hex));
    assertThat(header).isNotNull().hasToString(text);
    readsWritesAndWaits(hex, VideoTagHeader::read, header);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(out).isEqualTo(hex(hex));
    assertThat(out.readableBytes()).isEqualTo(header.size());
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "2F             | Legacy[format=2, rate=3, sampleSize=1, channels=1]",
        "B2             | Legacy[format=11, rate=0, sampleSize=1, channels=0]",
        "AF 00          | Aac[rate=3, sampleSize=1, channels=1, packetType=0]",
        "AF 01          | Aac[rate=3, sampleSize=1, channels=1, packetType=1]",
        "90 4F707573    | Enhanced[packetType=0, fourCc=Opus]",
        "91 6D703461    | Enhanced[packetType=1, fourCc=mp4a]",
        "95             | Opaque[packetType=5]",
        "97             | Opaque[packetType=7]",
      })
  void audioTagHeaders(String hex, String text) {
    AudioTagHeader header = AudioTagHeader.read(hex(hex));
    assertThat(header).isNotNull().hasToString(text);
    readsWritesAndWaits(hex, AudioTagHeader::read, header);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(out).isEqualTo(hex(hex));
    assertThat(out.readableBytes()).isEqualTo(header.size());
  }

  @Test
  void whatIsWrittenIsRead() {
    Seeds.run(
        1_000,
        random -> {
          byte[] bytes = new byte[8];
          random.nextBytes(bytes);
          readAndWriteBack(bytes);
        });
  }

  @FuzzTest
  void anyBytesEitherParseOrWait(byte[] input) {
    readAndWriteBack(input);
    try {
      FlvHeader.read(Unpooled.wrappedBuffer(input));
      FlvTagHeader.read(Unpooled.wrappedBuffer(input));
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused).hasMessageStartingWith("FLV ");
    }
  }

  private static void readAndWriteBack(byte[] bytes) {
    VideoTagHeader video = VideoTagHeader.read(Unpooled.wrappedBuffer(bytes));
    if (video != null) {
      ByteBuf out = Unpooled.buffer();
      video.write(out);
      assertThat(out).isEqualTo(Unpooled.wrappedBuffer(bytes, 0, video.size()));
    }
    AudioTagHeader audio = AudioTagHeader.read(Unpooled.wrappedBuffer(bytes));
    if (audio != null) {
      ByteBuf out = Unpooled.buffer();
      audio.write(out);
      assertThat(out).isEqualTo(Unpooled.wrappedBuffer(bytes, 0, audio.size()));
    }
  }

  private static void readsWritesAndWaits(
      String hex, Function<ByteBuf, @Nullable Object> read, Object expected) {
    ByteBuf bytes = hex(hex);
    assertThat(read.apply(bytes)).isEqualTo(expected);
    assertThat(bytes.isReadable()).isFalse();
    int size = bytes.readerIndex(0).readableBytes();
    for (int length = 0; length < size; length++) {
      ByteBuf truncated = bytes.slice(0, length);
      assertThat(read.apply(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
  }

  private static ByteBuf hex(String text) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(text.replace(" ", "")));
  }
}
