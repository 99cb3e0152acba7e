package dev.sluice.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmfReaderTest {
  @Test
  void whatIsWrittenIsRead() {
    byte[] bytes =
        new AmfWriter()
            .string("_résult")
            .number(1.5)
            .nothing()
            .bool(true)
            .beginObject()
            .key("a")
            .number(2)
            .key("b")
            .beginEcmaArray(0)
            .key("c")
            .string("")
            .end()
            .end()
            .toBytes();
    assertThat(AmfReader.readAll(bytes, 0, bytes.length))
        .containsExactly("_résult", 1.5, null, true, Map.of("a", 2.0, "b", Map.of("c", "")));
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] bytes = new AmfWriter().beginObject().key("key").string("value").end().toBytes();
    for (int length = 1; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> AmfReader.readAll(cut, 0, cut.length))
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "06, [null]",
    "0A 00000002 05 0101, '[[null, true]]'",
    "0B 4000000000000000 0000, [2.0]",
    "0C 00000001 41, [A]",
    "'', []"
  })
  void rarerTypesAreRead(String hex, String values) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThat(AmfReader.readAll(bytes, 0, bytes.length)).hasToString(values);
  }

  @Test
  void thereAreLimits() {
    byte[] many = new byte[AmfReader.MAX_VALUES + 1];
    Arrays.fill(many, (byte) 5);
    assertThat(AmfReader.readAll(many, 1, many.length)).hasSize(AmfReader.MAX_VALUES);
    assertThatThrownBy(() -> AmfReader.readAll(many, 0, many.length))
        .hasMessageContaining("1024 values");
    byte[] tooDeep = nested(AmfReader.MAX_DEPTH + 2);
    assertThatThrownBy(() -> AmfReader.readAll(tooDeep, 0, tooDeep.length))
        .hasMessageContaining("16 levels");
    assertThatThrownBy(() -> AmfReader.readAll(new byte[] {7}, 0, 1))
        .hasMessageContaining("marker is 7");
  }

  private static byte[] nested(int levels) {
    byte[] bytes = new byte[5 * levels];
    for (int i = 0; i < bytes.length; i += 5) {
      bytes[i] = 10; // strict array
      bytes[i + 4] = 1; // of one
    }
    return bytes;
  }

  @FuzzTest
  void anyBytesEitherParseOrAreRefused(byte[] input) {
    List<?> values;
    try {
      values = AmfReader.readAll(input, 0, input.length);
    } catch (MalformedException refused) {
      return;
    }
    assertThat(values.size()).isLessThanOrEqualTo(input.length);
  }
}
