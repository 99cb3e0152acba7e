package dev.sluice.cli.top;

/**
 * A key that was pressed.
 *
 * @param name which one
 * @param character the character of {@link Name#CHARACTER}; 0 for all others
 */
record Key(Name name, int character) {

  /** Keys that mean something here. */
  enum Name {
    CHARACTER,
    ENTER,
    ESCAPE,
    BACKSPACE,
    UP,
    DOWN,
    LEFT,
    RIGHT,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    /** Ctrl-C, Ctrl-D, or the terminal has gone. */
    STOP,
    /** Ctrl-L: the screen is to be drawn anew. */
    REDRAW,
    OTHER
  }

  static Key of(Name name) {
    return new Key(name, 0);
  }

  static Key character(int character) {
    return new Key(Name.CHARACTER, character);
  }
}
