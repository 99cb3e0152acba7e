package dev.sluice.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Token;
import dev.sluice.control.MemoryStore;
import dev.sluice.control.StoreRevision;
import dev.sluice.net.TestFront;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.WantedConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the store is asked for over HTTP, and what it answers. */
@Timeout(60)
class StoreRoutesTest {
  private static final String TEXT =
      """
      log: {level: warn}
      streams:
        own/a: {latency: 10ms}
        free/**: {managed: api}
      """;

  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final MemoryStore store = new MemoryStore();
  private TestFront front;

  @BeforeEach
  void start() throws Exception {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), TEXT);
    var live = new LiveConfig(ConfigSource.load(file, Map.of()), LiveConfig.Listener.NONE);
    AccessRules access = AccessRules.simple(new Token("the secret"), true);
    var wanted = new WantedConfig(live, store, () -> 1_800_000_000_000L);
    front = TestFront.start(new StoreRoutes(wanted, access), new ConfigRoutes(live, access));
  }

  @AfterEach
  void stop() {
    front.close();
    http.close();
  }

  private HttpResponse<String> ask(String method, String path, String body, String... headers)
      throws Exception {
    URI address = URI.create("http://127.0.0.1:" + front.port() + "/sluice/v1/config" + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private JsonObject answer(int status, String method, String path, String body, String... headers)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, body, headers);
    assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(status);
    if (status >= 400) {
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      JsonObject problem = new JsonObject(answer.body());
      assertThat(problem.getInteger("status")).isEqualTo(status);
      assertThat(problem.getJsonObject("error").getString("message"))
          .isEqualTo(problem.getString("detail"));
    }
    return new JsonObject(answer.body());
  }

  private static String reason(JsonObject problem) {
    return problem.getJsonObject("error").getString("reason");
  }

  @Test
  void anEntryIsMadeReadChangedAndTakenAway() throws Exception {
    HttpResponse<String> made =
        ask(
            "PUT",
            "/streams/live/**",
            "{\n\t\"latency\": \"50ms\"\n}",
            "Content-Type",
            "application/json");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(made.headers().firstValue("ETag")).hasValue("\"1\"");
    JsonObject body = new JsonObject(made.body());
    assertThat(body.getInteger("revision")).isEqualTo(1);
    assertThat(body.getJsonObject("entry"))
        .isEqualTo(
            new JsonObject()
                .put("entry", "live/**")
                .put("file", null)
                .put("managed", "api")
                .put("revision", 1)
                .put("keys", new JsonObject().put("latency", "50ms")));
    JsonObject setting =
        answer(200, "GET", "/effective?stream=live/x", "")
            .getJsonArray("settings")
            .getJsonObject(0);
    assertThat(setting.getString("layer")).isEqualTo("store");
    assertThat(setting.getString("from")).isEqualTo("store, revision 1");
    assertThat(
            answer(200, "PATCH", "/streams/live/**", "gopCache: no", "If-Match", "\"1\"")
                .getJsonObject("entry")
                .getJsonObject("keys"))
        .isEqualTo(new JsonObject().put("latency", "50ms").put("gopCache", false));
    JsonObject stale = answer(412, "PATCH", "/streams/live/**", "{}", "If-Match", "\"1\"");
    assertThat(reason(stale)).isEqualTo("precondition");
    assertThat(stale.getInteger("revision")).isEqualTo(2);
    assertThat(reason(answer(412, "PUT", "/streams/live/**", "{}", "If-None-Match", "*")))
        .isEqualTo("precondition");
    answer(201, "PUT", "/streams/a.example!live/*", "{}", "If-None-Match", "*");
    assertThat(answer(200, "PUT", "/streams/a.example!live/*", "{}").getValue("taken")).isNull();
    HttpResponse<String> read = ask("GET", "/streams/live/**", "");
    assertThat(read.headers().firstValue("ETag")).hasValue("\"2\"");
    JsonObject gone = answer(200, "DELETE", "/streams/live/**", "");
    assertThat(gone.getValue("entry")).isNull();
    assertThat(reason(answer(404, "DELETE", "/streams/live/**", ""))).isEqualTo("not-found");
    assertThat(reason(answer(404, "GET", "/streams/live/**", ""))).isEqualTo("not-found");
    assertThat(reason(answer(404, "PATCH", "/streams/live/**", "{}"))).isEqualTo("not-found");
  }

  @Test
  void whatIsWrongIsToldWithItsLine() throws Exception {
    JsonObject refused = answer(422, "PUT", "/streams/live/a", "join: gop\nlatency: 1h\n");
    assertThat(reason(refused)).isEqualTo("config-refused");
    JsonObject problem = refused.getJsonArray("problems").getJsonObject(0);
    assertThat(problem.getInteger("line")).isEqualTo(2);
    assertThat(problem.getString("key")).isEqualTo("streams.live/a.latency");
    assertThat(problem.getString("found")).isEqualTo("\"1h\"");
    assertThat(problem.getString("from")).isEqualTo("what was sent:2:10");
    JsonObject ofFile = answer(409, "PUT", "/streams/own/a", "{}");
    assertThat(reason(ofFile)).isEqualTo("entry-of-file");
    assertThat(ofFile.getString("from")).endsWith("sluice.yaml:3:3");
    assertThat(ofFile.getInteger("line")).isEqualTo(3);
    assertThat(ask("PUT", "/streams/1/2/3/4/5/6/7/8/9", "{}").statusCode()).isEqualTo(400);
    assertThat(ask("PUT", "/streams/a**b", "{}").statusCode()).isEqualTo(400);
    for (String path :
        new String[] {
          "/history?limit=0",
          "/history?limit=1001",
          "/diff?from=x",
          "/export?secrets=1",
          "/streams?limit=-1",
          "/history?cursor=1234567890123456789"
        }) {
      assertThat(ask("GET", path, "").statusCode()).as(path).isEqualTo(400);
    }
    assertThat(store.revision()).isZero();
  }

  @Test
  void theHistoryTellsWhoAndCanBeGoneBackIn() throws Exception {
    answer(201, "PUT", "/streams/live/a", "latency: 50ms", "From", "ops@example.org");
    answer(200, "PATCH", "/streams/live/a", "latency: 60ms", "Authorization", "Bearer the secret");
    answer(201, "PUT", "/streams/live/b", "{}", "From", "a\u00e9" + "b".repeat(500));
    JsonObject history = answer(200, "GET", "/history?limit=2", "");
    assertThat(history.getInteger("next")).isEqualTo(2);
    JsonArray page = history.getJsonArray("history");
    assertThat(page).hasSize(2);
    assertThat(page.getJsonObject(1))
        .isEqualTo(
            new JsonObject()
                .put("revision", 2)
                .put("atMs", 1_800_000_000_000L)
                .put("who", "token")
                .put("from", "127.0.0.1")
                .put("what", "patch")
                .put(
                    "entries",
                    new JsonArray()
                        .add(new JsonObject().put("entry", "live/a").put("how", "changed")))
                .put("sections", new JsonArray()));
    JsonArray rest = answer(200, "GET", "/history?cursor=2", "").getJsonArray("history");
    assertThat(rest).hasSize(1);
    assertThat(rest.getJsonObject(0).getString("who")).isEqualTo("ops@example.org (this host)");
    assertThat(store.history(Long.MAX_VALUE, 1))
        .extracting(StoreRevision::author)
        .allMatch(author -> author.who().startsWith("a") && author.who().length() < 120);

    JsonObject diff = answer(200, "GET", "/diff?from=1&to=2", "");
    assertThat(diff)
        .isEqualTo(
            new JsonObject(
                """
                {"from": 1, "to": 2, "entries": [{"entry": "live/a", "how": "changed",
                 "keys": [{"key": "latency", "before": "50ms", "after": "60ms"}]}], "sections": []}
                """));
    assertThat(answer(200, "GET", "/diff", "").getJsonArray("entries").getJsonObject(0))
        .isEqualTo(new JsonObject("{\"entry\": \"live/b\", \"how\": \"added\", \"keys\": []}"));
    answer(412, "POST", "/undo?to=1", "", "If-Match", "\"2\"");
    assertThat(answer(200, "POST", "/undo?to=1", "", "If-Match", "\"3\"").getInteger("revision"))
        .isEqualTo(4);
    assertThat(answer(200, "GET", "/diff?from=1", "").getJsonArray("entries")).isEmpty();
    assertThat(store.history(Long.MAX_VALUE, 1).getFirst().author().what())
        .isEqualTo("back to revision 1");
    assertThat(reason(answer(404, "POST", "/undo?to=9", ""))).isEqualTo("revision-unknown");
    assertThat(reason(answer(404, "GET", "/diff?from=9", ""))).isEqualTo("revision-unknown");
    answer(200, "POST", "/undo", "");
    assertThat(answer(200, "GET", "/streams", "").getJsonArray("entries")).hasSize(4);
  }

  @Test
  void theStoreIsExportedImportedAndListedInPages() throws Exception {
    String key = "a-key-of-its-own";
    answer(201, "PUT", "/streams/free/x", "sources: [{input: publish, key: " + key + "}]");
    HttpResponse<String> shown = ask("GET", "/export", "");
    assertThat(shown.headers().firstValue("Content-Type")).hasValue("application/yaml");
    assertThat(shown.body()).contains("free/x", "(hidden)").doesNotContain(key);
    String all = ask("GET", "/export?secrets=true", "").body();
    assertThat(all).contains(key);
    assertThat(ask("GET", "/streams/free/x", "").body()).doesNotContain(key);
    assertThat(ask("GET", "/diff", "").body()).doesNotContain(key);
    answer(200, "POST", "/import", "streams: {live/b: {}, live/c: {}}");
    JsonObject page = answer(200, "GET", "/streams?limit=2", "");
    assertThat(page.getString("next")).isEqualTo("free/x");
    assertThat(answer(200, "GET", "/streams?cursor=free/x", "").getJsonArray("entries"))
        .extracting(entry -> ((JsonObject) entry).getString("entry"))
        .containsExactly("live/b", "live/c", "own/a");
    JsonObject back = answer(200, "POST", "/import?replace=true", all);
    assertThat(back.getInteger("revision")).isEqualTo(3);
    assertThat(answer(200, "GET", "/streams", "").getJsonArray("entries")).hasSize(3);
    assertThat(reason(answer(422, "POST", "/import", shown.body()))).isEqualTo("config-refused");
  }

  @Test
  void aSectionIsReadChangedAndTakenAway() throws Exception {
    JsonObject nothing = answer(200, "GET", "/sections/access", "");
    assertThat(nothing.getValue("revision")).isNull();
    HttpResponse<String> made =
        ask("PUT", "/sections/access", "token: a-S3CRET-token\nplay: token", "If-Match", "\"0\"");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(made.headers().firstValue("ETag")).hasValue("\"1\"");
    assertThat(new JsonObject(made.body()).getJsonObject("section"))
        .isEqualTo(
            new JsonObject()
                .put("section", "access")
                .put("file", null)
                .put("managed", "api")
                .put("revision", 1)
                .put("keys", new JsonObject().put("token", "(hidden)").put("play", "token")));
    answer(412, "PATCH", "/sections/access", "{}", "If-Match", "\"2\"");
    answer(412, "PUT", "/sections/access", "{}", "If-None-Match", "*");
    answer(
        200,
        "PATCH",
        "/sections/access",
        "{\"play\": null, \"jwt\": {\"issuer\": \"me\"}}",
        "If-Match",
        "\"1\"");
    answer(201, "PATCH", "/sections/limits", "viewersPerStream: 7");
    JsonArray settings =
        answer(200, "GET", "/effective?section=access", "").getJsonArray("settings");
    assertThat(settings)
        .extracting(it -> (JsonObject) it)
        .filteredOn(it -> it.getString("layer").equals("store"))
        .extracting(it -> it.getString("key") + " " + it.getString("value"))
        .containsExactly("token (hidden)", "jwt.issuer me");
    JsonObject ofFile = answer(409, "PUT", "/sections/log", "level: info");
    assertThat(reason(ofFile)).isEqualTo("section-of-file");
    assertThat(ofFile.getString("from")).endsWith("sluice.yaml:1:1");
    JsonObject waits = answer(422, "PUT", "/sections/http", "port: 81");
    assertThat(waits.getJsonArray("problems").getJsonObject(0).getString("found"))
        .isEqualTo("a key whose change waits for a restart");
    assertThat(reason(answer(404, "PUT", "/sections/memory", "{}"))).isEqualTo("section-unknown");
    JsonObject last =
        answer(200, "GET", "/history?limit=1", "").getJsonArray("history").getJsonObject(0);
    assertThat(last.getJsonArray("entries")).isEmpty();
    assertThat(last.getJsonArray("sections"))
        .isEqualTo(
            new JsonArray().add(new JsonObject().put("section", "limits").put("how", "added")));
    String diff = ask("GET", "/diff?from=0", "").body();
    assertThat(diff).contains("jwt.issuer", "viewersPerStream").doesNotContain("S3CRET");
    JsonArray all = answer(200, "GET", "/sections", "").getJsonArray("sections");
    assertThat(all).hasSize(8);
    assertThat(ask("GET", "/sections", "").body()).doesNotContain("S3CRET");
    assertThat(ask("GET", "/export", "").body()).contains("access:").doesNotContain("S3CRET");
    JsonObject gone = answer(200, "DELETE", "/sections/access", "", "If-Match", "\"2\"");
    assertThat(gone.getJsonObject("section").getValue("keys")).isNull();
    assertThat(reason(answer(404, "DELETE", "/sections/access", ""))).isEqualTo("not-found");
    answer(200, "POST", "/undo", "");
    assertThat(ask("GET", "/export?secrets=true", "").body()).contains("a-S3CRET-token");
  }
}
