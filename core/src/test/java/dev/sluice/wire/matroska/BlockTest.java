package dev.sluice.wire.matroska;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "81 0000 80 AABB,                           1, 0, true, AABB",
    "81 FFFE 00 AABB,                           1, -2, false, AABB",
    "4080 7FFF 00 AA,                           128, 32767, false, AA",
    "82 0001 02 02 01 02 AA BBBB CC,            2, 1, false, AA BBBB CC",
    "82 0001 04 02 AA BB CC,                    2, 1, false, AA BB CC",
    "82 0001 06 02 81 C0 AA BBBB CCCC,          2, 1, false, AA BBBB CCCC",
    "82 0001 06 02 82 BE AAAA BB CCCC,          2, 1, false, AAAA BB CCCC",
    "81 0000 86 00 AABB,                        1, 0, true, AABB",
  })
  void reads(String hex, int track, int ticks, boolean key, String frames) {
    Block block = Block.read(hex(hex));
    assertThat(block.track()).isEqualTo(track);
    assertThat(block.relativeTicks()).isEqualTo(ticks);
    assertThat(block.key()).isEqualTo(key);
    assertThat(block.frames().stream().map(ByteBufUtil::hexDump).map(String::toUpperCase))
        .containsExactly(frames.split(" "));
  }

  @Test
  void aXiphSizeMayTakeSeveralBytes() {
    ByteBuf body = Unpooled.buffer().writeBytes(hex("81 0000 02 01 FF 05")).writeZero(260 + 3);
    assertThat(Block.read(body).frames())
        .extracting(ByteBuf::readableBytes)
        .containsExactly(260, 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "81",
        "810000",
        "80000000",
        "81 0000 02",
        "81 0000 02 02 01",
        "81 0000 02 01 05 AA",
        "81 0000 04 02 AA BB",
        "81 0000 06 02 81 80 AA",
        "81 0000 06 01 FF AA",
        "81 0000 06 02 81 FF AA BB",
      })
  void refusesWhatDoesNotFit(String hex) {
    assertThatThrownBy(() -> Block.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageMatching("(Matroska|EBML) .*");
  }

  @Test
  void aGroupWithoutAReferenceIsAKeyFrame() {
    ByteBuf block = Elements.element(ElementId.BLOCK, hex("81 0003 00 AA"));
    ByteBuf alone = Elements.join(block.copy(), Elements.number(ElementId.BLOCK_DURATION, 40));
    assertThat(BlockGroup.read(alone).block().key()).isTrue();
    assertThat(BlockGroup.read(alone).durationTicks()).isEqualTo(40);
    ByteBuf referring = Elements.join(block, Elements.number(ElementId.REFERENCE_BLOCK, -40));
    assertThat(BlockGroup.read(referring).block().key()).isFalse();
    assertThatThrownBy(() -> BlockGroup.read(Elements.number(ElementId.BLOCK_DURATION, 40)))
        .isInstanceOf(MalformedException.class);
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
