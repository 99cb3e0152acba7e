package dev.sluice.bench;

import dev.sluice.bench.linux.HostReading;
import dev.sluice.bench.linux.ProcessMeter;
import dev.sluice.bench.load.Crowd;
import dev.sluice.bench.load.EpollLoad;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Target;
import dev.sluice.bench.load.TlsLoad;
import dev.sluice.bench.server.RunningServer;
import dev.sluice.bench.server.ServerSpec;
import dev.sluice.bench.stream.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A server with its publishers and viewers, up for as long as this object is open.
 *
 * <ol>
 *   <li>{@link #open} starts the server and the publishers;
 *   <li>{@link #join} brings viewers in, as often as wanted;
 *   <li>{@link #measure} takes the figures of a window.
 * </ol>
 */
final class Stage implements AutoCloseable {
  private static final Duration ALERT = Duration.ofMillis(5);
  private static final Duration STEP = Duration.ofMillis(50);
  private static final Duration JOIN_SLACK = Duration.ofSeconds(60);
  private static final Duration FIRST_KEY_FRAME = Duration.ofSeconds(10);

  /** The synthetic stream's sizes; the floor sends the same. */
  static final long SEED = 1;

  private final BenchPlan plan;
  private final String name;
  private final Target.Form form;
  private final Path folder;
  private final List<Publisher> publishers = new ArrayList<>();
  private final RunningServer server;
  private final Load load;

  private Stage(BenchPlan plan, String name, Target.Form form, Path folder, RunningServer server)
      throws IOException {
    this.plan = plan;
    this.name = name;
    this.form = form;
    this.folder = folder;
    this.server = server;
    Crowd crowd = publish();
    load = form.isTls() ? new TlsLoad(crowd) : new EpollLoad(crowd, alert(plan.scenario()));
  }

  /** Where delay is measured the crowd stays awake from a frame's first viewer to its last. */
  private static Duration alert(Scenario scenario) {
    return scenario == Scenario.DELAY ? ALERT : Duration.ZERO;
  }

  /** Starts {@code spec} and publishes to it as the plan says. */
  static Stage open(BenchPlan plan, ServerSpec spec, Target.Form form) throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench-");
    try {
      RunningServer server = spec.start(folder);
      try {
        return new Stage(plan, spec.name(), form, folder, server);
      } catch (IOException | RuntimeException failed) {
        server.close();
        throw failed;
      }
    } catch (IOException | RuntimeException failed) {
      delete(folder);
      throw failed;
    }
  }

  private Crowd publish() throws IOException {
    List<Crowd.Stream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < plan.publishers(); i++) {
        Target target = server.target(form, i);
        Target to = server.publishTarget(i);
        if (to == null) {
          streams.add(new Crowd.Stream(target, null));
          continue;
        }
        Publisher publisher = Publisher.start(to.address(), to.rtmp(), SEED + i);
        publishers.add(publisher);
        streams.add(new Crowd.Stream(target, publisher.ledger()));
      }
      awaitFirstFrames();
    } catch (IOException | RuntimeException failed) {
      closePublishers();
      throw failed;
    }
    return new Crowd(streams, plan.checkedPercent());
  }

  private void awaitFirstFrames() throws IOException {
    long untilNs = System.nanoTime() + FIRST_KEY_FRAME.toNanos();
    for (Publisher publisher : publishers) {
      while (publisher.ledger().videoFrames() == 0) {
        publisher.check();
        if (untilNs - System.nanoTime() <= 0) {
          throw new IOException("the server does not take the first frame");
        }
        LockSupport.parkNanos(STEP.toNanos());
      }
    }
  }

  /** Where the first stream is watched in another form. */
  Target target(Target.Form other) throws IOException {
    return server.target(other, 0);
  }

  /**
   * Brings in {@code count} more viewers, waits until each of them plays or is lost, and lets all
   * settle.
   */
  void join(int count) throws IOException {
    load.open(count, plan.joinsPerSecond());
    long seconds = count / plan.joinsPerSecond() + JOIN_SLACK.toSeconds();
    long untilNs = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (load.joining() > 0 && untilNs - System.nanoTime() > 0) {
      load.run(STEP);
      checkPublishers();
    }
    if (load.playing() == 0) {
      throw new IOException(
          "no viewer of %s plays: %s".formatted(name, load.figures().firstReason()));
    }
    load.run(plan.settle());
    checkPublishers();
  }

  /** Lets everybody watch for {@code time}. */
  void watch(Duration time) throws IOException {
    load.run(time);
    checkPublishers();
  }

  /** Watches for the plan's window and takes its figures. */
  Measurement measure(String label) throws IOException {
    return measure(label, () -> load.run(plan.window()));
  }

  /** What happens in a window. */
  interface Window {
    void run() throws IOException;
  }

  /** Takes the figures of {@code window}. */
  Measurement measure(String label, Window window) throws IOException {
    try (ProcessMeter serverMeter = server.pid() == 0 ? null : ProcessMeter.start(server.pid());
        ProcessMeter clientMeter = ProcessMeter.startOwn()) {
      HostReading before = HostReading.now();
      load.beginWindow();
      publishers.forEach(Publisher::beginWindow);
      window.run();
      ProcessMeter.Usage serverUsage = serverMeter == null ? null : serverMeter.usage();
      var viewers = load.figures();
      ProcessMeter.Usage clientUsage = clientMeter.usage();
      HostReading after = HostReading.now();
      checkPublishers();
      double ours =
          clientUsage.cpuSecondsByStat()
              + (serverUsage == null ? 0 : serverUsage.cpuSecondsByStat());
      return new Measurement(
          label,
          form,
          viewers,
          serverUsage,
          clientUsage,
          Math.max(0, after.busySecondsSince(before) - ours),
          after.stolenSecondsSince(before),
          publishers.stream().mapToLong(Publisher::latestNs).max().orElse(0) / 1e6,
          load instanceof TlsLoad tls ? tls.cipher() : "");
    }
  }

  /** The viewers as {@code Load} or, when they are not over TLS, with what only those can do. */
  EpollLoad plainLoad() {
    if (load instanceof EpollLoad plain) {
      return plain;
    }
    throw new IllegalStateException("viewers over TLS cannot do that");
  }

  /** Resident memory of the server now, in 10⁶ bytes. */
  double residentMb() throws IOException {
    return ProcessMeter.residentBytes(server.pid()) / 1e6;
  }

  private void checkPublishers() throws IOException {
    for (Publisher publisher : publishers) {
      publisher.check();
    }
  }

  private void closePublishers() throws IOException {
    for (Publisher publisher : publishers) {
      publisher.close();
    }
  }

  @Override
  public void close() throws IOException {
    load.close();
    closePublishers();
    server.close();
    delete(folder);
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
