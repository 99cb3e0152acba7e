package dev.sluice.cli.top;

import dev.sluice.cli.top.Grid.Style;
import dev.sluice.cli.top.View.Mode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is seen of a model: the node above, streams or viewers below, keys at the bottom. */
final class TopScreen {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Rows above the table's head, with one for messages. */
  private static final int HEADER = 7;

  /** Rows that are no rows of the table: header, the table's head, keys. */
  static final int OTHERS = HEADER + 2;

  private static final int WARN_LAG_MS = 20;
  private static final int BAD_LAG_MS = 200;
  private static final double WARN_SHARE = 0.8; // as the server: caches shrink
  private static final double BAD_SHARE = 0.9; // newcomers are refused

  private static final String HELP =
      """
      up, down, page up and down, home, end   mark a stream
      enter, v    viewers of that stream; there k ends one, after a question
      /           filter by name, publisher, codec; enter keeps it, escape does not
      escape      no filter
      < > left right   sort by the column beside
      r           the other way round
      N P C Z F I V O A S   sort by name, publisher, codecs, size, fps, rate in,
                  viewers, rate out, age, skips; once more for the other way round
      ctrl-L      draw the screen anew
      q, ctrl-C   quit

      Before a name: ! its publisher is away, . it waits for one, x it ends.
      VIEW   viewers of all protocols
      BY FORM  the same by protocol, on wide screens
      AGE    since its publisher came
      SKIP   blocks that viewers who are there were not sent: too slow
      lag    how late a loop came to its work, the most in the last 10 to 20 s
      TCP queues  what the kernel holds for the whole host; full: connections
                  that found the queue of a listener full
      """;

  private final TopModel model;
  private final View view;
  private final Grid grid;

  private TopScreen(TopModel model, View view, int width, int height) {
    this.model = model;
    this.view = view;
    this.grid = new Grid(width, height);
  }

  /** The screen of {@code width} columns and {@code height} rows. */
  static Grid screen(TopModel model, View view, int width, int height) {
    var screen = new TopScreen(model, view, width, height);
    switch (view.mode()) {
      case Mode.Help _ -> screen.help();
      case Mode.Streams _, Mode.Typing _ -> screen.whole(screen::streams);
      case Mode.Viewers(String stream, String selected) ->
          screen.whole(() -> screen.viewers(stream, selected));
      case Mode.Asking(String stream, String id, _) ->
          screen.whole(() -> screen.viewers(stream, id));
    }
    screen.keys();
    return screen.grid;
  }

  /** How many rows of a table a screen of that height has. */
  static int page(int height) {
    return Math.max(1, height - OTHERS);
  }

  /** Those of {@code rows} that a screen of that height shows. */
  static <T> List<T> seen(List<T> rows, int marked, int height) {
    int page = page(height);
    int first = first(marked, rows.size(), page);
    return rows.subList(first, Math.min(rows.size(), first + page));
  }

  private void whole(Runnable table) {
    header();
    message();
    table.run();
  }

  private void header() {
    NodeFigures node = model.node();
    String up = "up " + Figures.clock(node.upMs());
    String since = ", since " + UTC.format(Instant.ofEpochMilli(node.startedMs()));
    grid.put(0, 0, "sluice " + node.version() + "  " + up + since, Style.BOLD);
    if (grid.width() >= 100) {
      grid.putRight(0, model.server(), Style.FAINT);
    }
    grid.put(1, 0, cpu(node), Style.PLAIN);
    loops(node);
    media(node);
    String rates =
        "In %s kbit/s   Out %s kbit/s"
            .formatted(Figures.kbit(model.inBps()), Figures.kbit(model.outBps()));
    grid.put(4, 0, rates + "   Streams " + streamCounts(), Style.PLAIN);
    grid.put(5, 0, "Viewers " + model.viewers() + counts(node.viewers()), Style.PLAIN);
  }

  private String cpu(NodeFigures node) {
    String percent =
        Double.isFinite(model.cpuPercent())
            ? String.format(Locale.ROOT, "%.0f%%", model.cpuPercent())
            : "-";
    return "CPU %s of %d00%%  heap %s of %s  connections %d  TCP queues %s  full %s"
        .formatted(
            percent,
            node.processors(),
            Figures.bytes(node.heapBytes()),
            Figures.bytes(node.heapMaxBytes()),
            node.connections(),
            Figures.bytes(node.tcpBytes()),
            Figures.count(node.listenOverflows()));
  }

  private void loops(NodeFigures node) {
    double most = 0;
    long queued = 0;
    var each = new StringBuilder();
    for (NodeFigures.LoopFigures loop : node.loops()) {
      most = Math.max(most, Double.isFinite(loop.lagMs()) ? loop.lagMs() : 0);
      queued += loop.queuedTasks();
      each.append(' ').append(ms(loop.lagMs()));
    }
    Style style = most >= BAD_LAG_MS ? Style.BAD : most >= WARN_LAG_MS ? Style.WARN : Style.PLAIN;
    String text =
        "Loops %d   lag %s ms   tasks %d   each".formatted(node.loops().size(), ms(most), queued);
    grid.put(2, 0, text + each, style);
  }

  private static String ms(double ms) {
    return Double.isFinite(ms) ? String.format(Locale.ROOT, ms < 9.95 ? "%.1f" : "%.0f", ms) : "-";
  }

  private void media(NodeFigures node) {
    double share = (double) node.mediaBytes() / Math.max(1, node.mediaLimitBytes());
    Style style = share >= BAD_SHARE ? Style.BAD : share >= WARN_SHARE ? Style.WARN : Style.PLAIN;
    String text =
        "Media %s of %s"
            .formatted(Figures.bytes(node.mediaBytes()), Figures.bytes(node.mediaLimitBytes()));
    String accounts =
        node.mediaAccounts().entrySet().stream()
            .map(account -> "  " + account.getKey() + " " + Figures.bytes(account.getValue()))
            .collect(Collectors.joining());
    grid.put(3, 0, text + accounts, style);
  }

  private String streamCounts() {
    long live = model.streams("live");
    long away = model.streams("away");
    long waiting = model.streams("waiting");
    return model.rows().size() + ": " + live + " live, " + away + " away, " + waiting + " waiting";
  }

  private static String counts(Map<String, Long> viewers) {
    return viewers.entrySet().stream()
        .filter(protocol -> protocol.getValue() != 0)
        .map(protocol -> "  " + protocol.getKey() + " " + protocol.getValue())
        .collect(Collectors.joining());
  }

  private void message() {
    int row = HEADER - 1;
    switch (view.mode()) {
      case Mode.Typing _ -> grid.put(row, 0, "Filter: " + view.filter() + "_", Style.BOLD);
      case Mode.Asking(_, String id, String who) ->
          grid.put(
              row, 0, "End session " + id + " (" + who + ")? y: yes, any other key: no", Style.BAD);
      case Mode.Streams _, Mode.Help _, Mode.Viewers _ -> {
        if (!view.message().isEmpty()) {
          grid.put(row, 0, view.message(), Style.WARN);
        } else if (!view.filter().isEmpty()) {
          grid.put(
              row, 0, "Only streams with \"" + view.filter() + "\"; escape shows all", Style.FAINT);
        }
      }
    }
  }

  private void streams() {
    List<TopModel.Row> rows = view.rows(model);
    int page = page(grid.height());
    int marked = view.marked(rows);
    int first = first(marked, rows.size(), page);
    grid.fill(HEADER, Style.TITLE);
    int column = 0;
    for (Column each : Column.values()) {
      if (!each.isShown(grid.width())) {
        continue;
      }
      int width = each == Column.NAME ? nameWidth() : each.width(grid.width());
      Style head = each == view.sort() ? Style.SORTED : Style.TITLE;
      grid.put(HEADER, column, cell(each.title(), width, each.isFigure()), head);
      for (int i = 0; i < Math.min(page, rows.size() - first); i++) {
        Style style = first + i == marked ? Style.REVERSE : style(rows.get(first + i));
        if (column == 0) {
          grid.fill(HEADER + 1 + i, style);
        }
        String text = each.text(rows.get(first + i), grid.width());
        grid.put(HEADER + 1 + i, column, cell(text, width, each.isFigure()), style);
      }
      column += width + 1;
    }
    if (rows.isEmpty()) {
      String none = view.filter().isEmpty() ? "No streams." : "No stream has that.";
      grid.put(HEADER + 1, 1, none, Style.FAINT);
    }
    more(first, page, rows.size());
  }

  private int nameWidth() {
    int others = 0;
    for (Column each : Column.values()) {
      others +=
          each.isShown(grid.width()) && each != Column.NAME ? each.width(grid.width()) + 1 : 0;
    }
    return Math.max(8, grid.width() - others);
  }

  private static Style style(TopModel.Row row) {
    return switch (row.stream().state()) {
      case "live" -> row.stream().skips() > 0 ? Style.WARN : Style.PLAIN;
      case "away" -> Style.BAD;
      default -> Style.FAINT;
    };
  }

  /** Text of exactly that width; what is cut off leaves a mark. */
  private static String cell(String text, int width, boolean right) {
    if (text.length() > width) {
      return text.substring(0, Math.max(0, width - 1)) + "~";
    }
    String blanks = " ".repeat(width - text.length());
    return right ? blanks + text : text + blanks;
  }

  /** The first row that is seen, so that the marked one is. */
  private static int first(int marked, int size, int page) {
    return Math.max(0, Math.min(marked - page / 2, size - page));
  }

  private void more(int first, int page, int size) {
    if (size > page) {
      String text = " %d-%d of %d".formatted(first + 1, Math.min(size, first + page), size);
      grid.putRight(HEADER - 1, text, Style.FAINT);
    }
  }

  private void help() {
    grid.fill(0, Style.TITLE);
    grid.put(0, 0, "KEYS", Style.TITLE);
    int row = 1;
    for (String line : HELP.lines().toList()) {
      if (row < grid.height() - 1) {
        grid.put(row++, 0, line, Style.PLAIN);
      }
    }
  }

  private void viewers(String stream, @Nullable String selected) {
    List<ViewerFigures> viewers = View.viewers(model, stream);
    Snapshot.Audience audience = model.audience();
    if (audience != null && !audience.stream().equals(stream)) {
      audience = null; // of the stream that was looked at before
    }
    int page = page(grid.height());
    int marked = View.marked(viewers, selected);
    int first = first(marked, viewers.size(), page);
    grid.fill(HEADER, Style.TITLE);
    grid.put(HEADER, 0, ViewerLine.head(grid.width()), Style.TITLE);
    for (int i = 0; i < Math.min(page, viewers.size() - first); i++) {
      ViewerFigures viewer = viewers.get(first + i);
      boolean isMarked = first + i == marked;
      Style style = isMarked ? Style.REVERSE : viewer.skips() > 0 ? Style.WARN : Style.PLAIN;
      grid.fill(HEADER + 1 + i, style);
      grid.put(HEADER + 1 + i, 0, ViewerLine.of(viewer, grid.width()), style);
    }
    if (viewers.isEmpty()) {
      grid.put(
          HEADER + 1,
          1,
          audience != null ? "Nobody watches " + stream + "." : "Asking ...",
          Style.FAINT);
    }
    if (audience != null && audience.total() > viewers.size()) {
      String text = " the first %d of %d".formatted(viewers.size(), audience.total());
      grid.putRight(HEADER - 1, text, Style.FAINT);
    } else {
      more(first, page, viewers.size());
    }
  }

  private void keys() {
    String keys =
        switch (view.mode()) {
          case Mode.Streams _ -> "?:help  enter:viewers  /:filter  < >:sort  r:reverse  q:quit";
          case Mode.Typing _ -> "enter:keep  escape:as before";
          case Mode.Help _ -> "any key:back";
          case Mode.Viewers(String stream, _) -> "k:end one  escape:back  q:quit   " + stream;
          case Mode.Asking _ -> "y:yes  any other key:no";
        };
    grid.fill(grid.height() - 1, Style.REVERSE);
    if (view.mode() instanceof Mode.Streams) {
      String order = view.sort().title() + (view.descending() ? " v" : " ^");
      grid.putRight(grid.height() - 1, "by " + order, Style.REVERSE);
    }
    grid.put(grid.height() - 1, 0, keys, Style.REVERSE);
  }
}
