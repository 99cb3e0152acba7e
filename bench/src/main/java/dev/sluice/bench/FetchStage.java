package dev.sluice.bench;

import dev.sluice.bench.fetch.Errands;
import dev.sluice.bench.fetch.FetchLoad;
import dev.sluice.bench.fetch.Http;
import dev.sluice.bench.fetch.TrackPage;
import dev.sluice.bench.linux.HostReading;
import dev.sluice.bench.linux.ProcessMeter;
import dev.sluice.bench.load.Target;
import dev.sluice.bench.server.RunningServer;
import dev.sluice.bench.server.SluiceServer;
import dev.sluice.bench.stream.FrameLedger;
import dev.sluice.bench.stream.Publisher;
import dev.sluice.bench.stream.SyntheticStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Our server with live streams that are fetched, up for as long as this object is open. */
final class FetchStage implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(50);
  private static final Duration JOIN_SLACK = Duration.ofSeconds(60);
  private static final Duration FIRST_SEGMENTS = Duration.ofSeconds(40);

  /** Segments that have to be there before anybody fetches. */
  private static final int LEAST_SEGMENTS = 3;

  private final BenchPlan plan;
  private final Path folder;
  private final RunningServer server;
  private final List<Publisher> publishers = new ArrayList<>();
  private final InetSocketAddress address;
  private final Http http;

  private FetchStage(BenchPlan plan, Path folder, RunningServer server) throws IOException {
    this.plan = plan;
    this.folder = folder;
    this.server = server;
    this.address = server.target(Target.Form.HTTP_FLV, 0).address();
    this.http = new Http(address);
  }

  /** Starts {@code spec} and {@code streams} publishers of a rate, and waits for segments. */
  static FetchStage open(BenchPlan plan, SluiceServer spec, int streams, int videoBitsPerSecond)
      throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench-");
    RunningServer server;
    try {
      server = spec.start(folder);
    } catch (IOException | RuntimeException failed) {
      Stage.delete(folder);
      throw failed;
    }
    var stage = new FetchStage(plan, folder, server);
    try {
      for (int i = 0; i < streams; i++) {
        Target to = server.target(Target.Form.RTMP, i);
        var stream = new SyntheticStream(Stage.SEED + i, videoBitsPerSecond);
        stage.publishers.add(Publisher.start(to.address(), to.rtmp(), stream));
      }
      stage.awaitSegments(streams - 1);
      return stage;
    } catch (IOException | RuntimeException failed) {
      stage.close();
      throw failed;
    }
  }

  private void awaitSegments(int number) throws IOException {
    long untilNs = System.nanoTime() + FIRST_SEGMENTS.toNanos();
    while (true) {
      check();
      try {
        if (page(number).segments().size() >= LEAST_SEGMENTS) {
          return;
        }
      } catch (IOException notYet) {
        if (untilNs - System.nanoTime() <= 0) {
          throw new IOException("there are no segments: " + notYet.getMessage(), notYet);
        }
      }
      LockSupport.parkNanos(4 * STEP.toNanos());
    }
  }

  /** The playlist of the picture as it is now, uncounted. */
  TrackPage page(int number) throws IOException {
    return TrackPage.read(http.text(path(number) + "/index.v0.m3u8"));
  }

  /** Where a stream's segments are for somebody who is not counted. */
  static String path(int number) {
    return "/live/bench" + number;
  }

  /** The same for viewers of their own each. */
  List<String> sessions(int number, int count) throws IOException {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String at = http.redirect(path(number) + "/index.m3u8");
      paths.add(at.substring(0, at.lastIndexOf('/')));
    }
    return paths;
  }

  Http http() {
    return http;
  }

  InetSocketAddress address() {
    return address;
  }

  long pid() {
    return server.pid();
  }

  /** What was published of the first stream. */
  FrameLedger ledger() {
    return publishers.getFirst().ledger();
  }

  /** Says so when a publisher has ended. */
  void check() throws IOException {
    for (Publisher publisher : publishers) {
      publisher.check();
    }
  }

  /** Brings the plan's clients in, and lets all settle. */
  static void join(BenchPlan plan, FetchLoad load) throws IOException {
    load.open(plan.viewers(), plan.joinsPerSecond());
    long seconds = plan.viewers() / plan.joinsPerSecond() + JOIN_SLACK.toSeconds();
    long untilNs = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (load.joining() > 0 && untilNs - System.nanoTime() > 0) {
      load.run(STEP);
    }
    load.run(plan.settle());
  }

  /** Takes the figures of the plan's window of a server. */
  static FetchMeasurement measure(BenchPlan plan, String label, long pid, FetchLoad load)
      throws IOException {
    try (ProcessMeter serverMeter = ProcessMeter.start(pid);
        ProcessMeter clientMeter = ProcessMeter.startOwn()) {
      HostReading before = HostReading.now();
      load.beginWindow();
      load.run(plan.window());
      ProcessMeter.Usage server = serverMeter.usage();
      var fetches = load.figures();
      ProcessMeter.Usage client = clientMeter.usage();
      HostReading after = HostReading.now();
      double ours = server.cpuSecondsByStat() + client.cpuSecondsByStat();
      return new FetchMeasurement(
          label,
          fetches,
          server,
          client,
          Math.max(0, after.busySecondsSince(before) - ours),
          after.stolenSecondsSince(before));
    }
  }

  /** Joins, settles and measures the plan's clients here. */
  FetchMeasurement measure(String label, Errands errands) throws IOException {
    try (var load = new FetchLoad(address, errands)) {
      join(plan, load);
      FetchMeasurement got = measure(plan, label, server.pid(), load);
      check();
      return got;
    }
  }

  @Override
  public void close() throws IOException {
    for (Publisher publisher : publishers) {
      publisher.close();
    }
    server.close();
    Stage.delete(folder);
  }
}
