package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.PlaylistText.Entry;
import dev.sluice.testkit.hls.PlaylistText.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a client knows of a media playlist after a load: delta updates are put together. */
final class View {
  /** Skipped segments that are looked for in vain: a wrong number is no reason to go on. */
  private static final int MAX_UNKNOWN = 1_000;

  final PlaylistText text;

  /** Whole segments by their numbers. */
  final NavigableMap<Long, Entry> entries = new TreeMap<>();

  /** Numbers that a delta update left out and that were not known. */
  final List<Long> unknown = new ArrayList<>();

  View(PlaylistText text, @Nullable View before) {
    this.text = text;
    for (long i = 0; i < text.skipped && unknown.size() < MAX_UNKNOWN; i++) {
      long number = text.mediaSequence + i;
      Entry known = before == null ? null : before.entries.get(number);
      if (known == null) {
        unknown.add(number);
      } else {
        entries.put(number, known);
      }
    }
    // what was left out counts all the same: its discontinuities, and what applies from there on
    long left = entries.values().stream().filter(Entry::discontinuity).count();
    Entry lastLeft = entries.isEmpty() ? null : entries.lastEntry().getValue();
    for (Entry entry : text.entries) {
      entries.put(entry.number(), lastLeft == null ? entry : behind(lastLeft, left, entry));
    }
  }

  private static Entry behind(Entry left, long discontinuities, Entry entry) {
    return new Entry(
        entry.number(),
        entry.discontinuityNumber() + discontinuities,
        entry.uri(),
        entry.extinf(),
        entry.durationNs(),
        entry.discontinuity(),
        entry.gap(),
        entry.dateNs(),
        entry.range(),
        entry.map() == null ? left.map() : entry.map(),
        entry.key() == null ? left.key() : entry.key(),
        entry.parts());
  }

  long first() {
    return text.mediaSequence;
  }

  /** Number of the last whole segment; one below the first where there is none. */
  long last() {
    return entries.isEmpty() ? text.mediaSequence - 1 : entries.lastKey();
  }

  /** Of whole segments and of the parts behind them. */
  long durationNs() {
    return entries.values().stream().mapToLong(entry -> Math.max(0, entry.durationNs())).sum()
        + openNs();
  }

  long openNs() {
    return text.open == null ? 0 : text.open.partsNs();
  }

  /** From the end of {@code number} to the end of the playlist. */
  long behindNs(long number) {
    return entries.tailMap(number, false).values().stream()
            .mapToLong(entry -> Math.max(0, entry.durationNs()))
            .sum()
        + openNs();
  }

  /** Parts of a segment, whole or not; none when it has none or is not there. */
  List<Part> parts(long number) {
    Entry entry = entries.get(number);
    if (entry != null) {
      return entry.parts();
    }
    return text.open != null && text.open.number() == number ? text.open.parts() : List.of();
  }

  /** How far it is: the segment that is being made, or made last, and its last part. */
  Position position() {
    if (text.open != null && !text.open.parts().isEmpty()) {
      return new Position(text.open.number(), text.open.parts().size() - 1);
    }
    return new Position(last(), parts(last()).size() - 1);
  }

  /** What a report has to say of it: where the last part is, in a playlist that has some. */
  Position reportable() {
    Position position = position();
    if (position.part() >= 0) {
      return position;
    }
    for (Entry entry : entries.descendingMap().values()) {
      if (!entry.parts().isEmpty()) { // a gap has none
        return new Position(entry.number(), entry.parts().size() - 1);
      }
    }
    return position;
  }

  /**
   * A place in a media playlist.
   *
   * @param number of a segment
   * @param part of it; −1 when it has none
   */
  record Position(long number, long part) implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      return number != other.number
          ? Long.compare(number, other.number)
          : Long.compare(part, other.part);
    }

    @Override
    public String toString() {
      return part < 0 ? "segment " + number : "part %d of segment %d".formatted(part, number);
    }
  }
}
