package dev.sluice.cli.top;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Characters from a terminal as keys: what a VT and xterm send, which all others imitate (ECMA-48,
 * 5.4; xterm's control sequences, "PC-Style Function Keys").
 */
final class KeyDecoder {
  /** What {@link Input#read} gives when nothing came in time. */
  static final int NOTHING = -2;

  /** So soon the rest of a sequence follows an escape that was not the key. */
  static final long SEQUENCE_MS = 50;

  /** The longest sequence that is read as one. */
  static final int MAX_SEQUENCE = 16;

  private static final int ESCAPE = 0x1B;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");

  private final Input input;

  /** Where characters come from. */
  @FunctionalInterface
  interface Input {
    /**
     * The next character; -1 when there will be none any more, {@link #NOTHING} when none came.
     *
     * @param waitMs how long to wait for one; 0 for ever
     */
    int read(long waitMs) throws IOException;
  }

  KeyDecoder(Input input) {
    this.input = input;
  }

  /** Waits for a key. */
  Key next() throws IOException {
    int c = input.read(0);
    while (c == NOTHING) {
      c = input.read(0);
    }
    return switch (c) {
      case -1, 3, 4 -> Key.of(Key.Name.STOP);
      case 8, 0x7F -> Key.of(Key.Name.BACKSPACE);
      case 12 -> Key.of(Key.Name.REDRAW);
      case '\r', '\n' -> Key.of(Key.Name.ENTER);
      case ESCAPE -> escaped();
      default -> c < ' ' ? Key.of(Key.Name.OTHER) : Key.character(c);
    };
  }

  private Key escaped() throws IOException {
    int c = input.read(SEQUENCE_MS);
    return switch (c) {
      case NOTHING, -1, ESCAPE -> Key.of(Key.Name.ESCAPE);
      case '[' -> sequence();
      case 'O' -> Key.of(named(input.read(SEQUENCE_MS), ""));
      default -> Key.of(Key.Name.OTHER); // with Alt
    };
  }

  private Key sequence() throws IOException {
    var parameters = new StringBuilder();
    for (int i = 0; i < MAX_SEQUENCE; i++) {
      int c = input.read(SEQUENCE_MS);
      if (c < ' ') {
        return Key.of(Key.Name.OTHER); // broken off
      }
      if (c >= '@' && c <= '~') {
        return Key.of(named(c, parameters.toString().split(";", 2)[0]));
      }
      parameters.appendCodePoint(c);
    }
    return Key.of(Key.Name.OTHER);
  }

  private static Key.Name named(int last, String parameter) {
    return switch (last) {
      case 'A' -> Key.Name.UP;
      case 'B' -> Key.Name.DOWN;
      case 'C' -> Key.Name.RIGHT;
      case 'D' -> Key.Name.LEFT;
      case 'H' -> Key.Name.HOME;
      case 'F' -> Key.Name.END;
      case 'M' -> Key.Name.ENTER;
      case '~' ->
          NUMBER.matcher(parameter).matches()
              ? numbered(Integer.parseInt(parameter))
              : Key.Name.OTHER;
      default -> Key.Name.OTHER;
    };
  }

  private static Key.Name numbered(int number) {
    return switch (number) {
      case 1, 7 -> Key.Name.HOME;
      case 4, 8 -> Key.Name.END;
      case 5 -> Key.Name.PAGE_UP;
      case 6 -> Key.Name.PAGE_DOWN;
      default -> Key.Name.OTHER;
    };
  }
}
