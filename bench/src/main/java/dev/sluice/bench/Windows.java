package dev.sluice.bench;

import dev.sluice.bench.fetch.Http;
import dev.sluice.bench.linux.ProcessMeter;
import dev.sluice.bench.server.SluiceServer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Memory of the windows of many streams that nobody watches. */
final class Windows {
  private static final int VIDEO_BITS_PER_SECOND = 2_000_000;
  private static final int LATENCY_MS = 100;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Made for the occasion: figures of the server are not for everybody. */
  private static final String TOKEN = "sluice-bench-windows-0123456789abcdef";

  private static final String USED = "sluice_media_memory_bytes{account=\"";
  private static final String LIMIT = "sluice_media_memory_limit_bytes";

  private Windows() {}

  /** As many streams as the plan says, until their windows are full and for the plan's window. */
  static void run(Runs runs) throws IOException {
    int streams = runs.plan.publishers();
    runs.report.progress("%d streams: starting".formatted(streams));
    SluiceServer plain = runs.sluice(LATENCY_MS, "gop");
    SluiceServer spec = plain.with(plain.name(), Map.of("SLUICE_ACCESS_TOKEN", TOKEN));
    try (FetchStage stage = FetchStage.open(runs.plan, spec, streams, VIDEO_BITS_PER_SECOND)) {
      var peak = new Reading(0, 0, 0, 0);
      long seconds = runs.plan.settle().toSeconds() + runs.plan.window().toSeconds();
      for (long second = 1; second <= seconds; second++) {
        LockSupport.parkNanos(SECOND_NS);
        stage.check();
        Reading now = Reading.of(stage.http(), stage.pid());
        peak = peak.most(now);
        if (second % 10 == 0) {
          runs.report.progress("after %d s: %s".formatted(second, now));
        }
      }
      runs.report.note("%d streams, at most: %s".formatted(streams, peak));
      runs.report.bar(
          Bar.atMost(
              "media memory of %d streams by its limit".formatted(streams),
              "×",
              peak.mediaMb / peak.limitMb,
              1,
              "%.0f MB, of them %.0f MB segments, of %.0f MB; resident %.0f MB"
                  .formatted(peak.mediaMb, peak.segmentsMb, peak.limitMb, peak.residentMb)));
      runs.report.bar(
          Bar.holds(
              "all streams are cut into segments to the end",
              stage.page(streams - 1).segments().size() > 1,
              ""));
    }
  }

  /** Memory at one moment, in 10⁶ bytes. */
  private record Reading(double mediaMb, double segmentsMb, double limitMb, double residentMb) {
    static Reading of(Http http, long pid) throws IOException {
      double media = 0;
      double segments = 0;
      double limit = 0;
      for (String line : http.text("/metrics?token=" + TOKEN).split("\n")) {
        if (line.startsWith(USED)) {
          double value = value(line);
          media += value;
          segments += line.startsWith(USED + "segments") ? value : 0;
        } else if (line.startsWith(LIMIT)) {
          limit = value(line);
        }
      }
      if (limit == 0) {
        throw new IOException("the server does not tell how much memory media may take");
      }
      double resident = ProcessMeter.residentBytes(pid);
      return new Reading(media / 1e6, segments / 1e6, limit / 1e6, resident / 1e6);
    }

    private static double value(String line) {
      return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    Reading most(Reading other) {
      return new Reading(
          Math.max(mediaMb, other.mediaMb),
          Math.max(segmentsMb, other.segmentsMb),
          Math.max(limitMb, other.limitMb),
          Math.max(residentMb, other.residentMb));
    }

    @Override
    public String toString() {
      return "%.0f MB of media (%.0f MB segments), resident %.0f MB"
          .formatted(mediaMb, segmentsMb, residentMb);
    }
  }
}
