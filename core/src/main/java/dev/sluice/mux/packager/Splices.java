package dev.sluice.mux.packager;

import dev.sluice.wire.scte35.SegmentationDescriptor;
import dev.sluice.wire.scte35.SpliceCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What splice information has told of that still matters to somebody who watches.
 *
 * <ul>
 *   <li>What begins with {@code out} and ends with {@code in} is one splice: a splice_insert and
 *       the next one of its event, or two segmentation descriptors of an event.
 *   <li>The same told again is nothing new; another time for what has not begun replaces it.
 *   <li>What is cancelled before it begins is forgotten; an end without a beginning is nothing.
 *   <li>splice_null tells nothing, and would do so every second.
 * </ul>
 */
final class Splices {
  /** Of more than so many the oldest are forgotten. */
  static final int MAX = 500;

  private final List<Splice> splices = new ArrayList<>();

  /** In the order in which they were told. */
  List<Splice> all() {
    return List.copyOf(splices);
  }

  void add(SpliceMessage message) {
    switch (message.info().command()) {
      case SpliceCommand.Null _ -> {}
      case SpliceCommand.Insert insert -> insert(message, insert);
      case SpliceCommand.TimeSignal _ -> signal(message);
      case SpliceCommand.Other _ -> command(message);
    }
    while (splices.size() > MAX) {
      splices.removeFirst();
    }
  }

  /** Forgets what is over by {@code time90k}. */
  void dropBefore(long time90k) {
    splices.removeIf(splice -> splice.last90k() < time90k);
  }

  private void insert(SpliceMessage message, SpliceCommand.Insert insert) {
    String event = "insert-%08x".formatted(insert.eventId());
    if (insert.cancelled()) {
      cancel(message, event);
    } else if (insert.out()) {
      out(message, event, insert.duration());
    } else {
      in(message, event);
    }
  }

  private void signal(SpliceMessage message) {
    boolean told = false;
    for (SegmentationDescriptor of : message.info().segmentations()) {
      String id = "%08x".formatted(of.eventId());
      if (of.cancelled()) {
        cancel(message, "segment-" + id);
        told = true;
      } else if (of.isOut()) {
        out(message, event(id, of.typeId()), of.duration());
        told = true;
      } else if (of.isIn()) {
        in(message, event(id, of.typeId() - 1));
        told = true;
      }
    }
    if (!told) {
      command(message);
    }
  }

  /** Several things may begin with one event. */
  private static String event(String id, int outType) {
    return "segment-%s-%02x".formatted(id, outType);
  }

  private void out(SpliceMessage message, String event, long planned90k) {
    String id = event + "-" + message.time90k();
    if (contains(id)) {
      return;
    }
    forget(event, splice -> splice.start90k() > message.at90k());
    splices.add(
        new Splice(
            id,
            message.time90k(),
            planned90k,
            true,
            message.section().bytes(),
            SpliceCommand.UNKNOWN,
            null));
  }

  private void in(SpliceMessage message, String event) {
    for (int i = splices.size() - 1; i >= 0; i--) {
      Splice splice = splices.get(i);
      if (isOf(splice, event) && splice.start90k() <= message.time90k()) {
        if (!splice.ended()) {
          splices.set(i, splice.endedAt(message.time90k(), message.section().bytes()));
        }
        return;
      }
    }
  }

  private void command(SpliceMessage message) {
    String digest = message.section().bytes().sha256(Integer.BYTES).toString();
    String id = "command-%s-%d".formatted(digest, message.time90k());
    if (!contains(id)) {
      splices.add(
          new Splice(
              id,
              message.time90k(),
              SpliceCommand.UNKNOWN,
              false,
              message.section().bytes(),
              SpliceCommand.UNKNOWN,
              null));
    }
  }

  private void cancel(SpliceMessage message, String event) {
    forget(event, splice -> splice.start90k() > message.at90k());
  }

  private void forget(String event, Predicate<Splice> which) {
    splices.removeIf(splice -> isOf(splice, event) && which.test(splice));
  }

  private static boolean isOf(Splice splice, String event) {
    return splice.id().startsWith(event + "-");
  }

  private boolean contains(String id) {
    return splices.stream().anyMatch(splice -> splice.id().equals(id));
  }
}
