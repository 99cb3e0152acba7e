package dev.sluice.wire.nal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeiTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "06 06 01 84 80, true", // recovery point alone
    "06 05 02 AABB 06 01 84, true", // behind user data
    "06 05 04 00000301 02 06 01 84, true", // the size does not count emulation prevention
    "06 05 03 00000301 06 01 84, true",
    "06 FF 06, false", // payload type 261
    "06 FF 06 01 AA 06 01 84, true",
    "06 05 02 0606 80 00, false", // bytes of another payload
    "06 06, false", // cut off
    "06 05 FF, false",
    "06 05 20 00, false", // size reaches past the end
    "06, false",
  })
  void findsRecoveryPoints(String hex, boolean found) {
    ByteBuf in = Unpooled.copiedBuffer(Bytes.ofHex(hex.replace(" ", "")).buffer());
    assertThat(Sei.has(Sei.RECOVERY_POINT, in, 1, in.writerIndex())).isEqualTo(found);
  }

  @Test
  void looksNoFurtherThanItsLimit() {
    for (int before : new int[] {Sei.MAX_BYTES - 8, Sei.MAX_BYTES - 7, Sei.MAX_BYTES - 6}) {
      ByteBuf in = Unpooled.buffer();
      in.writeByte(5); // user data
      for (int left = before; ; left -= 255) {
        in.writeByte(Math.min(left, 255));
        if (left < 255) {
          break;
        }
      }
      int head = in.readableBytes();
      in.writeBytes(Bytes.ofHex("77".repeat(before)).buffer());
      in.writeBytes(Bytes.ofHex("060184").buffer());
      assertThat(Sei.has(Sei.RECOVERY_POINT, in, 0, in.writerIndex()))
          .as("%d bytes of head and user data", head + before)
          .isEqualTo(head + before + 2 <= Sei.MAX_BYTES);
    }
  }

  @Test
  void removesEmulationPrevention() {
    ByteBuf in = Unpooled.copiedBuffer(Bytes.ofHex("67000003010000030000030300030000").buffer());
    assertThat(Bytes.of(Rbsp.copy(in, 1, in.writerIndex())))
        .isEqualTo(Bytes.ofHex("00000100000000" + "0300030000"));
    assertThat(Rbsp.copy(in, 1, 1)).isEmpty();
  }
}
