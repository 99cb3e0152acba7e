package dev.sluice.hub.source;

import dev.sluice.hub.source.SwitchRules.Takeover;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sources of a stream, as configured.
 *
 * @param sources one for each of the seats, in the same order
 */
public record SourcePlan(List<SourceSpec> sources, SwitchRules rules) {
  /** When nothing else is said, a source that delivers no frame for so long has failed: 60 s. */
  public static final long SOURCE_TIMEOUT_NS = 60_000_000_000L;

  /** When nothing else is said, a better source takes back after so long: 10 s. */
  public static final long TAKE_BACK_AFTER_NS = 10_000_000_000L;

  public SourcePlan {
    sources = List.copyOf(sources);
    if (sources.size() != rules.seats().size()) {
      throw new IllegalArgumentException(
          sources.size() + " sources for " + rules.seats().size() + " seats");
    }
  }

  /** The plan of a stream for which no sources are configured: whoever publishes it. */
  public static SourcePlan onePublisher(
      Takeover takeover, long takeoverSilenceNs, long reconnectGraceNs) {
    return new SourcePlan(
        List.of(new SourceSpec("0", "publish", null)),
        new SwitchRules(
            List.of(Seat.publish(0)),
            SOURCE_TIMEOUT_NS,
            0,
            0,
            TAKE_BACK_AFTER_NS,
            takeover,
            takeoverSilenceNs,
            reconnectGraceNs,
            false,
            0));
  }

  /**
   * The seats that a publisher may take: those of the key that it gives, else those without a key.
   *
   * @param token what it gives; null for nothing
   */
  public List<Integer> seatsFor(@Nullable String token) {
    List<Integer> keyed = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (int seat = 0; seat < sources.size(); seat++) {
      if (rules.seats().get(seat).kind() != Seat.Kind.PUBLISH) {
        continue;
      }
      if (sources.get(seat).isOpenedBy(token)) {
        keyed.add(seat);
      } else if (sources.get(seat).key() == null) {
        open.add(seat);
      }
    }
    return keyed.isEmpty() ? open : keyed;
  }

  /** Whether {@code token} is the key of one of the seats. */
  public boolean isKey(@Nullable String token) {
    return sources.stream().anyMatch(source -> source.isOpenedBy(token));
  }

  /** The seat of the source of this id; −1 when there is none. */
  public int seatOf(String id) {
    for (int seat = 0; seat < sources.size(); seat++) {
      if (sources.get(seat).id().equals(id)) {
        return seat;
      }
    }
    return -1;
  }

  /**
   * Where the sources of this plan were in {@code before}: for each its seat there, −1 for one that
   * is new. What somebody who sits there is to be the same for, and nobody is moved to two seats.
   */
  public List<Integer> placesIn(SourcePlan before) {
    List<Integer> places = new ArrayList<>();
    for (int seat = 0; seat < sources.size(); seat++) {
      int place = -1;
      for (int old = 0; old < before.sources.size() && place < 0; old++) {
        boolean same =
            sources.get(seat).isSame(before.sources.get(old))
                && rules.seats().get(seat).kind() == before.rules.seats().get(old).kind();
        place = same && !places.contains(old) ? old : -1;
      }
      places.add(place);
    }
    return places;
  }

  /** Whether it needs nobody to come: it is to be there from the start of the node on. */
  public boolean runsByItself() {
    return rules.standsAlone() && !rules.onDemand();
  }
}
