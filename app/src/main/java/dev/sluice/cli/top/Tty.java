package dev.sluice.cli.top;

import java.io.IOException;

/** A terminal that belongs to {@code top} while it runs. */
interface Tty extends AutoCloseable {
  /**
   * A size in cells.
   *
   * @param columns 0 where the terminal does not tell
   */
  record Size(int columns, int rows) {}

  /** How large it is now. */
  Size size();

  /** Has {@code task} run each time when it has another size, on any thread. */
  void onResize(Runnable task);

  /** Waits for a key. */
  Key key() throws IOException;

  /** Shows {@code grid}. */
  void show(Grid grid);

  /** Gives it back as it was. */
  @Override
  void close();
}
