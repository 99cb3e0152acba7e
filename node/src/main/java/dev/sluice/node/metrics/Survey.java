package dev.sluice.node.metrics;

import dev.sluice.hub.Hub;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Viewer;
import dev.sluice.media.StreamName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams at one moment, as their loops tell.
 *
 * @param streams by name; a stream whose loop did not answer in time is missing
 */
record Survey(Map<StreamName, Row> streams) {
  private static final Logger LOG = LoggerFactory.getLogger(Survey.class);

  /** How long all loops together may take to answer. */
  private static final long WAIT_NS = 2_000_000_000L;

  /**
   * One stream.
   *
   * @param bytesOut handed to all its viewers since it began
   * @param blocksDropped by the viewers that are there
   * @param backlogBytes unsent bytes of the viewers that are there
   * @param shares of the viewers that are there, by protocol
   */
  record Row(
      LiveStream.Report report,
      long bytesOut,
      long blocksDropped,
      long backlogBytes,
      Map<String, Share> shares) {}

  /** The viewers of one stream and protocol. */
  record Share(int viewers, long bytesOut) {
    Share plus(Share more) {
      return new Share(viewers + more.viewers, bytesOut + more.bytesOut);
    }
  }

  /** What the viewers of one stream on one loop add up to. */
  private record Sum(Map<String, Share> shares, long blocksDropped, long backlogBytes) {
    static Sum of(List<Viewer> viewers) {
      Map<String, Share> shares = new HashMap<>();
      long blocksDropped = 0;
      long backlogBytes = 0;
      for (Viewer viewer : viewers) {
        Viewer.Report report = viewer.report();
        shares.merge(report.client().protocol(), new Share(1, report.bytesSent()), Share::plus);
        blocksDropped += report.blocksDropped();
        backlogBytes += report.backlogBytes();
      }
      return new Sum(shares, blocksDropped, backlogBytes);
    }
  }

  /** Asks all loops, and waits. Control plane only. */
  static Survey of(Hub hub, long startNs, LongSupplier clock) throws InterruptedException {
    long untilNs = startNs + WAIT_NS;
    List<CompletableFuture<LiveStream.Report>> asked = new ArrayList<>();
    for (LiveStream stream : hub.streams()) {
      asked.add(CompletableFuture.supplyAsync(stream::report, stream.loop()));
    }
    List<LiveStream.Report> reports = answers(asked, untilNs, clock);
    Map<StreamName, List<CompletableFuture<Sum>>> sums = new HashMap<>();
    for (LiveStream.Report report : reports) {
      List<CompletableFuture<Sum>> ofStream = new ArrayList<>();
      byLoop(report.viewers())
          .forEach((loop, viewers) ->
              ofStream.add(CompletableFuture.supplyAsync(() -> Sum.of(viewers), loop)));
      sums.put(report.name(), ofStream);
    }
    Map<StreamName, Row> rows = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (LiveStream.Report report : reports) {
      long bytesOut = report.bytesOutOfLeavers();
      Map<String, Share> shares = new TreeMap<>();
      long blocksDropped = 0;
      long backlogBytes = 0;
      for (Sum sum : answers(sums.getOrDefault(report.name(), List.of()), untilNs, clock)) {
        sum.shares.forEach((protocol, share) -> shares.merge(protocol, share, Share::plus));
        blocksDropped += sum.blocksDropped;
        backlogBytes += sum.backlogBytes;
      }
      for (Share share : shares.values()) {
        bytesOut += share.bytesOut;
      }
      rows.put(report.name(), new Row(report, bytesOut, blocksDropped, backlogBytes, shares));
    }
    return new Survey(rows);
  }

  private static Map<Loop, List<Viewer>> byLoop(List<Viewer> viewers) {
    Map<Loop, List<Viewer>> byLoop = new HashMap<>();
    for (Viewer viewer : viewers) {
      byLoop.computeIfAbsent(viewer.loop(), _ -> new ArrayList<>()).add(viewer);
    }
    return byLoop;
  }

  private static <T> List<T> answers(
      List<CompletableFuture<T>> asked, long untilNs, LongSupplier clock)
      throws InterruptedException {
    List<T> answers = new ArrayList<>();
    for (CompletableFuture<T> each : asked) {
      try {
        long leftNs = Math.max(0, untilNs - clock.getAsLong());
        answers.add(each.get(leftNs, TimeUnit.NANOSECONDS));
      } catch (ExecutionException | TimeoutException left) {
        LOG.debug("no answer from a loop", left); // gone, or stuck: the others count
      }
    }
    return answers;
  }
}
