package dev.sluice.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.event.Spill.Line;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When one webhook delivers what: an engine. Events go in batches, in order, each until it is
 * taken: one batch at a time, a batch that was not taken again, the same, after a while that
 * doubles. All that is left is kept within a bound, past which the oldest that are not under way
 * are dropped. So an event is delivered once or more, never out of order, unless it is dropped,
 * which is told.
 *
 * <p>Every change is a line for a file, from which all goes on after a restart. Times are
 * milliseconds of a clock that does not go back. One thread at a time.
 */
final class WebhookSender {
  /** Events of a batch. */
  static final int MAX_BATCH = 100;

  /** Bytes of a batch, of which the last event may go past it. */
  static final int MAX_BATCH_BYTES = 256 << 10;

  /** How long a batch that was not taken waits, at first; each time twice as long. */
  static final long FIRST_WAIT_MS = 1_000;

  /** Longest that it waits. */
  static final long MAX_WAIT_MS = 60_000;

  /** The file is written anew when it has so much more than is left. */
  static final long MAX_STALE_BYTES = 1 << 20;

  /** A file that could not be written is written anew after so long. */
  static final long FILE_RETRY_MS = 5_000;

  /** Failures in a row after which it is said that the receiver is down. */
  static final int MAX_FAILURES = 3;

  private final long maxBytes;
  private final RandomGenerator random;
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private List<Entry> flying = List.of(); // the first of all that are left
  private final List<Effect> effects = new ArrayList<>();
  private long leftBytes;
  private long fileBytes;
  private boolean fileBroken;
  private long fileRetryMs;
  private boolean posting;
  private long number;
  private int failures;
  private long notBeforeMs;
  private boolean waits;
  private long untoldDrops;
  private long sent;
  private long failed;
  private long dropped;

  /** An event, and how much it is. */
  private record Entry(String json, int bytes) {
    static Entry of(String json) {
      return new Entry(json, json.getBytes(UTF_8).length);
    }
  }

  /** What happens to it. */
  sealed interface Input {
    /** There is an event. */
    record Told(String json) implements Input {}

    /** {@code count} events had no room on their way here. */
    record Missed(long count) implements Input {}

    /** The post of this number has come to its end. */
    record Answered(long number, boolean taken) implements Input {}

    /** The file could not be written. */
    record FileFailed() implements Input {}

    /** Time has passed; to come several times a second. */
    record Tick() implements Input {}
  }

  /** What is to be done, in this order. */
  sealed interface Effect {
    /** Append a line to the file. */
    record Append(Line line) implements Effect {}

    /** Write the file anew, with these lines. */
    record Replace(List<Line> lines) implements Effect {}

    /** Post a body; its end comes as {@link Input.Answered} under the same number. */
    record Post(long number, String body) implements Effect {}

    /** Tell that so many events were dropped, now that the receiver takes some again. */
    record Lost(long count) implements Effect {}

    /** Say that the receiver is down, or up again. */
    record Down(boolean down) implements Effect {}
  }

  /**
   * Goes on.
   *
   * @param maxBytes of events that are left
   * @param random when to try again
   * @param left what was left, oldest first
   * @param fileBytes of the file that said so
   */
  WebhookSender(long maxBytes, RandomGenerator random, List<String> left, long fileBytes) {
    this.maxBytes = maxBytes;
    this.random = random;
    this.fileBytes = fileBytes;
    for (String json : left) {
      add(Entry.of(json));
    }
  }

  private void add(Entry entry) {
    waiting.add(entry);
    leftBytes += entry.bytes;
  }

  /** What is to be done when this happens. */
  List<Effect> step(Input input, long nowMs) {
    switch (input) {
      case Input.Told(String json) -> {
        add(Entry.of(json));
        line(new Line.Added(json));
        dropOldest();
      }
      case Input.Missed(long count) -> {
        dropped += count;
        untoldDrops += count;
      }
      case Input.Answered(long of, boolean taken) -> {
        if (posting && of == number) {
          answered(taken, nowMs);
        }
      }
      case Input.FileFailed() -> {
        fileBroken = true;
        fileRetryMs = nowMs + FILE_RETRY_MS;
      }
      case Input.Tick() -> {
        if (fileBroken && nowMs - fileRetryMs >= 0) {
          replace();
        }
      }
    }
    if (!fileBroken && fileBytes > leftBytes + MAX_STALE_BYTES) {
      replace();
    }
    post(nowMs);
    List<Effect> drained = List.copyOf(effects);
    effects.clear();
    return drained;
  }

  private void line(Line line) {
    if (!fileBroken) {
      effects.add(new Effect.Append(line));
      fileBytes += bytes(line);
    }
  }

  /** About what a line takes in the file; an event counts as it does among those left. */
  private static long bytes(Line line) {
    return line instanceof Line.Added(String json) ? json.getBytes(UTF_8).length : 20;
  }

  private void replace() {
    fileBroken = false;
    List<Line> lines = new ArrayList<>();
    flying.forEach(entry -> lines.add(new Line.Added(entry.json)));
    waiting.forEach(entry -> lines.add(new Line.Added(entry.json)));
    fileBytes = leftBytes;
    effects.add(new Effect.Replace(lines));
  }

  private void dropOldest() {
    int count = 0;
    while (leftBytes > maxBytes && waiting.size() > 1) {
      Entry oldest = waiting.remove();
      leftBytes -= oldest.bytes;
      count++;
    }
    if (count > 0) {
      dropped += count;
      untoldDrops += count;
      line(new Line.Dropped(flying.size(), count));
    }
  }

  private void answered(boolean taken, long nowMs) {
    posting = false;
    if (!taken) {
      failed++;
      failures++;
      long wait = FIRST_WAIT_MS << Math.min(failures - 1, 6);
      wait = Math.min(wait, MAX_WAIT_MS);
      notBeforeMs = nowMs + wait / 2 + random.nextLong(wait / 2 + 1); // many come back apart
      waits = true;
      if (failures == MAX_FAILURES) {
        effects.add(new Effect.Down(true));
      }
      return;
    }
    if (failures >= MAX_FAILURES) {
      effects.add(new Effect.Down(false));
    }
    failures = 0;
    waits = false;
    sent += flying.size();
    for (Entry entry : flying) {
      leftBytes -= entry.bytes;
    }
    line(new Line.Done(flying.size()));
    flying = List.of();
    if (untoldDrops > 0) {
      effects.add(new Effect.Lost(untoldDrops));
      untoldDrops = 0;
    }
  }

  private void post(long nowMs) {
    if (posting || (waits && nowMs - notBeforeMs < 0)) {
      return;
    }
    if (flying.isEmpty()) {
      flying = nextBatch();
    }
    if (!flying.isEmpty()) {
      posting = true;
      effects.add(new Effect.Post(++number, body(flying)));
    }
  }

  private List<Entry> nextBatch() {
    List<Entry> batch = new ArrayList<>();
    int bytes = 0;
    while (batch.size() < MAX_BATCH && bytes < MAX_BATCH_BYTES) {
      @Nullable Entry next = waiting.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
      bytes += next.bytes;
    }
    return List.copyOf(batch);
  }

  private static String body(List<Entry> batch) {
    return "{\"events\":[" + String.join(",", batch.stream().map(Entry::json).toList()) + "]}";
  }

  /** Events that are left. */
  int left() {
    return flying.size() + waiting.size();
  }

  /** Bytes of the events that are left. */
  long leftBytes() {
    return leftBytes;
  }

  /** Events that were taken. */
  long sent() {
    return sent;
  }

  /** Posts that were not taken. */
  long failed() {
    return failed;
  }

  /** Events that were dropped. */
  long dropped() {
    return dropped;
  }
}
