package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Characters as terminals send them; {@code |} in a table is a moment in which nothing comes. */
class KeyDecoderTest {
  private static final char ESCAPE = 0x1B;

  /** A terminal that sends {@code text}, where {@code |} is a wait, and then has gone. */
  private static KeyDecoder of(String text) {
    int[] at = {0};
    return new KeyDecoder(waitMs -> {
      if (at[0] == text.length()) {
        return -1;
      }
      char c = text.charAt(at[0]++);
      return c == '|' ? KeyDecoder.NOTHING : c;
    });
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "^[[A;UP",
        "^[[B;DOWN",
        "^[[C;RIGHT",
        "^[[D;LEFT",
        "^[[H;HOME",
        "^[[F;END",
        "^[OA;UP",
        "^[OB;DOWN",
        "^[OH;HOME",
        "^[OF;END",
        "^[OM;ENTER",
        "^[[1~;HOME",
        "^[[7~;HOME",
        "^[[4~;END",
        "^[[8~;END",
        "^[[5~;PAGE_UP",
        "^[[6~;PAGE_DOWN",
        "^[[5:2~;OTHER",
        "^[[1;OTHER",
        "^[[3~;OTHER",
        "^[[99999~;OTHER",
        "^[[Z;OTHER",
        "^[OP;OTHER",
        "^[x;OTHER",
        "^[|;ESCAPE",
        "^[^[;ESCAPE",
        "^[;ESCAPE",
        "^[[;OTHER",
        "^[[|;OTHER",
        "^[[5|;OTHER",
        "^[O|;OTHER"
      })
  void sequences(String text, String name) throws IOException {
    String sent = text.replace("^[", String.valueOf(ESCAPE));
    assertThat(of(sent).next()).isEqualTo(Key.of(Key.Name.valueOf(name)));
  }

  @Test
  void withAModifierAKeyIsTheSame() throws IOException {
    assertThat(of(ESCAPE + "[1;5A").next()).isEqualTo(Key.of(Key.Name.UP));
    assertThat(of(ESCAPE + "[5;2~").next()).isEqualTo(Key.of(Key.Name.PAGE_UP));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "13, ENTER",
    "10, ENTER",
    "8, BACKSPACE",
    "127, BACKSPACE",
    "3, STOP",
    "4, STOP",
    "12, REDRAW",
    "1, OTHER",
    "26, OTHER",
    "9, OTHER"
  })
  void controls(int c, Key.Name name) throws IOException {
    assertThat(of(Character.toString(c)).next()).isEqualTo(Key.of(name));
  }

  @Test
  void everythingElseIsACharacterAndTheEndIsAStop() throws IOException {
    KeyDecoder keys = of("q||?é");
    assertThat(keys.next()).isEqualTo(Key.character('q'));
    assertThat(keys.next()).isEqualTo(Key.character('?'));
    assertThat(keys.next()).isEqualTo(Key.character('é'));
    assertThat(keys.next()).isEqualTo(Key.of(Key.Name.STOP));
    assertThat(keys.next()).isEqualTo(Key.of(Key.Name.STOP));
  }

  @Test
  void aSequenceThatDoesNotEndIsGivenUp() throws IOException {
    KeyDecoder keys = of(ESCAPE + "[" + "1".repeat(KeyDecoder.MAX_SEQUENCE) + "A");
    assertThat(keys.next()).isEqualTo(Key.of(Key.Name.OTHER));
    assertThat(keys.next()).isEqualTo(Key.character('A'));
    KeyDecoder longest = of(ESCAPE + "[" + "1".repeat(KeyDecoder.MAX_SEQUENCE - 1) + "A");
    assertThat(longest.next()).isEqualTo(Key.of(Key.Name.UP));
  }

  @Test
  void whateverIsTypedIsReadToItsEnd() throws IOException {
    String all = ESCAPE + "[1;5A" + ESCAPE + "OHq" + ESCAPE + "[5~|" + ESCAPE + "|x";
    for (int end = 0; end <= all.length(); end++) {
      KeyDecoder keys = of(all.substring(0, end));
      int count = 0;
      while (keys.next().name() != Key.Name.STOP) {
        count++;
      }
      assertThat(count).isLessThanOrEqualTo(end);
    }
  }
}
