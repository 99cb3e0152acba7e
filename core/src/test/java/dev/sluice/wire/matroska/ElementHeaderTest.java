package dev.sluice.wire.matroska;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElementHeaderTest {
  @ParameterizedTest(name = "{0} is element {1} of {2} bytes")
  @CsvSource({
    "A381,A3,1",
    "EC80,EC,0",
    "42868F,4286,15",
    "4DBB4080,4DBB,128",
    "1F43B67501FFFFFFFFFFFFFF,1F43B675,-1",
    "A3FF,A3,-1",
    "A3407F,A3,127",
    "1A45DFA3100000FE,1A45DFA3,254",
    "EC01FFFFFFFFFFFFFE,EC,72057594037927934",
  })
  void reads(String hex, String id, long bodyBytes) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    var header = new ElementHeader(Integer.parseUnsignedInt(id, 16), bodyBytes);
    assertThat(ElementHeader.read(Unpooled.wrappedBuffer(bytes))).isEqualTo(header);
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf truncated = Unpooled.wrappedBuffer(bytes, 0, length);
      assertThat(ElementHeader.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0881FFFFFFFF", "0081", "A300FFFFFFFFFFFFFFFF", "FF81", "8081", "7FFF81"})
  void refusesLongerNumbersAndReservedIds(String hex) {
    ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    assertThatThrownBy(
            () -> {
              if (ElementHeader.read(bytes) == null) {
                throw new AssertionError("read nothing");
              }
            })
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("EBML ");
  }

  @RepeatedTest(200)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    int[] ids = {ElementId.SIMPLE_BLOCK, ElementId.DOC_TYPE, ElementId.DURATION, ElementId.CLUSTER};
    long size = random.nextLong() >>> random.nextInt(8, 64);
    var header = new ElementHeader(ids[random.nextInt(ids.length)], Math.min(size, (1L << 56) - 2));
    ByteBuf out = Unpooled.buffer();
    header.write(out);
    assertThat(ElementHeader.read(out)).isEqualTo(header);
    assertThat(out.isReadable()).isFalse();
  }
}
