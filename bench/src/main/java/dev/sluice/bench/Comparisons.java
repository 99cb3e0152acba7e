package dev.sluice.bench;

import dev.sluice.bench.load.Target.Form;
import dev.sluice.bench.load.TlsLoad;
import dev.sluice.bench.server.CipherCost;
import dev.sluice.bench.server.ServerSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Scenarios that hold one server against another, or one form against another. */
final class Comparisons {
  private static final int DEFAULT_LATENCY_MS = 100;
  private static final int LONGEST_LATENCY_MS = 350;
  private static final ToDoubleFunction<Measurement> COST = Measurement::serverCpuSecondsPerGb;

  private Comparisons() {}

  /** RTMP at 350 and 100 ms against the floor, and at 0 against nginx-rtmp. */
  static void fanOut(Runs runs) throws IOException {
    againstTheFloor(runs, LONGEST_LATENCY_MS);
    againstTheFloor(runs, DEFAULT_LATENCY_MS);
    var sluice = new Runs.Side(runs.sluice(0, "gop"), Form.RTMP);
    var nginx = new Runs.Side(runs.nginx(), Form.RTMP);
    runs.report.bar(
        runs.alternate(sluice, nginx, COST)
            .ratioAtMost("RTMP at 0 ms, CPU s/GB by nginx-rtmp's", 0.6));
    runs.report.serviceBar();
  }

  /** RTMP at 350 ms against the floor: where what is not sending weighs most. */
  static void merged(Runs runs) throws IOException {
    againstTheFloor(runs, LONGEST_LATENCY_MS);
    runs.report.serviceBar();
  }

  /** RTMP at the default latency against the floor. */
  static void standard(Runs runs) throws IOException {
    againstTheFloor(runs, DEFAULT_LATENCY_MS);
    runs.report.serviceBar();
  }

  private static void againstTheFloor(Runs runs, int latencyMs) throws IOException {
    var sluice = new Runs.Side(runs.sluice(latencyMs, "gop"), Form.RTMP);
    var floor = new Runs.Side(runs.floor(latencyMs), Form.RAW);
    runs.report.bar(
        runs.alternate(sluice, floor, COST)
            .ratioAtMost("RTMP at %d ms, CPU s/GB by the floor's".formatted(latencyMs), 1.5));
  }

  /** HTTP-FLV against RTMP. */
  static void flv(Runs runs) throws IOException {
    ServerSpec sluice = runs.sluice(DEFAULT_LATENCY_MS, "gop");
    runs.report.bar(
        runs.alternate(new Runs.Side(sluice, Form.HTTP_FLV), new Runs.Side(sluice, Form.RTMP), COST)
            .ratioAtMost("HTTP-FLV, CPU s/GB by RTMP's", 1.3));
    runs.report.serviceBar();
  }

  /** RTMPS and HTTPS-FLV against the plain forms and the price of the cipher. */
  static void tls(Runs runs) throws IOException {
    ServerSpec sluice = runs.sluice(DEFAULT_LATENCY_MS, "gop");
    tls(runs, sluice, Form.RTMPS, Form.RTMP);
    tls(runs, sluice, Form.HTTPS_FLV, Form.HTTP_FLV);
    runs.report.serviceBar();
  }

  private static void tls(Runs runs, ServerSpec sluice, Form secret, Form plain)
      throws IOException {
    List<String> ciphers = new ArrayList<>();
    Pairs pairs =
        runs.alternate(
            new Runs.Side(sluice, secret),
            new Runs.Side(sluice, plain),
            measurement -> {
              ciphers.add(measurement.cipher());
              return measurement.serverCpuSecondsPerGb();
            },
            COST);
    String name = TlsLoad.opensslName(ciphers.getFirst());
    double cost = CipherCost.cpuSecondsPerGb(name, runs.plan.serverCpus());
    runs.report.note("openssl speed: %s costs %.3f CPU s/GB".formatted(name, cost));
    var control = pairs.control().stream().map(figure -> figure + cost).toList();
    runs.report.bar(
        new Pairs(pairs.measured(), control)
            .ratioAtMost("%s, CPU s/GB by %s and the cipher".formatted(secret, plain), 1.5));
  }

  /** Delay of video frames at latency 0; audio waits for the next of them by design. */
  static void delay(Runs runs) throws IOException {
    var sluice = new Runs.Side(runs.sluice(0, "live"), Form.RTMP);
    var nginx = new Runs.Side(runs.nginx(), Form.RTMP);
    List<Double> half = new ArrayList<>();
    List<Double> halfOfControl = new ArrayList<>();
    Pairs pairs =
        runs.alternate(
            sluice,
            nginx,
            measurement -> {
              half.add(measurement.viewers().videoDelay().p50Ms());
              return measurement.viewers().videoDelay().p999Ms();
            },
            measurement -> {
              halfOfControl.add(measurement.viewers().videoDelay().p50Ms());
              return measurement.viewers().videoDelay().p999Ms();
            });
    runs.report.bar(
        new Pairs(half, halfOfControl).valueAtMost("added delay of video, p50", "ms", 2, 0));
    runs.report.bar(pairs.valueAtMost("added delay of video, p99.9", "ms", 20, 1.5));
    runs.report.serviceBar();
  }
}
