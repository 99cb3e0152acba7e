package dev.sluice.bench;

import dev.sluice.bench.fetch.Errands;
import dev.sluice.bench.fetch.FetchLoad;
import dev.sluice.bench.fetch.Http;
import dev.sluice.bench.fetch.Shelf;
import dev.sluice.bench.fetch.TrackPage;
import dev.sluice.bench.server.NginxFiles;
import dev.sluice.bench.stream.SyntheticStream;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What it costs to hand out segments and playlists of a live stream, against nginx that has equal
 * files. Clients ask for the next thing as soon as they have got one, so both servers are busy all
 * the time.
 */
final class Delivery {
  /** Segments of 2 s have about 1 MB. */
  private static final int LARGE_BITS_PER_SECOND = 4_100_000;

  private static final double MAX_SEGMENT_RATIO = 2.0;
  private static final double MAX_PLAYLIST_RATIO = 1.0;
  private static final int LATENCY_MS = 100;

  private final Runs runs;
  private final List<FetchMeasurement> all = new ArrayList<>();

  private Delivery(Runs runs) {
    this.runs = runs;
  }

  /** Segments as CMAF and as transport streams, and playlists. */
  static void all(Runs runs) throws IOException {
    var delivery = new Delivery(runs);
    delivery.segments("CMAF", "/index.v0.m3u8");
    delivery.segments("TS", ".m3u8");
    delivery.playlists();
    delivery.serviceBar();
  }

  /** Segments alone. */
  static void segments(Runs runs) throws IOException {
    var delivery = new Delivery(runs);
    delivery.segments("CMAF", "/index.v0.m3u8");
    delivery.segments("TS", ".m3u8");
    delivery.serviceBar();
  }

  /** Playlists alone. */
  static void playlists(Runs runs) throws IOException {
    var delivery = new Delivery(runs);
    delivery.playlists();
    delivery.serviceBar();
  }

  private void serviceBar() {
    runs.report.bar(
        Bar.holds(
            "every client fetched to the end, checked bytes were right",
            all.stream().allMatch(each -> each.fetches().flawless()),
            all.stream()
                .map(each -> each.fetches().firstReason() + each.fetches().firstWrong())
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("")));
  }

  /** One side of a comparison: what it is asked for, and a figure of it. */
  private interface Run {
    FetchMeasurement run(String label) throws IOException;
  }

  private Pairs alternate(Run a, Run b, String what, ToDoubleFunction<FetchMeasurement> figure)
      throws IOException {
    List<Double> measured = new ArrayList<>();
    List<Double> control = new ArrayList<>();
    for (int pair = 1; pair <= runs.plan.pairs(); pair++) {
      measured.add(figure.applyAsDouble(measure(a, "sluice %s #%d".formatted(what, pair))));
      control.add(figure.applyAsDouble(measure(b, "nginx %s #%d".formatted(what, pair))));
    }
    return new Pairs(measured, control);
  }

  private FetchMeasurement measure(Run run, String label) throws IOException {
    runs.report.progress(label + ": starting");
    FetchMeasurement got = runs.report.add(run.run(label));
    all.add(got);
    return got;
  }

  // ---- segments

  private void segments(String what, String playlist) throws IOException {
    List<Shelf.Segment> files = new ArrayList<>();
    Run sluice =
        label -> {
          try (FetchStage stage =
                  FetchStage.open(
                      runs.plan, runs.sluice(LATENCY_MS, "gop"), 1, LARGE_BITS_PER_SECOND);
              Shelf shelf = shelf(stage, playlist)) {
            List<String> paths = stage.sessions(0, runs.plan.viewers());
            boolean below = playlist.startsWith("/");
            Function<String, String> folder =
                below ? path -> path + "/" : path -> path.substring(0, path.lastIndexOf('/') + 1);
            List<String> folders = paths.stream().map(folder).toList();
            FetchMeasurement got = stage.measure(label, new Segments(folders, shelf));
            shelf.check();
            files.clear();
            files.addAll(shelf.newest());
            return got;
          }
        };
    Run nginx =
        label -> {
          var same = new Fixed(files, runs.plan);
          return nginx(label, same, same);
        };
    runs.report.bar(
        alternate(sluice, nginx, what, FetchMeasurement::serverCpuSecondsPerGb)
            .ratioAtMost("segments as %s, CPU s/GB by nginx's".formatted(what), MAX_SEGMENT_RATIO));
  }

  /** Transport streams are made only once somebody has asked for them. */
  private static Shelf shelf(FetchStage stage, String playlist) throws IOException {
    String path = FetchStage.path(0) + playlist + (playlist.startsWith("/") ? "" : "?session=0");
    Http http = stage.http();
    http.get(path); // waits for the first segment of its kind
    return Shelf.open(http, path);
  }

  /** Clients that take turns among the newest segments of a live stream. */
  private final class Segments implements Errands {
    private final List<String> folders;
    private final Shelf shelf;
    private final String[] asked;
    private int turn;

    Segments(List<String> folders, Shelf shelf) {
      this.folders = folders;
      this.shelf = shelf;
      this.asked = new String[folders.size()];
    }

    @Override
    public String next(int client) {
      List<String> names = shelf.names();
      String name = names.get(turn++ % names.size());
      asked[client] = name;
      return folders.get(client) + name;
    }

    @Override
    public boolean wantsBody(int client) {
      return isChecked(client);
    }

    @Override
    public @Nullable String answered(int client, byte @Nullable [] body, long nowNs) {
      String name = asked[client];
      return body == null || shelf.isRight(name, body) ? null : "other bytes of " + name;
    }
  }

  private boolean isChecked(int client) {
    return client * (long) runs.plan.checkedPercent() % 100 < runs.plan.checkedPercent();
  }

  // ---- nginx

  private FetchMeasurement nginx(String label, Fixed files, Errands errands) throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench-");
    try {
      Path root = Files.createDirectory(folder.resolve("root"));
      files.write(root);
      try (NginxFiles.Running server =
              new NginxFiles(runs.plan.serverCpus())
                  .start(Files.createDirectory(folder.resolve("nginx")), root);
          var load = new FetchLoad(server.address(), errands)) {
        FetchStage.join(runs.plan, load);
        return FetchStage.measure(runs.plan, label, server.pid(), load);
      }
    } finally {
      Stage.delete(folder);
    }
  }

  /** Clients that take turns among files. */
  private static final class Fixed implements Errands {
    private final List<Shelf.Segment> files;
    private final int checkedPercent;
    private final int[] asked;
    private int turn;

    Fixed(List<Shelf.Segment> files, BenchPlan plan) {
      this.files = List.copyOf(files);
      this.checkedPercent = plan.checkedPercent();
      this.asked = new int[plan.viewers()];
    }

    void write(Path root) throws IOException {
      for (Shelf.Segment file : files) {
        Path at = root.resolve(file.name());
        Files.createDirectories(at.getParent());
        Files.write(at, file.bytes().toArray());
      }
    }

    @Override
    public String next(int client) {
      asked[client] = turn++ % files.size();
      return "/" + files.get(asked[client]).name();
    }

    @Override
    public boolean wantsBody(int client) {
      return client * (long) checkedPercent % 100 < checkedPercent;
    }

    @Override
    public @Nullable String answered(int client, byte @Nullable [] body, long nowNs) {
      Shelf.Segment file = files.get(asked[client]);
      return body == null || Bytes.of(body).equals(file.bytes())
          ? null
          : "other bytes of " + file.name();
    }
  }

  // ---- playlists

  private void playlists() throws IOException {
    List<Shelf.Segment> file = new ArrayList<>();
    Run sluice =
        label -> {
          try (FetchStage stage =
              FetchStage.open(
                  runs.plan,
                  runs.sluice(LATENCY_MS, "gop"),
                  1,
                  SyntheticStream.VIDEO_BITS_PER_SECOND)) {
            List<String> paths =
                stage.sessions(0, runs.plan.viewers()).stream()
                    .map(path -> path + "/index.v0.m3u8")
                    .toList();
            FetchMeasurement got = stage.measure(label, new Pages(paths));
            String text = stage.http().text(paths.getFirst());
            file.clear();
            file.add(
                new Shelf.Segment(
                    "index.v0.m3u8",
                    fitted(text, (int) Math.round(got.fetches().meanBodyBytes()))));
            return got;
          }
        };
    Run nginx =
        label -> {
          var same = new Fixed(file, runs.plan);
          return nginx(label, same, same);
        };
    runs.report.bar(
        alternate(sluice, nginx, "playlist", FetchMeasurement::serverMicrosPerAnswer)
            .ratioAtMost("playlists of counted viewers, CPU each by nginx's", MAX_PLAYLIST_RATIO));
  }

  /** A playlist of exactly so many bytes: those of the stream differ by some. */
  private static Bytes fitted(String text, int size) {
    byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), size);
    for (int i = text.length(); i < size; i++) {
      bytes[i] = '#';
    }
    return Bytes.of(bytes);
  }

  /** Clients with a playlist each of their own. */
  private final class Pages implements Errands {
    private final List<String> paths;

    Pages(List<String> paths) {
      this.paths = paths;
    }

    @Override
    public String next(int client) {
      return paths.get(client);
    }

    @Override
    public boolean wantsBody(int client) {
      return isChecked(client);
    }

    @Override
    public @Nullable String answered(int client, byte @Nullable [] body, long nowNs) {
      if (body == null) {
        return null;
      }
      try {
        TrackPage page = TrackPage.read(new String(body, StandardCharsets.UTF_8));
        return page.segments().isEmpty() ? "a playlist without segments" : null;
      } catch (MalformedException wrong) {
        return wrong.getMessage();
      }
    }
  }
}
