package dev.sluice.wire.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PesHeaderTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "000001E0 0000 8000 00, 224, 0, 0, false, -1, -1",
    "000001E0 0000 8480 05 2100010001, 224, 0, 0, true, 0, -1",
    // 126 000 and 129 600: as ffmpeg stamps its second picture
    "000001E0 0000 8080 05 210007D861, 224, 0, 0, false, 126000, -1",
    "000001C0 0008 8080 05 2FFFFFFFFF, 192, 8, 0, false, 8589934591, -1",
    "000001E0 0000 80C0 0A 310007F481 110007D861, 224, 0, 0, false, 129600, 126000",
    "000001BD 000A 9000 00, 189, 10, 1, false, -1, -1",
    "000001BE 0004, 190, 4, 0, false, -1, -1",
    "000001BF FFFF, 191, 65535, 0, false, -1, -1",
  })
  void reads(String hex, int id, int length, int scrambling, boolean aligned, long pts, long dts) {
    var header = new PesHeader(id, length, scrambling, aligned, pts, dts);
    ByteBuf bytes = Bytes.ofHex(hex.replace(" ", "")).buffer();
    ByteBuf in = bytes.duplicate();
    assertThat(PesHeader.read(in)).isEqualTo(header);
    assertThat(in.isReadable()).isFalse();
    if (scrambling == 0 && id != 0xBE && id != 0xBF) {
      ByteBuf out = Unpooled.buffer();
      header.write(out);
      assertThat(out).isEqualTo(bytes);
    }
    for (int size = 0; size < bytes.readableBytes(); size++) {
      ByteBuf truncated = bytes.slice(0, size);
      assertThat(PesHeader.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(size);
    }
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource({
    "000002E0 0000 8000 00, begins with 0x000002E0",
    "000001BB 0000 8000 00, begins with 0x000001BB",
    "000001E0 0000 0F00 00, MPEG-1",
    "000001E0 0007 8080 05 2100010001, header of 14 bytes in a packet of 13",
    "000001E0 0000 8080 04 21000100, its time stamps need 5",
    "000001E0 0000 80C0 09 210001000111000100, its time stamps need 10",
  })
  void refuses(String hex, String message) {
    ByteBuf bytes = Bytes.ofHex(hex.replace(" ", "")).buffer();
    assertThatThrownBy(() -> PesHeader.read(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatElseIsInTheHeaderIsPassedOver() {
    // stuffing, and the forbidden pair of flags: a DTS without a PTS
    ByteBuf bytes = Bytes.ofHex("000001E00000" + "8040" + "03" + "FFFFFF" + "00000001").buffer();
    assertThat(PesHeader.read(bytes)).isEqualTo(new PesHeader(0xE0, 0, 0, false, -1, -1));
    assertThat(bytes.readableBytes()).isEqualTo(4);
  }

  @Test
  void markerBitsAreNotLookedAt() {
    ByteBuf bytes = Bytes.ofHex("000001E00000" + "8080" + "05" + "000006D860").buffer();
    assertThat(PesHeader.read(bytes)).isEqualTo(new PesHeader(0xE0, 0, 0, false, 126_000, -1));
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    boolean hasPts = random.nextBoolean();
    var header =
        new PesHeader(
            random.nextBoolean() ? PesHeader.PRIVATE_1 : random.nextInt(0xC0, 0xF0),
            random.nextBoolean() ? 0 : random.nextInt(13, 65_536),
            0,
            random.nextBoolean(),
            hasPts ? random.nextLong(PesHeader.TIME_RANGE) : -1,
            hasPts && random.nextBoolean() ? random.nextLong(PesHeader.TIME_RANGE) : -1);
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(out.readableBytes()).isEqualTo(header.size());
    assertThat(PesHeader.read(out)).isEqualTo(header);
  }
}
