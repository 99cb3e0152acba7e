package dev.sluice.cli.top;

import dev.sluice.cli.remote.Clean;
import java.util.Arrays;

/** A screen: cells of one ASCII character each, and how they look. */
final class Grid {
  private static final String RESET = "\033[0m";

  private final int width;
  private final int height;
  private final char[] cells;
  private final Style[] styles;

  /** How a cell looks: with colours, and where these are not wanted. */
  enum Style {
    PLAIN("", ""),
    BOLD("1", "1"),
    FAINT("2", ""),
    REVERSE("7", "7"),
    TITLE("30;46", "7"),
    SORTED("1;37;44", "1;7"),
    GOOD("32", ""),
    WARN("33", ""),
    BAD("1;31", "1");

    private final String colour;
    private final String mono;

    Style(String colour, String mono) {
      this.colour = colour;
      this.mono = mono;
    }

    private String codes(boolean colours) {
      return colours ? colour : mono;
    }
  }

  /** Blank cells; a terminal of no size has none. */
  Grid(int width, int height) {
    this.width = Math.max(0, width);
    this.height = Math.max(0, height);
    cells = new char[this.width * this.height];
    styles = new Style[cells.length];
    Arrays.fill(cells, ' ');
    Arrays.fill(styles, Style.PLAIN);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Writes {@code text} from there on; what does not fit into the row is not seen. */
  void put(int row, int column, String text, Style style) {
    if (row < 0 || row >= height) {
      return;
    }
    String clean = Clean.cells(text);
    for (int i = 0; i < clean.length(); i++) {
      int at = column + i;
      if (at >= 0 && at < width) {
        cells[row * width + at] = clean.charAt(i);
        styles[row * width + at] = style;
      }
    }
  }

  /** As {@link #put}, so that it ends at the right edge. */
  void putRight(int row, String text, Style style) {
    put(row, Math.max(0, width - Clean.cells(text).length()), text, style);
  }

  /** Gives a whole row that look. */
  void fill(int row, Style style) {
    if (row >= 0 && row < height) {
      Arrays.fill(styles, row * width, (row + 1) * width, style);
    }
  }

  /** The text of a row without the blanks at its end. */
  String row(int row) {
    return new String(cells, row * width, width).stripTrailing();
  }

  /** The text of all rows, each ended. */
  String plain() {
    var text = new StringBuilder();
    for (int row = 0; row < height; row++) {
      text.append(row(row)).append('\n');
    }
    return text.toString();
  }

  /** As {@link #plain}, but for the last row, which tells keys. */
  String withoutLastRow() {
    String all = plain();
    return all.substring(0, all.lastIndexOf('\n', all.length() - 2) + 1);
  }

  /** As a terminal is told to show it, whatever it shows now. */
  String ansi(boolean colours) {
    var text = new StringBuilder("\033[H");
    for (int row = 0; row < height; row++) {
      text.append(row == 0 ? "" : "\r\n");
      row(text, row, colours);
      text.append("\033[K");
    }
    return text.append("\033[J").toString();
  }

  private void row(StringBuilder text, int row, boolean colours) {
    int end = width; // plain blanks at the end are cleared, not written
    while (end > 0 && cells[row * width + end - 1] == ' ' && isPlain(row * width + end - 1)) {
      end--;
    }
    String codes = "";
    for (int at = row * width; at < row * width + end; at++) {
      String next = styles[at].codes(colours);
      if (!next.equals(codes)) {
        text.append(RESET);
        if (!next.isEmpty()) {
          text.append("\033[").append(next).append('m');
        }
        codes = next;
      }
      text.append(cells[at]);
    }
    text.append(codes.isEmpty() ? "" : RESET);
  }

  private boolean isPlain(int at) {
    return styles[at] == Style.PLAIN;
  }
}
