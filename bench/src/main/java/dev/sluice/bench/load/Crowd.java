package dev.sluice.bench.load;

import dev.sluice.bench.stream.FrameLedger;
import dev.sluice.bench.stream.StreamChecker;
import dev.sluice.bench.wire.MediaSink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who watches what: viewers take the streams in turn, and every n-th is checked.
 *
 * @param streams at least one
 * @param checkedPercent of viewers whose bytes are checked, 0 to 100; at least one when above 0
 */
public record Crowd(List<Stream> streams, int checkedPercent) {
  /**
   * One stream.
   *
   * @param target where it is watched
   * @param ledger what is published there; null when somebody else publishes, and nothing is
   *     checked
   */
  public record Stream(Target target, @Nullable FrameLedger ledger) {}

  private static final MediaSink NOTHING = (_, _, _, _, _) -> {};

  public Crowd {
    streams = List.copyOf(streams);
  }

  Target target(int index) {
    return streams.get(index % streams.size()).target();
  }

  Viewer viewer(int index, long nowNs) {
    Stream stream = streams.get(index % streams.size());
    FrameLedger ledger = stream.ledger();
    if (ledger == null || !isChecked(index)) {
      return new Viewer(index, Session.of(stream.target(), NOTHING), null, nowNs);
    }
    var checker = new StreamChecker("viewer " + index, ledger);
    return new Viewer(index, Session.of(stream.target(), checker), checker, nowNs);
  }

  /** Spreads the share evenly over all viewers, beginning with the first. */
  boolean isChecked(int index) {
    long share = checkedPercent;
    return share > 0 && (index == 0 || index * share / 100 != (index - 1) * share / 100);
  }
}
