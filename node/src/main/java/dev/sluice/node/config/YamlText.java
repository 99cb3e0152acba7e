package dev.sluice.node.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML 1.2 text as a tree of nodes that know their lines. Values stay text: what is a number and
 * what is not is for the key to say. Aliases are not taken, so the tree is never larger than the
 * text. (Binding by Jackson would lose the line of an unknown key.)
 */
final class YamlText {
  /** Longest text in characters. */
  static final int MAX_LENGTH = 1 << 20;

  /** Deepest nesting; the keys need five levels, the rest is there to be refused by name. */
  static final int MAX_DEPTH = 50;

  private static final String ALLOWED = "YAML: one \"key: value\" a line, spaces to indent";

  private final Places places;
  private final Iterator<Event> events;

  private YamlText(Places places, Iterator<Event> events) {
    this.places = places;
    this.events = events;
  }

  /** Says where something stands. */
  @FunctionalInterface
  interface Places {
    /** That line and column, both from 1; 0 and 0 for the text as a whole. */
    Layer at(int line, int column);
  }

  /** A part of the text and where it begins. */
  sealed interface Node {
    Layer at();
  }

  /**
   * One value.
   *
   * @param plain whether it was written without quotes and not as a block
   */
  record Scalar(String text, boolean plain, Layer at) implements Node {
    /** Whether this says nothing: {@code key:}, {@code key: null}, {@code key: ~}. */
    boolean isNothing() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }
  }

  /** Keys and values in the order of the text; a key may come twice. */
  record Mapping(List<Entry> entries, Layer at) implements Node {}

  /** A key and its value. */
  record Entry(Node key, Node value) {}

  /** A list. */
  record Sequence(List<Node> items, Layer at) implements Node {}

  /**
   * Reads {@code text}; null when it holds nothing or is broken, which {@code problems} is told.
   */
  static @Nullable Node read(String file, String text, Consumer<Problem> problems) {
    return read((line, column) -> new Layer.File(file, line, column), text, problems);
  }

  /** The same with places of another kind. */
  static @Nullable Node read(Places places, String text, Consumer<Problem> problems) {
    if (text.length() > MAX_LENGTH) {
      String length = text.length() + " characters";
      problems.accept(new Problem(places.at(0, 0), "", length, "at most " + MAX_LENGTH));
      return null;
    }
    var settings = LoadSettings.builder().setCodePointLimit(MAX_LENGTH).build();
    try {
      var events = new Parse(settings).parseString(text).iterator();
      return new YamlText(places, events).document();
    } catch (Broken broken) {
      problems.accept(broken.problem);
    } catch (MarkedYamlEngineException broken) {
      problems.accept(
          new Problem(place(places, broken.getProblemMark()), "", said(broken), ALLOWED));
    } catch (YamlEngineException broken) {
      problems.accept(new Problem(places.at(0, 0), "", oneLine(broken.getMessage()), ALLOWED));
    }
    return null;
  }

  private @Nullable Node document() {
    events.next(); // stream start
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return null;
    }
    Node root = node(events.next(), 1);
    events.next(); // document end
    Event next = events.next();
    if (next.getEventId() != Event.ID.StreamEnd) {
      throw broken(next, "a second document", "one document a file");
    }
    return root;
  }

  private Node node(Event first, int depth) {
    if (depth > MAX_DEPTH) {
      throw broken(first, "more than " + MAX_DEPTH + " levels", "fewer levels");
    }
    Layer at = place(places, first.getStartMark());
    return switch (first.getEventId()) {
      case Scalar -> {
        var scalar = (ScalarEvent) first;
        yield new Scalar(scalar.getValue(), scalar.isPlain(), at);
      }
      case MappingStart -> {
        var entries = new ArrayList<Entry>();
        for (Event next = events.next();
            next.getEventId() != Event.ID.MappingEnd;
            next = events.next()) {
          Node key = node(next, depth + 1);
          entries.add(new Entry(key, node(events.next(), depth + 1)));
        }
        yield new Mapping(List.copyOf(entries), at);
      }
      case SequenceStart -> {
        var items = new ArrayList<Node>();
        for (Event next = events.next();
            next.getEventId() != Event.ID.SequenceEnd;
            next = events.next()) {
          items.add(node(next, depth + 1));
        }
        yield new Sequence(List.copyOf(items), at);
      }
      case Alias -> throw broken(first, "an alias", "the value itself");
      default -> throw new IllegalStateException("the YAML parser gave " + first);
    };
  }

  /** Ends the reading of a text; made of its problem alone. */
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    Broken(Problem problem) {
      super(problem.toString(), null, false, false);
      this.problem = problem;
    }
  }

  private Broken broken(Event event, String found, String allowed) {
    return new Broken(new Problem(place(places, event.getStartMark()), "", found, allowed));
  }

  private static Layer place(Places places, Optional<Mark> mark) {
    return mark.map(at -> places.at(at.getLine() + 1, at.getColumn() + 1)).orElse(places.at(0, 0));
  }

  private static String said(MarkedYamlEngineException broken) {
    String context = broken.getContext();
    String problem = broken.getProblem();
    return "a fault: " + oneLine(context == null ? problem : problem + " (" + context + ")");
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "something else" : text.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
