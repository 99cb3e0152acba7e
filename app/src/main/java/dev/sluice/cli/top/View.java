package dev.sluice.cli.top;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the user has chosen to see. A key makes another view of it, and perhaps something to be
 * done; nothing else changes one.
 *
 * @param sort column by which streams are in order
 * @param descending whether the greatest is first
 * @param filter what a stream's name, publisher or codecs have to contain; empty for all
 * @param selected name of the stream that is marked; null, or gone, marks the first
 * @param mode what the keys are about
 * @param message of the last thing that was done; empty for none
 */
record View(
    Column sort,
    boolean descending,
    String filter,
    @Nullable String selected,
    Mode mode,
    String message) {
  /** Where it begins. */
  static final View START = new View(Column.VIEWERS, true, "", null, new Mode.Streams(), "");

  /** The longest filter that can be typed. */
  static final int MAX_FILTER = 60;

  /** What is seen, and what keys mean. */
  sealed interface Mode {
    /** The table of streams. */
    record Streams() implements Mode {}

    /** As that, while a filter is typed. */
    record Typing(String before) implements Mode {}

    /** The page of keys. */
    record Help() implements Mode {}

    /** Viewers of one stream; {@code selected} is the session that is marked. */
    record Viewers(String stream, @Nullable String selected) implements Mode {}

    /** As that, while it is asked whether the session {@code id} is to be ended. */
    record Asking(String stream, String id, String who) implements Mode {}
  }

  /** What else a key leads to. */
  sealed interface Effect {
    /** Nothing. */
    record None() implements Effect {}

    /** The end. */
    record Quit() implements Effect {}

    /** The screen is drawn anew, whatever is on it. */
    record Redraw() implements Effect {}

    /** A session is ended. */
    record Kick(String id) implements Effect {}
  }

  /** What comes of a key. */
  record Step(View view, Effect effect) {}

  /** The streams that are to be seen, in their order. */
  List<TopModel.Row> rows(TopModel model) {
    return model.rows().stream().filter(this::matches).sorted(sort.order(descending)).toList();
  }

  private boolean matches(TopModel.Row row) {
    StreamFigures stream = row.stream();
    String all =
        stream.name() + " " + stream.protocol() + " " + stream.address() + " " + stream.codecs();
    return all.toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT));
  }

  /** Which of {@code rows} is marked; 0 when there are none. */
  int marked(List<TopModel.Row> rows) {
    return indexOf(rows.stream().map(row -> row.stream().name()).toList(), selected);
  }

  /** Viewers that are to be seen, in the order in which they came. */
  static List<ViewerFigures> viewers(TopModel model, String stream) {
    Snapshot.Audience audience = model.audience();
    return audience == null || !audience.stream().equals(stream) ? List.of() : audience.viewers();
  }

  /** Which of {@code viewers} is marked; 0 when there are none. */
  static int marked(List<ViewerFigures> viewers, @Nullable String selected) {
    return indexOf(viewers.stream().map(ViewerFigures::id).toList(), selected);
  }

  private static int indexOf(List<String> names, @Nullable String name) {
    return name == null ? 0 : Math.max(0, names.indexOf(name));
  }

  /** Whose viewers have to be asked for; null when nobody's. */
  @Nullable String audience() {
    return switch (mode) {
      case Mode.Viewers(String stream, _) -> stream;
      case Mode.Asking(String stream, _, _) -> stream;
      case Mode.Streams _, Mode.Typing _, Mode.Help _ -> null;
    };
  }

  /** The same with something to say. */
  View saying(String what) {
    return new View(sort, descending, filter, selected, mode, what);
  }

  /**
   * What comes of a key.
   *
   * @param page how many rows a page has
   */
  Step press(Key key, TopModel model, int page) {
    if (key.name() == Key.Name.STOP) {
      return new Step(this, new Effect.Quit());
    }
    if (key.name() == Key.Name.REDRAW) {
      return new Step(this, new Effect.Redraw());
    }
    View quiet = saying("");
    return switch (mode) {
      case Mode.Streams _ -> quiet.onStreams(key, model, page);
      case Mode.Typing(String before) -> quiet.then(quiet.typed(key, before));
      case Mode.Help _ -> quiet.then(quiet.in(new Mode.Streams())); // any key
      case Mode.Viewers viewers -> quiet.onViewers(viewers, key, model, page);
      case Mode.Asking(String stream, String id, _) -> quiet.answered(key, stream, id);
    };
  }

  private Step then(View next) {
    return new Step(next, new Effect.None());
  }

  private View in(Mode next) {
    return new View(sort, descending, filter, selected, next, message);
  }

  private View sorted(Column by, boolean greatestFirst) {
    return new View(by, greatestFirst, filter, selected, mode, message);
  }

  private View sortedBy(Column by) {
    return sorted(by, by.isFigure());
  }

  private View filtered(String text) {
    return new View(sort, descending, text, selected, mode, message);
  }

  private Step onStreams(Key key, TopModel model, int page) {
    List<TopModel.Row> rows = rows(model);
    int at = marked(rows);
    return switch (key.name()) {
      case CHARACTER -> onCharacter(key.character(), rows);
      case ENTER -> then(toViewers(rows));
      case ESCAPE -> then(filtered(""));
      case LEFT -> then(sortedBy(sort.beside(-1)));
      case RIGHT -> then(sortedBy(sort.beside(1)));
      case UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END ->
          then(marking(rows, moved(key, at, page, rows.size())));
      case BACKSPACE, STOP, REDRAW, OTHER -> then(this);
    };
  }

  private Step onCharacter(int c, List<TopModel.Row> rows) {
    Column column = Column.of(c);
    if (column != null) {
      boolean again = column == sort; // the same key once more turns the order round
      return then(again ? sorted(sort, !descending) : sortedBy(column));
    }
    return switch (c) {
      case 'q' -> new Step(this, new Effect.Quit());
      case '?', 'h' -> then(in(new Mode.Help()));
      case '/' -> then(in(new Mode.Typing(filter)));
      case '<' -> then(sortedBy(sort.beside(-1)));
      case '>' -> then(sortedBy(sort.beside(1)));
      case 'r' -> then(sorted(sort, !descending));
      case 'v' -> then(toViewers(rows));
      default -> then(this);
    };
  }

  private View marking(List<TopModel.Row> rows, int at) {
    String name = rows.isEmpty() ? null : rows.get(at).stream().name();
    return new View(sort, descending, filter, name, mode, message);
  }

  private View toViewers(List<TopModel.Row> rows) {
    if (rows.isEmpty()) {
      return this;
    }
    View marking = marking(rows, marked(rows));
    return marking.in(new Mode.Viewers(rows.get(marked(rows)).stream().name(), null));
  }

  /** Where the mark is after one of the keys that move it. */
  private static int moved(Key key, int at, int page, int size) {
    int to =
        switch (key.name()) {
          case UP -> at - 1;
          case DOWN -> at + 1;
          case PAGE_UP -> at - Math.max(1, page);
          case PAGE_DOWN -> at + Math.max(1, page);
          case HOME -> 0;
          case END -> size - 1;
          default -> at;
        };
    return Math.max(0, Math.min(to, size - 1));
  }

  private View typed(Key key, String before) {
    View done = in(new Mode.Streams());
    return switch (key.name()) {
      case ENTER -> done;
      case ESCAPE -> done.filtered(before);
      case BACKSPACE ->
          filter.isEmpty() ? done : filtered(filter.substring(0, filter.length() - 1));
      case CHARACTER -> {
        boolean taken = key.character() < 0x7F && filter.length() < MAX_FILTER;
        yield taken ? filtered(filter + Character.toString(key.character())) : this;
      }
      case UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN, HOME, END, STOP, REDRAW, OTHER -> this;
    };
  }

  private Step onViewers(Mode.Viewers of, Key key, TopModel model, int page) {
    List<ViewerFigures> viewers = viewers(model, of.stream());
    int at = marked(viewers, of.selected());
    View back = in(new Mode.Streams());
    return switch (key.name()) {
      case ESCAPE, LEFT, BACKSPACE, ENTER -> then(back);
      case UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END -> {
        int to = moved(key, at, page, viewers.size());
        String id = viewers.isEmpty() ? null : viewers.get(to).id();
        yield then(in(new Mode.Viewers(of.stream(), id)));
      }
      case CHARACTER ->
          switch (key.character()) {
            case 'q' -> new Step(this, new Effect.Quit());
            case 'v' -> then(back);
            case 'k' -> viewers.isEmpty() ? then(this) : then(asking(of.stream(), viewers.get(at)));
            default -> then(this);
          };
      case RIGHT, STOP, REDRAW, OTHER -> then(this);
    };
  }

  private View asking(String stream, ViewerFigures viewer) {
    String who = viewer.protocol() + " " + viewer.address();
    return in(
        new Mode.Asking(
            stream, viewer.id(), viewer.user().isEmpty() ? who : viewer.user() + ", " + who));
  }

  /** Only a y is a yes. */
  private Step answered(Key key, String stream, String id) {
    View back = in(new Mode.Viewers(stream, id));
    boolean yes =
        key.name() == Key.Name.CHARACTER && (key.character() == 'y' || key.character() == 'Y');
    return yes ? new Step(back, new Effect.Kick(id)) : then(back.saying("nobody is ended"));
  }
}
