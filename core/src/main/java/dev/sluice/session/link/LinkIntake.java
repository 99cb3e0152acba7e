package dev.sluice.session.link;

import org.jspecify.annotations.Nullable;

/**
 * The edge's side of one connection: what may come when, and whether the source is still there.
 * Each record goes through {@link #take}; {@link #tick} says when to give up.
 *
 * <pre>
 *   NEW --Greeting--> GREETED --End, a record out of place, silence--> OVER
 * </pre>
 */
public final class LinkIntake {
  /** A source that is there says so at least so often: 5 s. */
  public static final long BEAT_NS = 5_000_000_000L;

  /** So long a source may be silent: 15 s. */
  public static final long SILENT_NS = 15_000_000_000L;

  private final boolean media;
  private boolean greeted;
  private boolean cutting;
  private boolean upToDate;
  private boolean tracks;
  private boolean ended;
  private long lastNs;
  private boolean counted;
  private int nextOrdinal;

  /** What a record is to whoever takes it. */
  public sealed interface Step {}

  /** It is in its place. */
  public record Good() implements Step {}

  /** A unit, but others are missing in front of it, or it is the first. */
  public record Behind() implements Step {}

  /** The connection is of no further use; {@code why} is a phrase. */
  public record Over(String why) implements Step {}

  private static final Step GOOD = new Good();

  /**
   * A connection that stands.
   *
   * @param media whether it brings a stream, else the catalogue
   */
  public LinkIntake(boolean media, long nowNs) {
    this.media = media;
    this.lastNs = nowNs;
  }

  /** Takes the next record. After {@link Over} nothing is to be taken. */
  public Step take(LinkRecord record, long nowNs) {
    lastNs = nowNs;
    Step step = step(record);
    if (step instanceof Over) {
      ended = true;
    }
    return step;
  }

  private Step step(LinkRecord record) {
    if (ended) {
      return new Over("the link is over");
    }
    if (!greeted) {
      return greet(record);
    }
    return switch (record) {
      case LinkRecord.Greeting _ -> outOfPlace("a second greeting");
      case LinkRecord.Cutting _ -> {
        boolean fits = media && !cutting;
        cutting = true;
        yield fits ? GOOD : outOfPlace("how the stream is cut");
      }
      case LinkRecord.UpToDate _ -> {
        boolean fits = (!media || cutting) && !upToDate;
        upToDate = true;
        yield fits ? GOOD : outOfPlace("that all was told");
      }
      case LinkRecord.Tracks _ -> {
        tracks = true;
        yield media ? GOOD : outOfPlace("tracks");
      }
      case LinkRecord.Unit unit -> media && tracks ? count(unit) : outOfPlace("a unit");
      case LinkRecord.Line _, LinkRecord.Segment _ ->
          media && cutting ? GOOD : outOfPlace("a mark");
      case LinkRecord.Settled _, LinkRecord.After _ ->
          media && upToDate ? GOOD : outOfPlace("a mark");
      case LinkRecord.Listed _, LinkRecord.Gone _ ->
          media ? outOfPlace("an entry of the catalogue") : GOOD;
      case LinkRecord.End(String reason) -> new Over("the source says " + reason);
      case LinkRecord.Beat _, LinkRecord.Unknown _ -> GOOD;
    };
  }

  private Step greet(LinkRecord record) {
    if (!(record instanceof LinkRecord.Greeting(int version, _, _, _))) {
      return outOfPlace("something before the greeting");
    }
    greeted = true;
    return version == LinkRecord.VERSION
        ? GOOD
        : new Over(
            "the source speaks version %d of the link, this node %d"
                .formatted(version, LinkRecord.VERSION));
  }

  private Step count(LinkRecord.Unit unit) {
    boolean next = counted && unit.ordinal() == nextOrdinal;
    counted = true;
    nextOrdinal = unit.ordinal() + 1;
    return next ? GOOD : new Behind();
  }

  private static Over outOfPlace(String what) {
    return new Over("the source sent " + what + " out of place");
  }

  /** Why the connection is to be given up now; null when it is not. */
  public @Nullable String tick(long nowNs) {
    return nowNs - lastNs >= SILENT_NS ? "the source says nothing any more" : null;
  }
}
