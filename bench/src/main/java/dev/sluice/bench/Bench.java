package dev.sluice.bench;

import dev.sluice.bench.linux.OwnProcess;
import java.io.IOException;
import java.util.function.Consumer;

/** Carries out a plan. */
public final class Bench {
  /** Open files beside one for each viewer. */
  private static final int SPARE_FILES = 500;

  private Bench() {}

  /**
   * Measures as {@code plan} says, on the calling thread, until it is done. Servers that it starts
   * have ended when it returns.
   *
   * @param progress receives a line now and then
   * @throws IOException with a sentence when it cannot be measured here
   */
  public static BenchReport run(BenchPlan plan, Consumer<String> progress) throws IOException {
    if (!OwnProcess.isLinux()) {
      throw new IOException(
          "bench measures with epoll and /proc, so it runs on Linux only, not on "
              + System.getProperty("os.name"));
    }
    makeRoom(plan);
    String cpus = plan.clientCpus();
    if (cpus != null) {
      OwnProcess.pin(cpus);
    }
    var report = new BenchReport.Builder(plan, progress);
    var runs = new Runs(plan, report);
    switch (plan.scenario()) {
      case LOAD -> runs.load();
      case FANOUT -> Comparisons.fanOut(runs);
      case MERGED -> Comparisons.merged(runs);
      case STANDARD -> Comparisons.standard(runs);
      case FLV -> Comparisons.flv(runs);
      case TLS -> Comparisons.tls(runs);
      case DELAY -> Comparisons.delay(runs);
      case MANY -> Crowds.many(runs);
      case TABLE -> Crowds.table(runs);
      case MEMORY -> Memory.perViewer(runs);
      case SOAK -> Memory.soak(runs);
      case STALLED -> Memory.stalled(runs);
      case DELIVERY -> Delivery.all(runs);
      case SEGMENTS -> Delivery.segments(runs);
      case PLAYLISTS -> Delivery.playlists(runs);
      case WAITING -> Waiting.run(runs);
      case WINDOWS -> Windows.run(runs);
      case BACKENDS -> Backends.run(runs);
    }
    return report.build();
  }

  private static void makeRoom(BenchPlan plan) throws IOException {
    long most = Runs.mostViewers(plan);
    long wanted = most + SPARE_FILES;
    long limit = OwnProcess.raiseOpenFiles(wanted);
    if (limit < wanted) {
      throw new IOException(
          ("%d viewers need %d open files and only %d are allowed: raise the hard limit (as root:"
                  + " ulimit -Hn %d; under systemd: LimitNOFILE=%d) or take fewer viewers")
              .formatted(most, wanted, limit, wanted, wanted));
    }
  }
}
