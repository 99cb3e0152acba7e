package dev.sluice.bench.load;

import dev.sluice.bench.stream.Samples;
import dev.sluice.bench.stream.StreamChecker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the viewers of a window saw. Rates are of received bytes with all protocol overhead.
 *
 * @param asked viewers that were to play
 * @param playing viewers that played to the end of the window
 * @param cut viewers that the server closed, or whose bytes broke the protocol
 * @param refused viewers that the server turned away
 * @param firstReason why the first of those was lost; empty when none was
 * @param windowSeconds length of the window
 * @param gigabytes received by all, in 10⁹ bytes
 * @param megabitsPerSecond received by all
 * @param bytesMin least that a playing viewer received
 * @param bytesMedian half of them received less
 * @param bytesMax most that a playing viewer received
 * @param firstPictureMsP50 from opening the connection to the first whole picture
 * @param firstPictureMsP99 the same
 * @param longestSilenceMs longest time that any playing viewer went without a byte
 * @param silentOverOneSecond playing viewers with a silence over 1 s
 * @param checked what the checked viewers found
 * @param checkedViewers how many they are
 * @param videoDelay from sending to receiving a video frame
 * @param audioDelay from sending to receiving an audio frame
 */
public record ViewerFigures(
    int asked,
    int playing,
    int cut,
    int refused,
    String firstReason,
    double windowSeconds,
    double gigabytes,
    double megabitsPerSecond,
    long bytesMin,
    long bytesMedian,
    long bytesMax,
    double firstPictureMsP50,
    double firstPictureMsP99,
    double longestSilenceMs,
    int silentOverOneSecond,
    int checkedViewers,
    StreamChecker.Result checked,
    Delay videoDelay,
    Delay audioDelay) {
  /**
   * Times from sending a frame to having received its last byte.
   *
   * @param samples frames that were measured
   */
  public record Delay(long samples, double p50Ms, double p99Ms, double p999Ms, double maxMs) {
    static Delay of(Samples samples) {
      long[] ns = samples.percentiles(0.5, 0.99, 0.999, 1);
      return new Delay(samples.size(), ns[0] / 1e6, ns[1] / 1e6, ns[2] / 1e6, ns[3] / 1e6);
    }
  }

  /** True when all viewers played to the end and those that were checked found nothing wrong. */
  public boolean flawless() {
    return playing == asked && cut == 0 && refused == 0 && checked.flawless();
  }

  static ViewerFigures of(List<Viewer> viewers, long beginNs, long nowNs) {
    double seconds = (nowNs - beginNs) / 1e9;
    List<Viewer> playing = new ArrayList<>();
    int[] ended = new int[Viewer.State.values().length];
    String reason = "";
    long total = 0;
    var pictures = new Samples();
    var video = new Samples();
    var audio = new Samples();
    StreamChecker.Result checked = StreamChecker.Result.NONE;
    int checkers = 0;
    for (Viewer viewer : viewers) {
      Viewer.State state = viewer.state;
      ended[state.ordinal()]++;
      total += viewer.bytes;
      if (state == Viewer.State.PLAYING) {
        playing.add(viewer);
      }
      if (reason.isEmpty() && (state == Viewer.State.CUT || state == Viewer.State.REFUSED)) {
        reason = "viewer %d: %s".formatted(viewer.index, viewer.reason);
      }
      if (viewer.firstPictureNs != 0) {
        pictures.add(viewer.firstPictureNs - viewer.openedNs);
      }
      if (viewer.checker != null) {
        checkers++;
        checked = checked.plus(viewer.checker.result());
        video.addAll(viewer.checker.videoDelayNs());
        audio.addAll(viewer.checker.audioDelayNs());
      }
    }
    long[] bytes = playing.stream().mapToLong(v -> v.bytes).sorted().toArray();
    long[] silences = playing.stream().mapToLong(v -> v.silenceNs(nowNs)).toArray();
    long[] firsts = pictures.percentiles(0.5, 0.99);
    return new ViewerFigures(
        viewers.size() - ended[Viewer.State.LEFT.ordinal()] - ended[Viewer.State.STALLED.ordinal()],
        playing.size(),
        ended[Viewer.State.CUT.ordinal()],
        ended[Viewer.State.REFUSED.ordinal()],
        reason,
        seconds,
        total / 1e9,
        total * 8 / 1e6 / seconds,
        bytes.length == 0 ? 0 : bytes[0],
        bytes.length == 0 ? 0 : bytes[bytes.length / 2],
        bytes.length == 0 ? 0 : bytes[bytes.length - 1],
        firsts[0] / 1e6,
        firsts[1] / 1e6,
        Arrays.stream(silences).max().orElse(0) / 1e6,
        (int) Arrays.stream(silences).filter(ns -> ns > 1_000_000_000L).count(),
        checkers,
        checked,
        Delay.of(video),
        Delay.of(audio));
  }
}
