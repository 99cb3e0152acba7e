package dev.sluice.event;

import dev.sluice.media.StreamName;
import dev.sluice.media.StreamPattern;
import dev.sluice.wire.MalformedException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which events somebody wants. Those that say that others were lost are for everybody.
 *
 * @param kinds empty for all
 * @param streams patterns of names, any of which suffices; empty for all, and for events about no
 *     stream, which are left out otherwise
 */
public record EventFilter(Set<EventKind> kinds, List<StreamPattern> streams) {
  /** Every event. */
  public static final EventFilter ALL = new EventFilter(Set.of(), List.of());

  /** Patterns of one filter. */
  static final int MAX_STREAMS = 32;

  public EventFilter {
    kinds = Set.copyOf(kinds);
    streams = List.copyOf(streams);
  }

  /**
   * Reads a filter from parameters of a request.
   *
   * @param kinds labels, several in one with commas between them
   * @param streams patterns, likewise
   * @throws MalformedException naming what is none, and what is allowed
   */
  public static EventFilter parse(List<String> kinds, List<String> streams) {
    Set<EventKind> wanted = EnumSet.noneOf(EventKind.class);
    for (String label : split(kinds)) {
      EventKind kind = EventKind.of(label);
      if (kind == null) {
        throw new MalformedException("there is no kind of event '%s'".formatted(shown(label)));
      }
      wanted.add(kind);
    }
    List<String> texts = split(streams);
    if (texts.size() > MAX_STREAMS) {
      throw new MalformedException(
          "%d patterns of streams, allowed are %d".formatted(texts.size(), MAX_STREAMS));
    }
    return new EventFilter(wanted, texts.stream().map(StreamPattern::parse).toList());
  }

  private static List<String> split(List<String> values) {
    return values.stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .filter(value -> !value.isEmpty())
        .toList();
  }

  private static String shown(String label) {
    return Event.cut(label, 40);
  }

  /** Whether it lets {@code event} pass. */
  public boolean passes(Event event) {
    if (event.kind() == EventKind.EVENTS_LOST) {
      return true;
    }
    if (!kinds.isEmpty() && !kinds.contains(event.kind())) {
      return false;
    }
    if (streams.isEmpty()) {
      return true;
    }
    StreamName name = event.stream();
    return name != null && streams.stream().anyMatch(pattern -> pattern.matches(name));
  }
}
