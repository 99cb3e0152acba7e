package dev.sluice.bench;

import dev.sluice.bench.fetch.Errands;
import dev.sluice.bench.fetch.TrackPage;
import dev.sluice.bench.stream.FrameLedger;
import dev.sluice.bench.stream.Samples;
import dev.sluice.bench.stream.StampedMedia;
import dev.sluice.bench.stream.SyntheticStream;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocked requests for low-latency playlists (RFC 8216bis, section 6.2.5.2): each client asks for
 * the next part before there is one, and for the one behind it as soon as it has its answer.
 *
 * <p>A part can be had, at the earliest, when picture and sound have come up to its end (the
 * packager cuts all tracks together): the part's number says which frames of both begin there, and
 * the publisher knows when it sent the later of the two.
 */
final class Waiting {
  private static final double MAX_P99_MS = 60;
  private static final double MAX_MICROS = 15;
  private static final int LATENCY_MS = 100;

  private Waiting() {}

  /** As many clients as the plan says, on one stream. */
  static void run(Runs runs) throws IOException {
    runs.report.progress("starting");
    try (FetchStage stage =
        FetchStage.open(
            runs.plan, runs.sluice(LATENCY_MS, "gop"), 1, SyntheticStream.VIDEO_BITS_PER_SECOND)) {
      List<String> paths = stage.sessions(0, runs.plan.viewers());
      TrackPage page = stage.page(0);
      var waiters = new Waiters(paths, page, runs.plan.checkedPercent());
      FetchMeasurement got =
          runs.report.add(stage.measure("%d blocked requests".formatted(paths.size()), waiters));
      judge(runs, stage, waiters, got);
    }
  }

  private static void judge(Runs runs, FetchStage stage, Waiters waiters, FetchMeasurement got)
      throws IOException {
    Timing timing = Timing.of(stage, waiters.partsOfSegment);
    long windowNs = System.nanoTime() - (long) (got.fetches().windowSeconds() * 1e9);
    var behind = new Samples();
    var behindFirst = new Samples();
    long late = 0;
    long firstNs = 0;
    long of = -1;
    for (int i = 0; i < waiters.answers; i++) {
      long availableNs = timing.availableNs(waiters.parts[i]);
      if (waiters.parts[i] != of) {
        of = waiters.parts[i];
        firstNs = waiters.answeredNs[i];
      }
      if (availableNs < 0 || waiters.answeredNs[i] - windowNs < 0) {
        continue;
      }
      if (waiters.askedNs[i] - availableNs >= 0) {
        late++; // the client asked for what was there: it did not wait
      } else {
        behind.add(waiters.answeredNs[i] - availableNs);
        behindFirst.add(waiters.answeredNs[i] - firstNs);
      }
    }
    if (behind.size() == 0) {
      throw new IOException("nobody waited: the clients are too slow");
    }
    long[] ns = behind.percentiles(0, 0.5, 0.99, 1);
    runs.report.bar(
        Bar.atMost(
            "answer to a blocked request, p99 after the frame was sent that ends its part",
            "ms",
            ns[2] / 1e6,
            MAX_P99_MS,
            ("of %d: least %.1f, p50 %.1f, most %.1f ms; p99 after the first answer %.1f ms;"
                    + " %d more did not wait")
                .formatted(
                    behind.size(),
                    ns[0] / 1e6,
                    ns[1] / 1e6,
                    ns[3] / 1e6,
                    behindFirst.percentiles(0.99)[0] / 1e6,
                    late)));
    runs.report.bar(
        Bar.atMost(
            "CPU of the server for each, publishing included",
            "µs",
            got.serverMicrosPerAnswer(),
            MAX_MICROS,
            "%d answers".formatted(got.fetches().answers())));
    runs.report.bar(
        Bar.holds(
            "everybody was answered to the end, with the part that was asked for",
            got.fetches().flawless(),
            got.fetches().firstReason() + got.fetches().firstWrong()));
  }

  /**
   * Which picture ends which part, and when picture and sound had been sent up to there.
   *
   * @param part the number of one part: those of all segments count on
   * @param picture its first picture
   * @param picturesOfPart how many each has
   */
  private record Timing(FrameLedger ledger, long part, long picture, int picturesOfPart) {
    static Timing of(FetchStage stage, int partsOfSegment) throws IOException {
      TrackPage page = stage.page(0);
      String folder = FetchStage.path(0) + "/";
      int last = partsOfSegment - 1;
      Timing first = of(stage, page, 0, folder);
      Timing other = of(stage, page, last, folder);
      if (first.firstOf(other.part) != other.picture) {
        throw new IOException("parts do not have equally many pictures");
      }
      return first;
    }

    private static Timing of(FetchStage stage, TrackPage page, int index, String folder)
        throws IOException {
      byte[] media = stage.http().get(folder + page.partsOfLast().get(index));
      List<Long> pictures = StampedMedia.pictures(media);
      if (pictures.isEmpty()) {
        throw new IOException("no pictures of ours in part " + index);
      }
      long part = (page.open() - 1) * page.partsOfLast().size() + index;
      return new Timing(stage.ledger(), part, pictures.getFirst(), pictures.size());
    }

    private long firstOf(long of) {
      return picture + (of - part) * picturesOfPart;
    }

    long availableNs(long of) {
      long next = firstOf(of + 1);
      long videoNs = ledger.videoSentNs(next);
      long audioNs = ledger.audioSentNs(SyntheticStream.audioFrom(next));
      return videoNs < 0 || audioNs < 0 ? -1 : Math.max(videoNs, audioNs);
    }
  }

  /** Clients that go on from part to part, and when they asked and were answered. */
  private static final class Waiters implements Errands {
    private final List<String> paths;
    private final int partsOfSegment;
    private final int checkedPercent;

    private final long[] asked;
    private final long[] askedAtNs;

    /** For each answer, in order. */
    private long[] parts = new long[1 << 16];

    private long[] askedNs = new long[1 << 16];
    private long[] answeredNs = new long[1 << 16];
    private int answers;

    /** The newest part that anybody has got: it was in all answers since. */
    private long newest;

    Waiters(List<String> paths, TrackPage page, int checkedPercent) {
      this.paths = paths;
      this.partsOfSegment = page.partsOfLast().size();
      this.checkedPercent = checkedPercent;
      this.newest = page.open() * partsOfSegment + page.parts().size() - 1;
      this.asked = new long[paths.size()];
      this.askedAtNs = new long[paths.size()];
      if (partsOfSegment == 0) {
        throw new IllegalArgumentException("the last segment has no parts");
      }
    }

    @Override
    public String next(int client) {
      asked[client] = newest + 1;
      askedAtNs[client] = System.nanoTime();
      return paths.get(client)
          + "/index.v0.m3u8?_HLS_msn="
          + asked[client] / partsOfSegment
          + "&_HLS_part="
          + asked[client] % partsOfSegment;
    }

    @Override
    public boolean wantsBody(int client) {
      return client * (long) checkedPercent % 100 < checkedPercent;
    }

    @Override
    public boolean readsFirst() {
      return true;
    }

    @Override
    public @Nullable String answered(int client, byte @Nullable [] body, long nowNs) {
      if (answers == parts.length) {
        parts = Arrays.copyOf(parts, 2 * answers);
        askedNs = Arrays.copyOf(askedNs, 2 * answers);
        answeredNs = Arrays.copyOf(answeredNs, 2 * answers);
      }
      newest = Math.max(newest, asked[client]);
      parts[answers] = asked[client];
      askedNs[answers] = askedAtNs[client];
      answeredNs[answers++] = nowNs;
      return body == null ? null : fault(body, asked[client]);
    }

    private @Nullable String fault(byte[] body, long part) {
      try {
        TrackPage page = TrackPage.read(new String(body, StandardCharsets.UTF_8));
        long number = part / partsOfSegment;
        int index = (int) (part % partsOfSegment);
        return page.has(number, index)
            ? null
            : "part %d of segment %d is not in the answer".formatted(index, number);
      } catch (MalformedException wrong) {
        return wrong.getMessage();
      }
    }
  }
}
