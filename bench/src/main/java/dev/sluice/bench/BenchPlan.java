package dev.sluice.bench;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.bench.server.SluiceServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param scenario which comparison
 * @param viewers how many watch
 * @param publishers streams; viewers take them in turn
 * @param joinsPerSecond viewers opened a second
 * @param settle time between the last join and the window
 * @param window time that is measured
 * @param pairs runs of each side, alternating
 * @param checkedPercent of viewers whose bytes are checked
 * @param serverCommand starts our server
 * @param environment settings of our server beside those of the scenario
 * @param serverCpus processors of servers, as taskset(1) takes them; null means all
 * @param clientCpus processors of this program; null means all
 * @param url what {@link Scenario#LOAD} watches; null means our own server
 * @param publishUrl where it publishes; null means {@code url} when that is RTMP, else nowhere
 * @param publish false: somebody else publishes
 * @param pid process of the server at {@code url}; 0 when unknown
 * @param json file for the report; null means none
 */
public record BenchPlan(
    Scenario scenario,
    int viewers,
    int publishers,
    int joinsPerSecond,
    Duration settle,
    Duration window,
    int pairs,
    int checkedPercent,
    List<String> serverCommand,
    Map<String, String> environment,
    @Nullable String serverCpus,
    @Nullable String clientCpus,
    @Nullable String url,
    @Nullable String publishUrl,
    boolean publish,
    long pid,
    @Nullable Path json) {
  /** Most viewers: loopback has about 28,000 ports for one server address. */
  public static final int MAX_VIEWERS = 25_000;

  /** Streams at most. */
  public static final int MAX_PUBLISHERS = 500;

  /** A window at most. */
  public static final Duration MAX_WINDOW = Duration.ofHours(24);

  /** Starts our server, where nothing else is said. */
  static final String LAUNCHER = SluiceServer.launcher();

  /** What the command line takes. */
  public static final String USAGE =
      """
      usage: bench [SCENARIO] [options]

      %s

      options
        --viewers N          viewers (default: what the bar names)
        --publishers N       streams (1)
        --rate N             viewers opened a second (200); backends: plays a second (500)
        --settle SECONDS     between the last join and the window (5 to 20)
        --seconds SECONDS    length of the window
        --pairs N            runs of each side (3)
        --checked PERCENT    viewers whose bytes are checked (1)
        --server "COMMAND"   starts our server (this program's launcher with run); no shell
        --env NAME=VALUE     a setting of our server; may be repeated
        --server-cpus LIST   processors of the servers, as taskset takes them
        --client-cpus LIST   processors of this program
        --url URL            load: rtmp[s]://, http[s]://….flv of a server on this machine
        --publish-url URL    load: where to publish (default: --url when it is rtmp)
        --no-publish         load: somebody else publishes
        --pid PID            load: process of that server
        --start "COMMAND"    load: starts that server instead; no shell
        --json FILE          report as JSON

      exit status: 0 all is well, 1 a bar was missed or viewers were not served well,
      2 it could not be measured, 3 void: the control spread too far
      """
          .formatted(Scenario.list());

  public BenchPlan {
    checkRange("viewers", viewers, 1, MAX_VIEWERS);
    checkRange("publishers", publishers, 1, MAX_PUBLISHERS);
    checkRange("rate", joinsPerSecond, 1, 5000);
    checkRange("settle seconds", settle.toSeconds(), 0, 3600);
    checkRange("seconds", window.toSeconds(), 1, MAX_WINDOW.toSeconds());
    checkRange("pairs", pairs, 1, 20);
    checkRange("checked percent", checkedPercent, 0, 100);
    serverCommand = List.copyOf(serverCommand);
    environment = Map.copyOf(environment);
  }

  /** The plan of a scenario with nothing said. */
  public static BenchPlan of(Scenario scenario) {
    return parse(scenario.id());
  }

  /**
   * Reads a command line as {@link #USAGE} describes it.
   *
   * @throws IllegalArgumentException naming the option, what was found and what is allowed
   */
  public static BenchPlan parse(String... args) {
    Deque<String> left = new ArrayDeque<>(List.of(args));
    Scenario scenario = Scenario.LOAD;
    if (!left.isEmpty() && !left.element().startsWith("-")) {
      String id = left.remove();
      scenario =
          Scenario.find(id)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "scenario is \"%s\", allowed are %s".formatted(id, Scenario.ids())));
    }
    var options = new Options();
    while (!left.isEmpty()) {
      options.take(left.remove(), left);
    }
    return options.plan(scenario);
  }

  /** The options of one command line as they come in. */
  private static final class Options {
    private static final List<String> NAMES =
        List.of(
            "--viewers",
            "--publishers",
            "--rate",
            "--settle",
            "--seconds",
            "--pairs",
            "--checked",
            "--server",
            "--server-cpus",
            "--client-cpus",
            "--url",
            "--publish-url",
            "--pid",
            "--start",
            "--json");

    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private boolean publish = true;

    void take(String name, Deque<String> left) {
      if (name.equals("--no-publish")) {
        publish = false;
        return;
      }
      boolean known = NAMES.contains(name) || name.equals("--env");
      if (!known || left.isEmpty()) {
        throw new IllegalArgumentException(
            known ? name + " needs a value" : "no option \"%s\"; see --help".formatted(name));
      }
      String value = left.remove();
      if (!name.equals("--env")) {
        values.put(name, value);
        return;
      }
      int equals = value.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "--env is \"%s\", allowed is NAME=VALUE".formatted(value));
      }
      environment.put(value.substring(0, equals), value.substring(equals + 1));
    }

    BenchPlan plan(Scenario scenario) {
      String url = values.get("--url");
      String json = values.get("--json");
      if (values.containsKey("--start") && url == null) {
        throw new IllegalArgumentException("--start needs --url: where that server will listen");
      }
      return new BenchPlan(
          scenario,
          (int) number("--viewers", scenario.viewers),
          (int) number("--publishers", scenario == Scenario.WINDOWS ? 200 : 1),
          (int) number("--rate", scenario.perSecond()),
          Duration.ofSeconds(number("--settle", scenario.settleSeconds)),
          Duration.ofSeconds(number("--seconds", scenario.windowSeconds)),
          (int) number("--pairs", 3),
          (int) number("--checked", scenario.checkedPercent),
          command(url),
          environment,
          values.get("--server-cpus"),
          values.get("--client-cpus"),
          url,
          values.get("--publish-url"),
          publish,
          number("--pid", 0),
          json == null ? null : Path.of(json));
    }

    private List<String> command(@Nullable String url) {
      String given = values.getOrDefault(url == null ? "--server" : "--start", "");
      if (!given.isBlank()) {
        return List.of(given.strip().split("\\s+"));
      }
      return url == null ? List.of(LAUNCHER, "run") : List.of();
    }

    private long number(String name, long otherwise) {
      String value = values.get(name);
      if (value == null) {
        return otherwise;
      }
      if (!value.matches("[0-9]{1,9}")) {
        throw new IllegalArgumentException(
            "%s is \"%s\", allowed is a whole number".formatted(name, value));
      }
      return Long.parseLong(value);
    }
  }
}
