package dev.sluice.wire.aac;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdtsHeaderTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // hex, MPEG-2, type, rate, channels, length, fullness, raw frames, CRC, size
    "FFF14C800B3FFC, false, 2, 3, 2, 89, 2047, 1, false, 7",
    "FFF94C800B3FFC, true, 2, 3, 2, 89, 2047, 1, false, 7",
    "FFF0508001600D, false, 2, 4, 2, 11, 3, 2, true, 11",
    "FFF01C0001E003, false, 1, 7, 0, 15, 0, 4, true, 15",
    "FFF1F1C3FFFFFC, false, 4, 12, 7, 8191, 2047, 1, false, 7",
  })
  void readsAndWrites(
      String hex,
      boolean mpeg2,
      int type,
      int rate,
      int channels,
      int length,
      int fullness,
      int rawFrames,
      boolean crc,
      int size) {
    ByteBuf bytes = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    var header = new AdtsHeader(mpeg2, type, rate, channels, length, fullness, rawFrames, crc);
    assertThat(header.size()).isEqualTo(size);
    assertThat(hex(header)).isEqualTo(hex);
    for (int end = 0; end < AdtsHeader.SIZE; end++) {
      ByteBuf truncated = bytes.slice(0, end);
      assertThat(AdtsHeader.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(end);
    }
    assertThat(AdtsHeader.read(bytes)).isEqualTo(header);
    assertThat(bytes.isReadable()).isFalse();
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    var header =
        new AdtsHeader(
            random.nextBoolean(),
            random.nextInt(1, 5),
            random.nextInt(13),
            random.nextInt(8),
            random.nextInt(15, AdtsHeader.MAX_FRAME_LENGTH + 1),
            random.nextInt(0x800),
            random.nextInt(1, 5),
            random.nextBoolean());
    assertThat(AdtsHeader.read(Unpooled.wrappedBuffer(Bytes.ofHex(hex(header)).toArray())))
        .isEqualTo(header);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "FEF14C800B3FFC, syncword and layer is 0xFEF1",
    "FFE14C800B3FFC, syncword and layer is 0xFFE1",
    "FFF34C800B3FFC, syncword and layer is 0xFFF3",
    "FFF174800B3FFC, sampling_frequency_index is 0xD",
    "FFF14C8000DFFC, frame_length is 0x6",
    "FFF04C80011FFC, frame_length is 0x8",
  })
  void refusesWhatIsNoHeader(String hex, String fault) {
    ByteBuf in = Unpooled.wrappedBuffer(Bytes.ofHex(hex).toArray());
    assertThatThrownBy(() -> AdtsHeader.read(in))
        .isInstanceOf(MalformedException.class)
        .hasMessage("ADTS header: " + fault);
    assertThat(in.readableBytes()).isEqualTo(7);
  }

  @Test
  void takesRawFramesApart() {
    // three raw frames of 3, 0 and 2 bytes: header check 2 × 2 + 2, each with a check behind it
    ByteBuf frame = frame(3, "00050007CCCC" + "A1A2A3CCCC" + "CCCC" + "B1B2CCCC");
    assertThat(requireNonNull(AdtsHeader.read(frame.duplicate())).rawFrames(frame))
        .extracting(ByteBufUtil::hexDump)
        .containsExactly("a1a2a3", "", "b1b2");
    assertThat(frame.readerIndex()).isZero();
  }

  @ParameterizedTest(name = "positions {0}")
  @CsvSource({"00010007", "00050006", "00050000", "000500FF", "FFFF0007"})
  void refusesRawFramesThatOverlap(String positions) {
    ByteBuf frame = frame(3, positions + "CCCC" + "A1A2A3CCCC" + "CCCC" + "B1B2CCCC");
    AdtsHeader header = requireNonNull(AdtsHeader.read(frame.duplicate()));
    assertThatThrownBy(() -> header.rawFrames(frame))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("raw frame");
  }

  @Test
  void severalRawFramesWithoutChecksCannotBeTakenApart() {
    ByteBuf frame = Unpooled.buffer();
    new AdtsHeader(false, 2, 4, 2, 20, 0, 2, false).write(frame);
    frame.writeZero(13);
    AdtsHeader header = requireNonNull(AdtsHeader.read(frame.duplicate()));
    assertThatThrownBy(() -> header.rawFrames(frame))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("ADTS frame of 2 raw frames without checks, allowed is 1");
  }

  @Test
  void framesRawFrames() {
    AdtsFraming framing = AdtsFraming.of(AudioSpecificConfig.of(2, 48_000, 2));
    ByteBuf rawFrame = Unpooled.wrappedBuffer(new byte[82]);
    ByteBuf out = Unpooled.buffer();
    framing.writeHead(rawFrame, out);
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo("fff14c800b3ffc");
    assertThat(framing.headSize(rawFrame)).isEqualTo(7);
  }

  @Test
  void rawFramesMayFillAnAdtsFrame() {
    AdtsFraming framing = AdtsFraming.of(AudioSpecificConfig.of(2, 48_000, 2));
    assertThat(framing.fits(Unpooled.wrappedBuffer(new byte[8_184]))).isTrue();
    assertThat(framing.fits(Unpooled.wrappedBuffer(new byte[8_185]))).isFalse();
    assertThatThrownBy(
            () -> framing.writeHead(Unpooled.wrappedBuffer(new byte[8_185]), Unpooled.buffer()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @RepeatedTest(50)
  void channelsThatHaveNoNumberAreNamedInEachFrame(RepetitionInfo run) {
    var program = AudioSpecificConfigTest.program(Seeds.random(run));
    AdtsFraming framing = AdtsFraming.of(AudioSpecificConfig.of(2, 48_000, program));
    ByteBuf rawFrame = Unpooled.wrappedBuffer(new byte[] {0x21, 0x10, 0x05});
    ByteBuf out = Unpooled.buffer();
    framing.writeHead(rawFrame, out);
    assertThat(out.readableBytes()).isEqualTo(framing.headSize(rawFrame));
    assertThat(requireNonNull(AdtsHeader.read(out)).frameLength())
        .isEqualTo(out.readableBytes() + 7 + 3);
    byte[] named = ByteBufUtil.getBytes(out);
    assertThat(ProgramConfigElement.ofRawFrame(named)).isEqualTo(program);
    // a frame that names them itself is left alone
    assertThat(framing.headSize(out)).isEqualTo(7);
    for (int end = 0; end < named.length; end++) {
      byte[] truncated = java.util.Arrays.copyOf(named, end);
      assertThatThrownBy(() -> ProgramConfigElement.ofRawFrame(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "BA3D00, object type is 23",
    "1780567810, sample rate is 44272",
    "1214, number of samples in a frame is 960",
    "11E0, channel configuration is 12",
  })
  void refusesWhatAdtsCannotSay(String config, String fault) {
    var audio = AudioSpecificConfig.read(Bytes.ofHex(config));
    assertThatThrownBy(() -> AdtsFraming.of(audio))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("ADTS cannot carry AAC whose " + fault);
  }

  private static ByteBuf frame(int rawFrames, String rest) {
    byte[] behind = Bytes.ofHex(rest).toArray();
    ByteBuf frame = Unpooled.buffer();
    new AdtsHeader(false, 2, 4, 2, 7 + behind.length, 0, rawFrames, true).write(frame);
    return frame.writeBytes(behind);
  }

  private static String hex(AdtsHeader header) {
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    return ByteBufUtil.hexDump(out).toUpperCase(Locale.ROOT);
  }
}
