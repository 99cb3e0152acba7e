package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.sluice.access.Action;
import dev.sluice.access.LinkForm;
import dev.sluice.access.Token;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of access from the file to the answer of each protocol over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeAccessTest {
  private static final long FAR_S = 32_503_680_000L; // the year 3000
  private static final String YAML =
      """
      defaults:
        playBeforePublish: refuse
      access:
        token: the-token-of-all
        users: [alice:her-password, bob:his-password]
        signed:
          secret: the-signing-secret
        rules:
          - streams: live/*
            actions: play
            needs: [signed, user]
          - streams: token/*
            actions: play
            needs: token
            tokens: [another-token]
          - streams: page/*
            pages: ["*.example.com"]
          - streams: here/*
            actions: [play]
            notAddresses: 127.0.0.0/8
          - streams: hls/*
            actions: [play]
            protocols: hls
          - streams: off/*
            needs: nobody
          - streams: bob/*
            actions: play
            needs: user
            users: bob
          - streams: asked/*
            actions: play
            needs: [token, backend]
        backend:
          play: http://127.0.0.1:PORT/on_play
      """;

  private BackedNode backed;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    backed = BackedNode.start(folder, YAML, "/on_play", NodeAccessTest::reply, "live/a");
  }

  @AfterAll
  void stop() {
    backed.close();
  }

  /** Lets in whoever is called good, and fails for whoever is called bad. */
  private static void reply(HttpExchange exchange) throws IOException {
    String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    byte[] body = (asked.contains("who=good") ? "0" : "1").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(asked.contains("who=bad") ? 500 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String refusal(String path, String... headers) throws Exception {
    HttpResponse<InputStream> answer = backed.get(path, headers);
    try (InputStream body = answer.body()) {
      return answer.statusCode()
          + " "
          + new String(body.readAllBytes(), StandardCharsets.UTF_8)
              .replaceFirst(".*\"reason\":\"([^\"]*)\".*", "$1");
    }
  }

  private static String signed(String stream, long untilS) {
    var secret = new Token("the-signing-secret");
    return LinkForm.sign(Action.PLAY, stream, secret, untilS, "", "", 0);
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".flv",
        ".ts",
        ".aac",
        "/index.m3u8",
        ".m3u8",
        "/index.mpd",
        "/index.m3u8?session=0"
      })
  void everyProtocolLetsInWhomTheRulesLetInAndNobodyElse(String suffix) throws Exception {
    String path = "/live/a" + suffix;
    String more = path.contains("?") ? "&" : "?";
    assertThat(refusal(path)).isEqualTo("403 link-missing");
    assertThat(refusal(path + more + signed("live/b", FAR_S))).isEqualTo("403 link-wrong");
    assertThat(refusal(path + more + signed("live/a", 1))).isEqualTo("403 link-expired");
    assertThat(refusal(path, "Authorization", basic("alice:wrong"))).isEqualTo("401 login-wrong");
    for (String query : new String[] {signed("live/a", FAR_S), "user=alice&pass=her-password"}) {
      HttpResponse<InputStream> answer = backed.get(path + more + query);
      answer.body().close();
      assertThat(answer.statusCode()).as(path).isIn(200, 302);
      answer
          .headers()
          .firstValue("Location")
          .ifPresent(location ->
              assertThat(location).doesNotContain("sig=").doesNotContain("her-password"));
    }
    HttpResponse<InputStream> answer =
        backed.get(path, "Authorization", basic("alice:her-password"));
    answer.body().close();
    assertThat(answer.statusCode()).isIn(200, 302);
  }

  @Test
  void whoWasLetInNeedsNoProofForWhatFollows() throws Exception {
    HttpResponse<InputStream> first = backed.get("/live/a/index.m3u8?" + signed("live/a", FAR_S));
    first.body().close();
    String location = first.headers().firstValue("Location").orElseThrow();
    HttpResponse<InputStream> second = backed.get(location);
    second.body().close();
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(refusal(location.replaceFirst("/s/......", "/s/abcdef")))
        .isEqualTo("403 link-missing");
  }

  @Test
  void whoNeedsALoginIsAskedForIt() throws Exception {
    HttpResponse<InputStream> answer = backed.get("/bob/a.flv");
    answer.body().close();
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Basic ");
    HttpResponse<InputStream> token = backed.get("/token/a.flv");
    token.body().close();
    assertThat(token.headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  @ParameterizedTest(name = "{0}, {1} {2}: {3}")
  @CsvSource({
    "/token/a.flv, , , 401 token-missing",
    "/token/a.flv?token=the-token-of-all, , , 403 token-wrong",
    "/page/a.flv, , , 403 page-denied",
    "/page/a.flv, Referer, https://example.com/, 403 page-denied",
    "/page/a.flv, Origin, https://evil.net, 403 page-denied",
    "/here/a.ts, , , 403 address-denied",
    "/hls/a.flv, , , 403 protocol-denied",
    "/hls/a/index.mpd, , , 403 protocol-denied",
    "/off/a.flv?token=the-token-of-all, , , 403 nobody",
    "/bob/a.flv?user=alice&pass=her-password, , , 401 login-wrong",
    "/asked/a.flv?who=nobody, , , 403 backend-denied",
    "/asked/a.flv?who=bad, , , 503 access-unknown",
    "/asked/a/index.m3u8?who=nobody, , , 403 backend-denied",
  })
  void whoIsRefusedIsToldWhy(
      String path, @Nullable String header, @Nullable String value, String refusal)
      throws Exception {
    assertThat(header == null || value == null ? refusal(path) : refusal(path, header, value))
        .isEqualTo(refusal);
  }

  @ParameterizedTest(name = "{0}, {1} {2}")
  @CsvSource({
    "/token/a.flv?token=another-token, X-None, x",
    "/token/a.flv, Authorization, Bearer another-token",
    "/page/a.flv, Referer, https://www.example.com/live",
    "/page/a.flv, Origin, https://www.example.com",
    "/other/a.flv, X-None, x",
    "/asked/a.flv?who=good, X-None, x",
    "/asked/a.ts?who=good, X-None, x",
    "/asked/a.flv?token=the-token-of-all, X-None, x"
  })
  void whoMayIsToldThatThereIsNoPublisher(String path, String header, String value)
      throws Exception {
    assertThat(refusal(path, header, value)).isEqualTo("404 not-found");
  }
}
