package dev.sluice.cli.top;

import java.util.concurrent.LinkedBlockingQueue;

/** A terminal that a test sits at. */
final class FakeTty implements Tty {
  private final LinkedBlockingQueue<Key> keys = new LinkedBlockingQueue<>();
  private volatile Size size = new Size(80, 24);
  private volatile String shown = "";
  private volatile Runnable whenResized = () -> {};

  /** Presses a character each. */
  void type(String characters) {
    characters.chars().forEach(c -> keys.add(Key.character(c)));
  }

  void press(Key.Name name) {
    keys.add(Key.of(name));
  }

  void resize(int columns, int rows) {
    size = new Size(columns, rows);
    whenResized.run();
  }

  /** What is to be seen. */
  String shown() {
    return shown;
  }

  @Override
  public Size size() {
    return size;
  }

  @Override
  public void onResize(Runnable task) {
    whenResized = task;
  }

  @Override
  public Key key() {
    try {
      return keys.take();
    } catch (InterruptedException over) {
      return Key.of(Key.Name.STOP);
    }
  }

  @Override
  public void show(Grid grid) {
    shown = grid.plain();
  }

  @Override
  public void close() {}
}
