package dev.sluice.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Reason;
import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigSource;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that ask a server, against a whole node in this process. */
@Timeout(60)
class CommandsTest {
  @TempDir static Path data;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // before all
  private static Node node;

  @SuppressWarnings("NullAway.Init")
  private static Path file;

  /** What a command has done. */
  private record Done(int exit, String out, String err) {
    JsonObject json() {
      return new JsonObject(out);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    file = Files.writeString(data.resolve("sluice.yaml"), "listed: false\n");
    var env =
        Map.of(
            "SLUICE_DATA", data.toString(),
            "SLUICE_HTTP_LISTEN", "127.0.0.1:0",
            "SLUICE_RTMP_LISTEN", "127.0.0.1:0",
            "SLUICE_ACCESS_TRUST_LOOPBACK", "false");
    node = Node.start(ConfigSource.load(file, env), new Node.Options("1.2.3", false));
  }

  @AfterAll
  static void stop() {
    node.close();
    HTTP.close();
  }

  private static String url() {
    return "http://127.0.0.1:" + node.httpPort();
  }

  private static Done run(Class<?> command, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--server", url()));
    all.addAll(List.of("--token", node.access().token().reveal()));
    all.addAll(List.of(arguments));
    return plain(command, all.toArray(String[]::new));
  }

  private static Done plain(Class<?> command, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var line = new CommandLine(command);
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = line.execute(arguments);
    return new Done(exit, out.toString(), err.toString());
  }

  private static InputStream watch(String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url() + path)).build();
    HttpResponse<InputStream> answer =
        HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static String idOf(String stream) {
    await()
        .atMost(10, SECONDS)
        .until(() -> run(Viewers.class, "--json", stream).json().getInteger("total") == 1);
    JsonObject answer = run(Viewers.class, "--json", stream).json();
    return answer.getJsonArray("sessions").getJsonObject(0).getString("id");
  }

  @Test
  void listsStreamsAndViewersAndEndsThem() throws Exception {
    StillSource source = StillSource.publish(node, "live/a");
    source.pictures(50, 1_000);
    try (InputStream flv = watch("/live/a.flv")) {
      flv.readNBytes(13);
      String id = idOf("live/a");

      Done streams = run(Streams.class);
      assertThat(streams.exit).isZero();
      assertThat(streams.out.lines().toList().get(0)).startsWith("STREAM").contains("VIEWERS");
      assertThat(streams.out).containsPattern("live/a +live +test 127.0.0.1 +h264 .* 1 ");
      JsonObject all = run(Streams.class, "--json").json();
      assertThat(all.getJsonArray("streams").getJsonObject(0).getString("name"))
          .isEqualTo("live/a");

      Done viewers = run(Viewers.class, "live/a");
      assertThat(viewers.out).containsPattern(id + " +live/a +flv +127.0.0.1 +- +playing ");
      assertThat(run(Viewers.class).out).contains(id);
      assertThat(run(Viewers.class, "live/b").out.lines()).hasSize(1);

      Done kicked = run(Kick.class, "nobody", id);
      assertThat(kicked.exit).isEqualTo(5);
      assertThat(kicked.out).isEqualTo("told to end: session " + id + System.lineSeparator());
      assertThat(kicked.err).contains("there is no session nobody").contains("sluice viewers");
      assertThat(flv.readAllBytes()).as("the connection ends").isNotNull();
    }
    assertThat(run(Kick.class, "--stream", "live/b").exit).isEqualTo(5);
    assertThat(run(Kick.class, "--stream", "a b").exit).isEqualTo(1);
    Done publisher = run(Kick.class, "--publisher", "live/a", "--json");
    assertThat(publisher.exit).isZero();
    assertThat(publisher.json().getJsonArray("kicked").getJsonObject(0))
        .isEqualTo(new JsonObject("{\"publisher\":\"live/a\",\"ended\":true,\"reason\":null}"));
    assertThat(source.ended().orTimeout(10, SECONDS).join()).isEqualTo(Reason.KICKED);
    assertThat(run(Kick.class, "--stream", "live/a").exit).isZero();
    await().atMost(10, SECONDS).until(() -> run(Streams.class).out.lines().count() == 1);
  }

  @Test
  void readsTheConfigurationAgain() throws Exception {
    Done same = run(Reload.class);
    assertThat(same.exit).isZero();
    assertThat(same.out).contains("nothing has changed");
    Files.writeString(file, "listed: true\nhttp: {port: 81}\n");
    Done taken = run(Reload.class);
    assertThat(taken.exit).isZero();
    assertThat(taken.out)
        .containsPattern("listed: false -> true  \\(live; .*sluice.yaml:1:9\\)")
        .contains("waits for a restart: http.port: 8080 -> 81")
        .contains("touched: none");
    Files.writeString(file, "listed: perhaps\n");
    Done refused = run(Reload.class);
    assertThat(refused.exit).isEqualTo(1);
    assertThat(refused.err)
        .contains("sluice.yaml:1:9: listed: found \"perhaps\"")
        .contains("Refused");
    Done json = run(Reload.class, "--json");
    assertThat(json.exit).isEqualTo(1);
    assertThat(json.json().getJsonArray("problems")).hasSize(1);
    Files.writeString(file, "listed: false\n");
    assertThat(run(Reload.class).exit).isZero();
  }

  @Test
  void topPrintsOnceWhereThereIsNoTerminal() {
    StillSource source = StillSource.publish(node, "live/top");
    source.pictures(50, 1_000);
    Done once = run(Top.class, "-d", "0.2");
    assertThat(once.exit).isZero();
    assertThat(once.out)
        .startsWith("sluice 1.2.3  up ")
        .contains("live/top")
        .doesNotContain("\033", "q:quit");
    Done json = run(Top.class, "--json", "-d", "0.2");
    assertThat(json.json().getString("version")).isEqualTo("1.2.3");
    assertThat(json.json().getJsonArray("loops")).isNotEmpty();
    assertThat(run(Kick.class, "--stream", "live/top").exit).isZero();
  }

  @ParameterizedTest
  @ValueSource(classes = {Streams.class, Viewers.class, Reload.class, Top.class})
  void saysWhatToDoWithoutATokenOrWithAWrongOne(Class<?> command) {
    Done wrong = plain(command, "--server", url(), "--token", "nonsense");
    assertThat(wrong.exit).isEqualTo(4);
    assertThat(wrong.err)
        .contains("does not take the token (--token)")
        .contains("SLUICE_TOKEN")
        .doesNotContain("nonsense");
    Done none = plain(command, "--server", "http://127.0.0.1:1", "--token", "t");
    assertThat(none.exit).isEqualTo(3);
    assertThat(none.err)
        .startsWith("error: no server is running at http://127.0.0.1:1")
        .contains("sluice run");
  }

  @Test
  void theConfigurationOfTheServerLeadsToItAndItsToken() throws Exception {
    Path own =
        Files.writeString(
            data.resolve("own.yaml"),
            "data: " + data + "\nhttp: {listen: \"127.0.0.1:" + node.httpPort() + "\"}\n");
    assertThat(plain(Streams.class, "-c", own.toString()).exit).isZero();
    Path other = Files.writeString(data.resolve("other.yaml"), "data: " + data.resolve("none"));
    Done none = plain(Streams.class, "--server", url(), "-c", other.toString());
    assertThat(none.exit).isEqualTo(4);
    assertThat(none.err).contains("wants the token").contains("there is no file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x --stream y", "--stream x --publisher y", "--bogus"})
  void kickWantsOneThing(String arguments) {
    Done done = run(Kick.class, arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    assertThat(done.exit).isEqualTo(2);
    assertThat(done.err).contains("Usage");
  }

  @ParameterizedTest
  @ValueSource(classes = {Streams.class, Viewers.class, Kick.class, Reload.class, Top.class})
  void helpListsWhatTheyEndWith(Class<?> command) {
    Done help = plain(command, "--help");
    assertThat(help.exit).isZero();
    assertThat(help.out)
        .contains("Exit status:")
        .contains("3   no server is reached")
        .contains("--json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "61", "NaN", "-1"})
  void topLooksNeitherTooOftenNorHardlyEver(String delay) {
    assertThat(run(Top.class, "-d", delay).exit).isEqualTo(2);
  }
}
