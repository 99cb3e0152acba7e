package dev.sluice.cli.remote;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text below one another, in columns as wide as their widest cell; numbers to the right.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these columns; those that begin with {@code >} stand to the right. */
  public Table(String... columns) {
    head = List.of(columns);
  }

  /** One more row; missing cells are empty. */
  public void row(String... cells) {
    List<String> clean = new ArrayList<>();
    for (String cell : cells) {
      clean.add(cell.isEmpty() ? "-" : Clean.text(cell));
    }
    rows.add(clean);
  }

  /** All of it, each line ended. */
  @Override
  public String toString() {
    int[] widths = new int[head.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = title(i).length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    List<String> titles = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      titles.add(title(i));
    }
    line(text, titles, widths);
    rows.forEach(row -> line(text, row, widths));
    return text.toString();
  }

  private String title(int column) {
    return head.get(column).replaceFirst("^>", "");
  }

  private void line(StringBuilder text, List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      String blanks = " ".repeat(widths[i] - cell.length());
      boolean right = head.get(i).startsWith(">");
      line.append(i == 0 ? "" : GAP).append(right ? blanks + cell : cell + blanks);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
