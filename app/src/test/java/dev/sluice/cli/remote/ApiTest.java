package dev.sluice.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of answers, of servers of ours and of others. */
class ApiTest {
  private HttpServer server;
  private int status = 200;
  private String body = "{}";
  private String seen = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen =
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization");
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Api api(@Nullable String token) {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Api(new ServerAddress(uri, token, "somewhere"));
  }

  private ToolFailure fails(int with, String answer) {
    status = with;
    body = answer;
    try (Api api = api("secret")) {
      ToolFailure failure = catchThrowableOfType(ToolFailure.class, () -> api.get("/x"));
      assertThat(failure).isNotNull();
      assertThat(failure.getMessage()).doesNotContain("secret").doesNotContain("\u001B");
      return failure;
    }
  }

  @Test
  void asksWithItsToken() throws ToolFailure {
    body = "{\"a\":1}";
    try (Api api = api("secret")) {
      assertThat(api.get("/sluice/v1/x?y=z")).isEqualTo(new JsonObject().put("a", 1));
      assertThat(seen).isEqualTo("GET /sluice/v1/x?y=z Bearer secret");
    }
    try (Api api = api(null)) {
      status = 204;
      body = "";
      assertThat(api.send("DELETE", "/x").status()).isEqualTo(204);
      assertThat(seen).isEqualTo("DELETE /x null");
    }
  }

  private static String refusal(String reason) {
    return "{\"error\":{\"reason\":\"" + reason + "\",\"message\":\"that \\u001b[2J\"}}";
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "401, token-missing, 4, does not take the token",
    "403, token-wrong, 4, does not take the token (somewhere)",
    "403, not-listed, 1, that ?[2J",
    "404, not-found, 5, refuses /x (404)",
    "400, malformed, 1, refuses /x (400)",
    "503, shutting-down, 1, try again"
  })
  void refusalsSayWhatToDo(int with, String reason, int exitCode, String message) {
    ToolFailure failure = fails(with, refusal(reason));
    assertThat(failure.exitCode()).isEqualTo(exitCode);
    assertThat(failure.getMessage()).contains(message);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "200| <html>",
        "200| ''",
        "200| []",
        "200| 7",
        "200| {",
        "200| null",
        "404| <html>not found",
        "404| {}",
        "500| {\"error\":7}",
        "502| Bad Gateway",
        "403| {\"error\":{\"reason\":\"\"}}",
        "302| ''"
      })
  void whatIsNoAnswerOfOursIsNamedSo(int with, String answer) {
    ToolFailure failure = fails(with, answer);
    assertThat(failure.exitCode()).as(answer).isEqualTo(ToolFailure.NO_SERVER);
    assertThat(failure.getMessage()).contains("not as a Sluice server").contains("--server");
  }

  @Test
  void noServerNoHost() {
    int port = server.getAddress().getPort();
    assertThat(fails(URI.create("http://nowhere.invalid")).getMessage())
        .contains("no host nowhere.invalid");
    server.stop(0);
    ToolFailure none = fails(URI.create("http://127.0.0.1:" + port));
    assertThat(none.getMessage()).contains("no server is running at").contains("sluice run");
  }

  private static ToolFailure fails(URI uri) {
    try (var api = new Api(new ServerAddress(uri, null, ""))) {
      ToolFailure failure = catchThrowableOfType(ToolFailure.class, () -> api.get("/"));
      assertThat(failure).isNotNull();
      assertThat(failure.exitCode()).isEqualTo(ToolFailure.NO_SERVER);
      return failure;
    }
  }

  @Test
  void anAnswerWithoutAnEndIsGivenUp() {
    assertThat(fails(200, " ".repeat(Api.MAX_ANSWER_BYTES + 1)).getMessage())
        .contains("more than 64 MB");
  }

  @Test
  void namesAreWrittenAsPathsWantThem() {
    assertThat(Api.encodedName("a.example!live/my cam?#%"))
        .isEqualTo("a.example%21live/my%20cam%3F%23%25");
    assertThat(Api.encoded("a/b&c=d+e f")).isEqualTo("a%2Fb%26c%3Dd%2Be%20f");
  }

  @Test
  void fieldsOfAnyShapeAreRead() {
    var odd =
        new JsonObject(
            "{\"t\":7,\"n\":\"x\",\"o\":[],\"l\":{\"a\":\"b\",\"c\":2.5},\"m\":[1,{\"a\":1},\"z\"],\"u\":null}");
    assertThat(Fields.text(odd, "t")).isEmpty();
    assertThat(Fields.whole(odd, "n")).isZero();
    assertThat(Fields.whole(odd, "u")).isZero();
    assertThat(Fields.number(odd, "n")).isNaN();
    assertThat(Fields.object(odd, "o")).isEmpty();
    assertThat(Fields.objects(odd, "m")).containsExactly(new JsonObject().put("a", 1));
    assertThat(Fields.objects(odd, "l")).isEmpty();
    assertThat(Fields.texts(odd, "m")).containsExactly("z");
    assertThat(Fields.numbers(odd, "l")).containsOnlyKeys("c");
  }

  @Test
  void aTableStandsInColumnsAndGivesNoOrders() {
    var table = new Table("NAME", ">N");
    table.row("a\u001B[31m", "7");
    table.row("longer é", "");
    assertThat(table.toString()).isEqualTo("NAME      N\na?[31m    7\nlonger é  -\n");
    assertThat(new Table("A", ">B").toString()).isEqualTo("A  B\n");
  }
}
