package dev.sluice.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Models to look at. */
final class Models {
  static final long STARTED_MS = 1_800_000_000_000L;
  private static final long HOUR_MS = 3_600_000;

  private Models() {}

  static NodeFigures node(long upMs, double cpuMs) {
    return new NodeFigures(
        "1.2.3",
        STARTED_MS,
        STARTED_MS + upMs,
        upMs,
        cpuMs,
        4,
        123_456_789,
        512_000_000,
        412_345_678,
        819_200_000,
        Map.of(
            "arrivals",
            0L,
            "blocks",
            3_000_000L,
            "gop_caches",
            12_345_678L,
            "segments",
            397_000_000L),
        2_097_152,
        3,
        List.of(
            new NodeFigures.LoopFigures(0, 0.4, 0),
            new NodeFigures.LoopFigures(1, 25.04, 2),
            new NodeFigures.LoopFigures(2, 0.31, 0),
            new NodeFigures.LoopFigures(3, 1.2, 1)),
        1_234,
        Map.of("flv", 210L, "hls", 1_000L, "rtmp", 0L));
  }

  /** A stream after some seconds of 25 pictures and {@code out} bytes each. */
  static StreamFigures stream(
      String name, String state, long seconds, long out, Map<String, Long> viewers) {
    boolean live = state.equals("live");
    return new StreamFigures(
        name,
        state,
        STARTED_MS,
        live ? "rtmp" : "",
        live ? "192.0.2.7" : "",
        live ? 5 * HOUR_MS : 0,
        live ? "h264 1920x1080 25 fps" : "",
        live ? "aac 48000 Hz stereo" : "",
        live ? 4_200_000 : 0,
        seconds * 525_000,
        seconds * out,
        seconds * 25,
        viewers.values().stream().mapToLong(Long::longValue).sum(),
        viewers,
        name.endsWith("slow") ? 12_345 : 0);
  }

  private static List<StreamFigures> few(long seconds) {
    return List.of(
        stream("live/one", "live", seconds, 5_250_000, Map.of("flv", 8L, "hls", 2L)),
        stream(
            "live/two.slow",
            "live",
            seconds,
            105_000_000,
            Map.of("flv", 200L, "hls", 998L, "ws-flv", 2L)),
        stream("live/away", "away", 9, 0, Map.of()),
        stream("live/nobody-is-here-and-its-name-is-long", "waiting", 0, 0, Map.of("flv", 2L)));
  }

  static Snapshot snapshot(
      long seconds, List<StreamFigures> streams, Snapshot.@Nullable Audience audience) {
    long upMs = 76 * HOUR_MS + seconds * 1_000;
    return new Snapshot(
        seconds * 1_000_000_000L, node(upMs, 1_000_000 + seconds * 480.0), streams, audience);
  }

  /** Four streams, one of each kind. */
  static TopModel few() {
    return TopModel.of(
        "http://127.0.0.1:8080", snapshot(10, few(10), null), snapshot(12, few(12), null));
  }

  /** The first look: nothing is known of rates. */
  static TopModel first() {
    return TopModel.of("http://127.0.0.1:8080", null, snapshot(10, few(10), null));
  }

  static TopModel none() {
    return TopModel.of("http://127.0.0.1:8080", null, snapshot(10, List.of(), null));
  }

  /** A hundred streams. */
  static TopModel many() {
    List<StreamFigures> streams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      streams.add(stream("live/%02d".formatted(i), "live", 10, 1_000, Map.of("flv", (long) i)));
    }
    return TopModel.of("http://127.0.0.1:8080", null, snapshot(10, streams, null));
  }

  /** With viewers of {@code live/one}, one of whom says he is a terminal's orders. */
  static TopModel watched() {
    List<ViewerFigures> viewers =
        List.of(
            viewer("k3f9-1a", "flv", "192.0.2.7", "alice", "VLC/3.0.20 \033[2J\u0007", 0, 12.4),
            viewer(
                "k3f9-1b",
                "hls",
                "2001:db8::1:2:3:4:5",
                "",
                "Mozilla/5.0 (X11) \u202Egnp",
                0,
                Double.NaN),
            viewer("k3f9-1c", "ws-flv", "198.51.100.23", "a-very-long-user-name", "", 7, 2_345));
    return TopModel.of(
        "http://127.0.0.1:8080",
        null,
        snapshot(10, few(10), new Snapshot.Audience("live/one", viewers, 3)));
  }

  private static ViewerFigures viewer(
      String id,
      String protocol,
      String address,
      String user,
      String agent,
      long skips,
      double delayMs) {
    return new ViewerFigures(
        id,
        "live/one",
        protocol,
        address,
        user,
        agent,
        "playing",
        61_000,
        48_211_004,
        skips * 100_000,
        skips,
        delayMs);
  }
}
