package dev.sluice.cli.top;

import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of a stream, in the order of the table's columns. */
enum Column {
  NAME("STREAM", 'N', 0, 0),
  PUBLISHER("FROM", 'P', 5, 0),
  CODECS("CODECS", 'C', 8, 0),
  SIZE("SIZE", 'Z', 9, 0),
  FPS("FPS", 'F', 3, 0),
  IN("IN kb/s", 'I', 7, 0),
  VIEWERS("VIEW", 'V', 5, 0),
  FORMS("BY FORM", 'V', 26, 110),
  OUT("OUT kb/s", 'O', 8, 0),
  AGE("AGE", 'A', 4, 0),
  SKIPS("SKIP", 'S', 4, 0);

  /** From this width of the screen on, the publisher's address is shown, too. */
  private static final int ADDRESS_FROM = 132;

  private static final int ADDRESS_WIDTH = 24;

  private final String title;
  private final char key;
  private final int width;
  private final int from;

  Column(String title, char key, int width, int from) {
    this.title = title;
    this.key = key;
    this.width = width;
    this.from = from;
  }

  String title() {
    return title;
  }

  /** The key that sorts by it. */
  char key() {
    return key;
  }

  /** Whether a screen of that width has it. */
  boolean isShown(int screenWidth) {
    return screenWidth >= from;
  }

  /** How wide it is on a screen of that width; 0 for the one that takes what is left. */
  int width(int screenWidth) {
    return this == PUBLISHER && screenWidth >= ADDRESS_FROM ? ADDRESS_WIDTH : width;
  }

  /** Whether it is a figure: those stand to the right, and the greatest is what one looks for. */
  boolean isFigure() {
    return switch (this) {
      case NAME, PUBLISHER, CODECS, FORMS -> false;
      case SIZE, FPS, IN, VIEWERS, OUT, AGE, SKIPS -> true;
    };
  }

  /** What it says of {@code row} on a screen of that width. */
  String text(TopModel.Row row, int screenWidth) {
    StreamFigures stream = row.stream();
    return switch (this) {
      case NAME -> mark(stream) + stream.name();
      case PUBLISHER -> screenWidth >= ADDRESS_FROM ? publisher(stream) : protocol(stream);
      case CODECS -> stream.codecs();
      case SIZE -> stream.size();
      case FPS -> Figures.fps(row.fps());
      case IN -> Figures.kbit(stream.bitrateBps());
      case VIEWERS -> Figures.count(stream.viewers());
      case FORMS -> forms(stream);
      case OUT -> Figures.kbit(row.outBps());
      case AGE -> stream.protocol().isEmpty() ? "-" : Figures.age(stream.sinceMs());
      case SKIPS -> Figures.count(stream.skips());
    };
  }

  /** A stream that is not live is told so before its name. */
  private static String mark(StreamFigures stream) {
    return switch (stream.state()) {
      case "live" -> " ";
      case "away" -> "!";
      case "waiting" -> ".";
      default -> "x";
    };
  }

  private static String protocol(StreamFigures stream) {
    return stream.protocol().isEmpty() ? "-" : stream.protocol();
  }

  private static String publisher(StreamFigures stream) {
    return (protocol(stream) + " " + stream.address()).strip();
  }

  /** The most first. */
  private static String forms(StreamFigures stream) {
    Comparator<Map.Entry<String, Long>> most =
        Map.Entry.<String, Long>comparingByValue().reversed();
    return stream.viewersByProtocol().entrySet().stream()
        .sorted(most.thenComparing(Map.Entry.comparingByKey()))
        .map(form -> form.getKey() + ":" + Figures.count(form.getValue()))
        .collect(Collectors.joining(" "));
  }

  /** The least first, and what is not known before; equal ones by name. */
  Comparator<TopModel.Row> order(boolean descending) {
    Comparator<TopModel.Row> least = least();
    return (descending ? least.reversed() : least).thenComparing(row -> row.stream().name());
  }

  private Comparator<TopModel.Row> least() {
    return switch (this) {
      case NAME -> Comparator.comparing(row -> row.stream().name());
      case PUBLISHER -> Comparator.comparing(row -> publisher(row.stream()));
      case CODECS -> Comparator.comparing(row -> row.stream().codecs());
      case SIZE -> Comparator.comparingLong(row -> row.stream().pixels());
      case FPS -> Comparator.comparingDouble(row -> known(row.fps()));
      case IN -> Comparator.comparingLong(row -> row.stream().bitrateBps());
      case VIEWERS, FORMS -> Comparator.comparingLong(row -> row.stream().viewers());
      case OUT -> Comparator.comparingDouble(row -> known(row.outBps()));
      case AGE -> Comparator.comparingLong(row -> row.stream().sinceMs());
      case SKIPS -> Comparator.comparingLong(row -> row.stream().skips());
    };
  }

  private static double known(double value) {
    return Double.isNaN(value) ? -1 : value;
  }

  /** The column that this key sorts by; null for none. */
  static @Nullable Column of(int key) {
    for (Column column : values()) {
      if (column.key == key) {
        return column;
      }
    }
    return null;
  }

  /** The column beside, of those that every screen has: {@code step} is 1 or -1. */
  Column beside(int step) {
    Column[] all = values();
    int at = ordinal();
    do {
      at = Math.floorMod(at + step, all.length);
    } while (all[at].from > 0);
    return all[at];
  }
}
