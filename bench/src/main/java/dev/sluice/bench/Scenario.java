package dev.sluice.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be measured, with the size that its bar names. */
public enum Scenario {
  LOAD(300, 5, 20, 1, "one crowd against one server: --url, --pid, or our own server"),
  FANOUT(1800, 45, 20, 1, "RTMP: latency 350 and 100 ms against the floor, 0 against nginx-rtmp"),
  MERGED(1800, 45, 20, 1, "of fanout, 350 ms alone"),
  STANDARD(1800, 45, 20, 1, "of fanout, 100 ms alone"),
  FLV(1800, 20, 20, 1, "HTTP-FLV against RTMP"),
  TLS(300, 20, 20, 1, "RTMPS and HTTPS-FLV against plain, plus what openssl says the cipher costs"),
  MANY(12_000, 5, 60, 1, "as many viewers as the bar names, none cut, none silent"),
  MEMORY(1800, 20, 10, 1, "resident memory, and what each further viewer adds"),
  SOAK(300, 5, 1200, 1, "viewers come and go; memory must level off"),
  STALLED(100, 10, 60, 10, "500 viewers stop reading while others watch"),
  DELAY(300, 20, 20, 10, "added delay at latency 0 against nginx-rtmp"),
  TABLE(1800, 20, 20, 1, "300, 600, … players: CPU and memory"),
  DELIVERY(
      100, 15, 10, 1, "segments of 1 MB, and playlists, fetched as fast as can be, against nginx"),
  SEGMENTS(100, 15, 10, 1, "of delivery, segments alone"),
  PLAYLISTS(100, 15, 10, 1, "of delivery, playlists alone"),
  WAITING(2000, 20, 20, 1, "blocked requests for low-latency playlists of one stream"),
  WINDOWS(1, 70, 20, 0, "memory of the segments of 200 streams of 2 Mbit/s that nobody watches"),
  BACKENDS(100, 10, 30, 20, "500 plays a second by a back end of 2 s that fails 10 %, and delay");

  final int viewers;

  /** Time for compilers and caches to come to rest: cold code would be measured otherwise. */
  final int settleSeconds;

  final int windowSeconds;
  final int checkedPercent;
  final String description;

  Scenario(
      int viewers, int settleSeconds, int windowSeconds, int checkedPercent, String description) {
    this.viewers = viewers;
    this.settleSeconds = settleSeconds;
    this.windowSeconds = windowSeconds;
    this.checkedPercent = checkedPercent;
    this.description = description;
  }

  /** The name on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Viewers that come in a second. */
  int perSecond() {
    return switch (this) {
      case MANY -> 400;
      case BACKENDS -> 500;
      default -> 200;
    };
  }

  /** The scenario of that name. */
  static Optional<Scenario> find(String id) {
    return Arrays.stream(values()).filter(each -> each.id().equals(id)).findFirst();
  }

  /** Names and descriptions, a line each. */
  static String list() {
    return Arrays.stream(values())
        .map(each -> "  %-9s %s".formatted(each.id(), each.description))
        .collect(Collectors.joining("\n"));
  }

  /** All names. */
  static List<String> ids() {
    return Arrays.stream(values()).map(Scenario::id).toList();
  }
}
