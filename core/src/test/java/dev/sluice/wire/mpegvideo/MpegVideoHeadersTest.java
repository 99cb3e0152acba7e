package dev.sluice.wire.mpegvideo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sequence headers are ffmpeg's. */
class MpegVideoHeadersTest {
  private static final String MPEG1 = "000001b308006013ffffe018";
  private static final String MAIN = "000001b308006034ffffe018" + "000001b5148a000100000000";
  private static final String P422 = "000001b30a006023ffffe018" + "000001b5185400010000";

  @Test
  void readsMpeg1() {
    assertThat(SequenceHeader.read(hex(MPEG1)))
        .isEqualTo(new SequenceHeader(128, 96, 1, 3, 0x3FFFF, null, null));
  }

  @Test
  void readsMpeg2() {
    var extension = new SequenceHeader.Extension(0x48, true, 1, false, 1, 1);
    assertThat(SequenceHeader.read(hex(MAIN)))
        .isEqualTo(new SequenceHeader(128, 96, 3, 4, 0x3FFFF, extension, null));
    var display = new SequenceHeader.Display(new ColourCodes(1, 1, 1, false), 128, 96);
    assertThat(SequenceHeader.read(hex(MAIN + "01b52b01010102020300")))
        .isEqualTo(new SequenceHeader(128, 96, 3, 4, 0x3FFFF, extension, display));
    assertThat(SequenceHeader.read(hex(P422)).extension())
        .isEqualTo(new SequenceHeader.Extension(0x85, false, 2, false, 1, 1));
  }

  @Test
  void extensionsMakeNumbersLarger() {
    Bytes header =
        new BitsOut()
            .u(12, 0xF00)
            .u(12, 0x870)
            .u(4, 3)
            .u(4, 5)
            .u(18, 1)
            .u(1, 1)
            .u(11, 0)
            .flag(true)
            .append(matrix())
            .flag(true)
            .append(matrix())
            .plain("000001b3");
    Bytes extension =
        new BitsOut()
            .u(4, 1)
            .u(8, 0x44)
            .flag(true)
            .u(2, 3)
            .u(2, 1)
            .u(2, 2)
            .u(12, 3)
            .u(1, 1)
            .u(8, 0)
            .flag(true)
            .u(2, 3)
            .u(5, 31)
            .plain("000001b5");
    assertThat(SequenceHeader.read(hex(header + "" + extension)))
        .isEqualTo(
            new SequenceHeader(
                0x1F00,
                0x2870,
                3,
                5,
                3 << 18 | 1,
                new SequenceHeader.Extension(0x44, true, 3, true, 4, 32),
                null));
  }

  private static BitsOut matrix() {
    BitsOut matrix = new BitsOut();
    for (int i = 0; i < 64; i++) {
      matrix.u(8, 16 + i);
    }
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(strings = {MPEG1, MAIN, P422})
  void refusesEveryTruncation(String hex) {
    for (int length = 0; length < hex.length() / 2; length++) {
      ByteBuf truncated = hex(hex).slice(0, length);
      if (length >= 12 && length <= 16) { // a whole MPEG-1 header, and some start code
        assertThat(SequenceHeader.read(truncated).extension()).isNull();
      } else if (length < 22) {
        assertThatThrownBy(() -> SequenceHeader.read(truncated))
            .isInstanceOf(MalformedException.class);
      }
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "000001b808006013ffffe018, no sequence header stands where one is read",
    "000001b308006010ffffe018, 'sequence header: frame_rate_code is 0, allowed is 1 to 8'",
    "000001b308006019ffffe018, 'sequence header: frame_rate_code is 9, allowed is 1 to 8'",
    "000001b300006013ffffe018, sequence header of 0 x 96 samples",
    "000001b308000013ffffe018, sequence header of 128 x 0 samples",
  })
  void refuses(String hex, String fault) {
    assertThatThrownBy(() -> SequenceHeader.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessage(fault);
  }

  @Test
  void sizeIsLimited() {
    ByteBuf most = hex(MPEG1).writeZero(SequenceHeader.MAX_BYTES - 12);
    assertThat(SequenceHeader.read(most).width()).isEqualTo(128);
    most.writeByte(0);
    assertThatThrownBy(() -> SequenceHeader.read(most))
        .isInstanceOf(MalformedException.class)
        .hasMessage("sequence header of 513 bytes, allowed are 512");
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "000F, 0, INTRA",
    "0057, 1, PREDICTED",
    "FFDF, 1023, BIDIRECTIONAL",
    "0027, 0, DC",
  })
  void readsPictures(String hex, int temporalReference, PictureHeader.Type type) {
    assertThat(PictureHeader.read(hex(hex), 0, 2))
        .isEqualTo(new PictureHeader(temporalReference, type));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0007", "002F", "00", ""})
  void refusesPictures(String hex) {
    ByteBuf in = hex(hex);
    assertThatThrownBy(() -> PictureHeader.read(in, 0, in.readableBytes()))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest(name = "{0}: {1} {2} {3}")
  @CsvSource({"00080040, 4096, true, false", "FFFFFFA0, 33554431, false, true"})
  void readsGroups(String hex, int timeCode, boolean closed, boolean broken) {
    assertThat(GroupHeader.read(hex(hex), 0, 4))
        .isEqualTo(new GroupHeader(timeCode, closed, broken));
    assertThatThrownBy(() -> GroupHeader.read(hex(hex), 0, 3))
        .isInstanceOf(MalformedException.class);
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      SequenceHeader header = SequenceHeader.read(Unpooled.wrappedBuffer(input));
      assertThat(header.width()).isBetween(1, 0x3FFF);
      assertThat(header.height()).isBetween(1, 0x3FFF);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).contains("sequence header");
    }
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text).buffer());
  }
}
