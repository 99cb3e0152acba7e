package dev.sluice.wire.h264;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvcDecoderConfigurationRecordTest {
  private static final String WITHOUT_EXTENSION = "0142c00cffe1000467420000 01000268cb";

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0142c00cffe1000467420000 01000268cb, 66, 4, 1, 1, ''",
    "0164001efde1000467640000 01000268eb fdf8f800, 100, 2, 1, 1, fdf8f800",
    "0142c00cfce2000167000167 00, 66, 1, 2, 0, ''",
    "0142c00cffe000, 66, 4, 0, 0, ''",
  })
  void readsAndWrites(String hex, int profile, int lengthSize, int sps, int pps, String extension) {
    ByteBuf bytes = hex(hex);
    var record = AvcDecoderConfigurationRecord.read(bytes.duplicate());
    assertThat(record.profile()).isEqualTo(profile);
    assertThat(record.lengthSize()).isEqualTo(lengthSize);
    assertThat(record.sps()).hasSize(sps);
    assertThat(record.pps()).hasSize(pps);
    assertThat(record.extension()).isEqualTo(Bytes.ofHex(extension));
    assertThat(written(record)).isEqualTo(bytes);
  }

  @Test
  void refusesEveryTruncation() {
    ByteBuf bytes = hex(WITHOUT_EXTENSION);
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf truncated = bytes.slice(0, length);
      assertThatThrownBy(() -> AvcDecoderConfigurationRecord.read(truncated))
          .isInstanceOf(MalformedException.class)
          .hasMessageStartingWith("AVCDecoderConfigurationRecord ends in ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0042c00cffe000", "0242c00cffe000", "0142c00cfee000"})
  void refusesOtherVersionsAndLengthsOfThreeBytes(String hex) {
    assertThatThrownBy(() -> AvcDecoderConfigurationRecord.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("allowed");
  }

  @Test
  void toleratesReservedBitsOfZero() {
    var record = AvcDecoderConfigurationRecord.read(hex("0142c00c03 01 000467420000 01000268cb"));
    assertThat(written(record)).isEqualTo(hex(WITHOUT_EXTENSION));
  }

  @Test
  void changesTheLengthSize() {
    var record = AvcDecoderConfigurationRecord.read(hex("0142c00cfde1000467420000 01000268cb"));
    assertThat(written(record.withLengthSize(4))).isEqualTo(hex(WITHOUT_EXTENSION));
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    try {
      var record = AvcDecoderConfigurationRecord.read(Unpooled.wrappedBuffer(input));
      assertThat(AvcDecoderConfigurationRecord.read(written(record))).isEqualTo(record);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("AVCDecoderConfigurationRecord");
    }
  }

  private static ByteBuf written(AvcDecoderConfigurationRecord record) {
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    return out;
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }
}
