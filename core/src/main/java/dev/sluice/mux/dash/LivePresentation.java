package dev.sluice.mux.dash;

import dev.sluice.media.Timescale;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.SegmentWindow.Interval;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.wire.dash.Descriptor;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.MpdTimes;
import dev.sluice.wire.dash.Period;
import dev.sluice.wire.dash.ServiceDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The live description of one window. It remembers what it has said of a period, which has to stay
 * so, and has the ledger keep that; what it says is otherwise a function of the window. One thread
 * at a time.
 */
public final class LivePresentation {
  /** The description, beside the segments. */
  public static final String INDEX = "index.mpd";

  private static final long MS = 1_000_000L;

  /** A segment goes when the picture comes that is shown when another one ends: a bit early. */
  private static final long EARLY_NS = 1_000 * MS;

  private static final long SECOND_NS = 1_000 * MS;

  /** A client asks for the next version so often: most do not ask more often than once a second. */
  private static final long UPDATE_NS = SECOND_NS;

  /** A client begins with at least so much: 1 s. Networks do not jitter less for short parts. */
  private static final long LEAST_BUFFER_NS = SECOND_NS;

  /** Parts that a client stays behind the end, beside what it takes to hear of a new segment. */
  private static final int HOLD_BACK_PARTS = 3;

  /** Target durations that a client stays behind which knows of whole segments only. */
  private static final int HOLD_BACK_TARGETS = 3;

  /** A client that falls behind by so many times the target may jump. */
  private static final int MOST_LATENCY = 3;

  private static final double FASTEST = 1.04;
  private static final double SLOWEST = 0.96;

  private final SegmentWindow window;
  private final Consumer<LedgerRecord.Period> keep;
  private final Descriptor clock;
  private final List<Stretch> stretches = new ArrayList<>();
  private final Stretch.Longest longest = new Stretch.Longest();

  /** The last cut that was looked at. */
  private long seen = -1;

  /** Whether it was a hole. */
  private boolean behindHole;

  private @Nullable Mpd said;

  /**
   * A description that has said nothing yet.
   *
   * @param clock address at which a client finds the time, as an xs:dateTime
   * @param keep has the ledger keep what is said of a period from now on ({@link Ledger#period}),
   *     soon: it may be called while the window is changing
   */
  public LivePresentation(SegmentWindow window, String clock, Consumer<LedgerRecord.Period> keep) {
    this.window = window;
    this.keep = keep;
    this.clock = Descriptor.of(Descriptor.TIME_BY_HTTP, clock);
  }

  /**
   * The description as it is now. When it was made is not said in it, since that is not to be seen
   * in the window: {@link Mpd#published} says it.
   *
   * @return null as long as there is nothing to play
   */
  public @Nullable Mpd description() {
    Cuts cuts = new Cuts(window);
    if (cuts.settled()) { // else some tracks have passed a cut, and others will in a moment
      said = describe(cuts);
      stretches.forEach(stretch -> stretch.note(keep));
    }
    return said;
  }

  private @Nullable Mpd describe(Cuts cuts) {
    follow(cuts);
    List<Period> periods = new ArrayList<>();
    for (int i = 0; i < stretches.size(); i++) {
      Stretch stretch = stretches.get(i);
      long end = i + 1 < stretches.size() ? stretches.get(i + 1).firstNumber() : Long.MAX_VALUE;
      if (!stretch.isTold(cuts, end)) {
        break; // nor can what is behind it be
      }
      if (cuts.lists(stretch.firstNumber(), end)) {
        periods.add(stretch.period(cuts, end, clock, longest));
      }
    }
    // what is before a long hole goes at once; it is told until what is behind can be
    return periods.isEmpty() ? said : description(cuts, periods);
  }

  private void follow(Cuts cuts) {
    for (Interval interval : cuts.intervals()) {
      long number = interval.cut().number();
      if (number <= seen) {
        continue;
      }
      seen = number;
      if (interval.cut().gap()) {
        behindHole = true; // it belongs to what is before it
        continue;
      }
      boolean anew = behindHole;
      behindHole = false;
      if (stretches.isEmpty()) {
        stretches.add(Stretch.first(interval));
        continue;
      }
      Stretch last = stretches.getLast();
      last.isTold(cuts, number); // as it would have been, had somebody asked
      Stretch of = last.goesOn(cuts, interval, anew);
      if (of != last) {
        stretches.add(of);
      }
    }
    while (stretches.size() > 1 && stretches.get(1).firstNumber() <= window.firstListed()) {
      stretches.removeFirst();
    }
  }

  private Mpd description(Cuts cuts, List<Period> periods) {
    long targetNs = targetNs();
    long depthNs = Timescale.VIDEO.convert(window.listed90k(), Timescale.NANOS) - EARLY_NS;
    boolean early = window.tracks().stream().anyMatch(track -> cuts.isEarly(track.track()));
    long wholeNs = HOLD_BACK_TARGETS * SECOND_NS * window.ledger().targetSeconds();
    MpdTimes times =
        new MpdTimes(
            0,
            Mpd.UNSET,
            Mpd.UNSET,
            Mpd.UNSET,
            UPDATE_NS,
            LEAST_BUFFER_NS,
            depthNs,
            Math.min(early ? targetNs : wholeNs, depthNs),
            longest.boundNs(),
            Mpd.UNSET);
    var latency =
        new ServiceDescription.Latency(
            Stretch.REFERENCE_ID,
            targetNs / MS,
            MOST_LATENCY * targetNs / MS,
            (targetNs - UPDATE_NS) / MS);
    return new Mpd(
        null,
        Mpd.Type.DYNAMIC,
        List.of(Mpd.PROFILE_LIVE, Mpd.PROFILE_CMAF),
        times,
        List.of(),
        List.of(),
        List.of(
            new ServiceDescription(
                0, List.of(), latency, new ServiceDescription.PlaybackRate(FASTEST, SLOWEST))),
        periods,
        List.of(),
        List.of(),
        List.of(clock));
  }

  /**
   * How far behind the clock a client does best. One that is nearer runs dry when it hears of a
   * segment late: it may ask for the next version just before it names one, and then not for
   * another {@link #UPDATE_NS}.
   */
  private long targetNs() {
    long part90k = 0;
    for (TrackWindow track : window.tracks()) {
      LedgerRecord.PartTarget target = window.ledger().part(track.track().id());
      part90k = Math.max(part90k, target == null ? 0 : target.target90k());
    }
    long partsNs = HOLD_BACK_PARTS * Timescale.VIDEO.convert(part90k, Timescale.NANOS);
    return Math.max(partsNs, LEAST_BUFFER_NS) / MS * MS + UPDATE_NS;
  }
}
