package dev.sluice.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlvParserTest {
  private static final String HEAD = "464C56 01 05 00000009 00000000";
  private static final String AUDIO = "08 000003 000010 00 000000 AF0121 0000000E";
  private static final String VIDEO = "09 000002 FFFFFF 7F 000000 1701 0000000D";
  private static final String EMPTY = "12 000000 000000 80 000000 0000000B";

  private final List<String> tags = new ArrayList<>();

  @ParameterizedTest(name = "fed {0} bytes at a time")
  @ValueSource(ints = {1, 2, 7, 15, 1000})
  void tagsAreHandedOutWhole(int step) {
    feed(HEAD + AUDIO + VIDEO + EMPTY, step);
    assertThat(tags)
        .containsExactly("8@16:AF0121", "9@%d:1701".formatted(0x7FFFFFFF), "18@-2147483648:");
  }

  @Test
  void nothingIsHandedOutBeforeItsEnd() {
    String all = (HEAD + AUDIO).replace(" ", "");
    for (int length = 0; length < all.length(); length += 2) {
      feed(all.substring(0, length), 5);
      assertThat(tags).isEmpty();
    }
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "464C57 01 05 00000009 00000000, not the beginning of an FLV file",
    "464C56 02 05 00000009 00000000, not the beginning of an FLV file",
    "464C56 01 05 0000000A 00000000, not the beginning of an FLV file",
    "464C56 01 05 00000009 00000001, not the beginning of an FLV file",
    HEAD + " 0A 000000 000000 00 000000 0000000B, tag type is 10",
    HEAD + " 09 400001 000000 00 000000, tag of 4194305 bytes",
    HEAD + " 08 000003 000010 00 000000 AF0121 0000000D, PreviousTagSize is 13"
  })
  void whatCanNeverBecomeValidIsRefused(String hex, String message) {
    assertThatThrownBy(() -> feed(hex, 3))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @FuzzTest
  void anyBytesEitherParseOrAreRefused(byte[] input) {
    try {
      new FlvParser()
          .feed(
              input,
              0,
              input.length,
              0,
              (_, _, body, length, _) -> assertThat(body.length).isGreaterThanOrEqualTo(length));
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageMatching(".+");
    }
  }

  private void feed(String hex, int step) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    tags.clear();
    var parser = new FlvParser();
    for (int from = 0; from < bytes.length; from += step) {
      parser.feed(
          bytes,
          from,
          Math.min(bytes.length, from + step),
          5,
          (type, time, body, length, nowNs) ->
              tags.add(
                  "%d@%d:%s"
                      .formatted(
                          type,
                          time + nowNs - 5,
                          HexFormat.of().withUpperCase().formatHex(body, 0, length))));
    }
  }
}
