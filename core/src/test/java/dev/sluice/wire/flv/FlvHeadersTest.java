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
        "57 01              | Command[low=7, modEx=null, command=1]",
        "D1 00 | Command[low=1, modEx=Chain[modifiers=[], packetType=1], command=0]",
        "D7 00 AB 11 01"
            + "| Command[low=7, modEx=Chain[modifiers=[ModEx[type=1, data=ab]], packetType=1], command=1]",
        "90 68766331 | Enhanced[frameType=1, ex=ExHeader[modEx=Chain[modifiers=[], packetType=0],"
            + " tracks=SINGLE, packetType=0, fourCc=hvc1]]",
        "A1 61763031 | Enhanced[frameType=2, ex=ExHeader[modEx=Chain[modifiers=[], packetType=1],"
            + " tracks=SINGLE, packetType=1, fourCc=av01]]",
        "D4 68766331 | Enhanced[frameType=5, ex=ExHeader[modEx=Chain[modifiers=[], packetType=4],"
            + " tracks=SINGLE, packetType=4, fourCc=hvc1]]",
        "90 00010203 | Enhanced[frameType=1, ex=ExHeader[modEx=Chain[modifiers=[], packetType=0],"
            + " tracks=SINGLE, packetType=0, fourCc=00010203]]",
        "A7 02 0F423F 03 61766331 | Enhanced[frameType=2,"
            + " ex=ExHeader[modEx=Chain[modifiers=[ModEx[type=0, data=0f423f]], packetType=3],"
            + " tracks=SINGLE, packetType=3, fourCc=avc1]]",
        "96 01 61763031 | Enhanced[frameType=1, ex=ExHeader[modEx=Chain[modifiers=[], packetType=6],"
            + " tracks=ONE_TRACK, packetType=1, fourCc=av01]]",
        "96 13 68766331 | Enhanced[frameType=1, ex=ExHeader[modEx=Chain[modifiers=[], packetType=6],"
            + " tracks=MANY_TRACKS, packetType=3, fourCc=hvc1]]",
        "A7 02 000001 06 20 | Enhanced[frameType=2,"
            + " ex=ExHeader[modEx=Chain[modifiers=[ModEx[type=0, data=000001]], packetType=6],"
            + " tracks=MANY_TRACKS_MANY_CODECS, packetType=0, fourCc=null]]",
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
        "90 4F707573 | Enhanced[ex=ExHeader[modEx=Chain[modifiers=[], packetType=0],"
            + " tracks=SINGLE, packetType=0, fourCc=Opus]]",
        "91 6D703461 | Enhanced[ex=ExHeader[modEx=Chain[modifiers=[], packetType=1],"
            + " tracks=SINGLE, packetType=1, fourCc=mp4a]]",
        "96 2E6D7033 | Enhanced[ex=ExHeader[modEx=Chain[modifiers=[], packetType=6],"
            + " tracks=SINGLE, packetType=6, fourCc=.mp3]]",
        "95 14 61632D33 | Enhanced[ex=ExHeader[modEx=Chain[modifiers=[], packetType=5],"
            + " tracks=MANY_TRACKS, packetType=4, fourCc=ac-3]]",
        "97 00 FF 27 02 000001 05 01 65632D33 | Enhanced["
            + "ex=ExHeader[modEx=Chain[modifiers=[ModEx[type=2, data=ff], ModEx[type=0,"
            + " data=000001]], packetType=5], tracks=ONE_TRACK, packetType=1, fourCc=ec-3]]",
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
          byte[] bytes = new byte[12];
          random.nextBytes(bytes);
          // half of them of the enhanced forms, which are rare among random bytes
          bytes[0] = (byte) (random.nextBoolean() ? bytes[0] : bytes[0] & 0x0F | 0x90);
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

  /** What is read is written as it came, except that a long size of few bytes becomes short. */
  private static void readAndWriteBack(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    VideoTagHeader video = header(VideoTagHeader::read, in);
    if (video != null) {
      ByteBuf out = Unpooled.buffer();
      video.write(out);
      assertThat(out.readableBytes()).isEqualTo(video.size()).isLessThanOrEqualTo(in.readerIndex());
      assertThat(VideoTagHeader.read(out)).isEqualTo(video);
    } else {
      assertThat(in.readerIndex()).isZero();
    }
    in.readerIndex(0);
    AudioTagHeader audio = header(AudioTagHeader::read, in);
    if (audio != null) {
      ByteBuf out = Unpooled.buffer();
      audio.write(out);
      assertThat(out.readableBytes()).isEqualTo(audio.size()).isLessThanOrEqualTo(in.readerIndex());
      assertThat(AudioTagHeader.read(out)).isEqualTo(audio);
    } else {
      assertThat(in.readerIndex()).isZero();
    }
  }

  private static <T> @Nullable T header(Function<ByteBuf, @Nullable T> read, ByteBuf in) {
    try {
      return read.apply(in);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageContaining("enhanced packet");
      in.readerIndex(0);
      return null;
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
