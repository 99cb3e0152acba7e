package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import java.util.HexFormat;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitReaderTest {
  @Test
  void readsAcrossBytes() {
    BitReader bits = bits("A5C3FF0012345678");
    assertThat(bits.bits(3)).isEqualTo(0b101);
    assertThat(bits.bits(0)).isZero();
    assertThat(bits.bits(7)).isEqualTo(0b0010111);
    assertThat(bits.flag()).isFalse();
    bits.skip(13);
    assertThat(bits.remaining()).isEqualTo(40);
    bits.skip(4);
    assertThat(bits.bits(32)).isEqualTo(0x01234567L);
    assertThat(bits.small(4)).isEqualTo(8);
    assertThat(bits.remaining()).isZero();
    assertThat(bits("FFFFFFFF").bits(32)).isEqualTo(0xFFFF_FFFFL);
  }

  @ParameterizedTest(name = "{0} is {1} or, with sign, {2}")
  @CsvSource({
    "80,0,0",
    "40,1,1",
    "60,2,-1",
    "20,3,2",
    "28,4,-2",
    "0880,16,-8",
    "00000001FFFFFFFC,4294967293,0"
  })
  void readsExpGolombCodes(String hex, long unsigned, int signed) {
    if (unsigned > Integer.MAX_VALUE) {
      assertThatThrownBy(() -> bits(hex).ue("x", Integer.MAX_VALUE))
          .isInstanceOf(MalformedException.class)
          .hasMessage("test: x is 4294967293, allowed is 0 to 2147483647");
      return;
    }
    assertThat(bits(hex).ue("x", Integer.MAX_VALUE)).isEqualTo((int) unsigned);
    assertThat(bits(hex).se("x")).isEqualTo(signed);
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThatThrownBy(() -> bits("FF").bits(9))
        .isInstanceOf(MalformedException.class)
        .hasMessage("test ends at bit 8, 1 more are needed");
    assertThatThrownBy(() -> bits("FF").skip(9)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> bits("00").ue("x", 1)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> bits("0000000000").ue("x", 1))
        .isInstanceOf(MalformedException.class)
        .hasMessage("test: x has more than 32 bits");
  }

  private static BitReader bits(String hex) {
    return new BitReader(HexFormat.of().parseHex(hex), "test");
  }

  @RepeatedTest(100)
  void bitsAreCopiedFromAnywhere(RepetitionInfo run) {
    var random = Seeds.random(run);
    byte[] bytes = new byte[random.nextInt(1, 40)];
    random.nextBytes(bytes);
    int from = random.nextInt(8 * bytes.length);
    int to = random.nextInt(from, 8 * bytes.length + 1);
    var expected = new BitWriter();
    for (int i = from; i < to; i++) {
      expected.flag((bytes[i / 8] >> 7 - i % 8 & 1) == 1);
    }
    assertThat(expected.position()).isEqualTo(to - from);
    assertThat(new BitReader(bytes, "test").copy(from, to)).isEqualTo(expected.toBytes());

    BitReader bits = new BitReader(bytes, "test");
    bits.skip(from);
    Bytes octets = Bytes.of(bits.octets((to - from) / 8));
    assertThat(bits.position()).isEqualTo(from + (to - from) / 8 * 8);
    assertThat(octets).isEqualTo(new BitReader(bytes, "test").copy(from, bits.position()));
    long left = bits.remaining() / 8;
    assertThatThrownBy(() -> bits.octets((int) left + 1)).isInstanceOf(MalformedException.class);
  }

  @RepeatedTest(100)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    var writer = new BitWriter();
    int[] counts = random.ints(50, 0, 33).toArray();
    long[] values = new long[50];
    for (int i = 0; i < 50; i++) {
      values[i] = random.nextLong(1L << counts[i]);
      writer.bits(values[i], counts[i]);
    }
    BitReader bits = new BitReader(writer.toBytes().toArray(), "test");
    for (int i = 0; i < 50; i++) {
      assertThat(bits.bits(counts[i])).isEqualTo(values[i]);
    }
    assertThat(bits.position()).isEqualTo(writer.position());
    assertThat(writer.align(writer.position() - 3).position() - bits.position()).isEqualTo(5);
  }

  @Test
  void aValueMustFit() {
    assertThatThrownBy(() -> new BitWriter().bits(4, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value of 2 bits is 4, allowed is 0 to 3");
  }
}
