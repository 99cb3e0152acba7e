package dev.sluice.cli.top;

import java.io.IOException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;
import org.jspecify.annotations.Nullable;

/** The terminal that the program was started from: its second screen, keys one by one. */
final class JlineTty implements Tty {
  private static final String ENTER =
      "\033[?1049h\033[?25l\033[?7l"; // other screen, no cursor, no wrap
  private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  private final Terminal terminal;
  private final Attributes before;
  private final KeyDecoder keys;
  private final boolean colours;
  private final Thread giveBack = new Thread(this::restore, "top-terminal");
  private boolean restored;

  private JlineTty(Terminal terminal, boolean colours) {
    this.terminal = terminal;
    this.colours = colours;
    NonBlockingReader reader = terminal.reader();
    this.keys = new KeyDecoder(waitMs -> reader.read(waitMs));
    this.before = terminal.enterRawMode();
    Attributes raw = terminal.getAttributes();
    raw.setLocalFlag(
        Attributes.LocalFlag.ISIG, false); // Ctrl-C and Ctrl-Z are keys: the screen is given back
    terminal.setAttributes(raw);
    Runtime.getRuntime().addShutdownHook(giveBack);
    say(ENTER);
  }

  /**
   * Takes the terminal; null where there is none that can be drawn on.
   *
   * @param colours whether it is to be coloured
   */
  static @Nullable JlineTty open(boolean colours) throws IOException {
    Terminal terminal = TerminalBuilder.builder().name("sluice").system(true).dumb(true).build();
    if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
      terminal.close();
      return null;
    }
    return new JlineTty(terminal, colours);
  }

  @Override
  public Size size() {
    int columns = terminal.getWidth();
    int rows = terminal.getHeight();
    return new Size(columns > 0 ? columns : USUAL_COLUMNS, rows > 0 ? rows : USUAL_ROWS);
  }

  @Override
  public void onResize(Runnable task) {
    terminal.handle(Terminal.Signal.WINCH, _ -> task.run());
  }

  @Override
  public Key key() throws IOException {
    return keys.next();
  }

  @Override
  public void show(Grid grid) {
    say(grid.ansi(colours));
  }

  private void say(String text) {
    terminal.writer().write(text);
    terminal.writer().flush();
  }

  /** Once, also when the process is told to end. */
  private synchronized void restore() {
    if (!restored) {
      restored = true;
      say(LEAVE);
      terminal.setAttributes(before);
    }
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(giveBack);
    } catch (IllegalStateException ending) {
      return; // the process ends, and is in the hook, or soon will be
    }
    try {
      terminal.close();
    } catch (IOException gone) {
      // it is given back as far as it goes
    }
  }
}
