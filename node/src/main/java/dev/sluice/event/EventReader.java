package dev.sluice.event;

import java.util.ArrayList;
import java.util.List;

/** Reads events in order, at its own pace; holds nothing up. One thread at a time. */
public final class EventReader {
  /** Events were missed, nobody knows how many: they are another incarnation's. */
  public static final long UNKNOWN = -1;

  private final Events events;
  private final EventFilter filter;
  private long position;
  private long missed;

  EventReader(Events events, EventFilter filter, long position, long missed) {
    this.events = events;
    this.filter = filter;
    this.position = position;
    this.missed = missed;
  }

  /**
   * What comes next.
   *
   * @param missed events before the first of these that are not kept any more, whatever the filter
   *     would have said of them; {@link #UNKNOWN}; 0 for none
   * @param events those that pass the filter
   */
  public record Page(long missed, List<Event> events) {
    /** Whether there is nothing to tell. */
    public boolean isEmpty() {
      return missed == 0 && events.isEmpty();
    }
  }

  /** The next events, {@code most} at most; none when there are no more yet. */
  public Page next(int most) {
    List<Event> found = new ArrayList<>();
    while (found.size() < most && position < events.last()) {
      Event event = events.at(position + 1);
      if (event == null) {
        if (!found.isEmpty()) {
          break; // what is missed stands before a page
        }
        overtaken();
      } else {
        position++;
        if (filter.passes(event)) {
          found.add(event);
        }
      }
    }
    var page = new Page(missed, List.copyOf(found));
    missed = 0;
    return page;
  }

  private void overtaken() {
    long oldest = events.last() - Events.MAX_KEPT + 1;
    long to = Math.max(position + 1, oldest - 1);
    if (missed != UNKNOWN) {
      missed += to - position;
    }
    position = to;
  }
}
