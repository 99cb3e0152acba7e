package dev.sluice.node.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Token;
import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Reason;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpOptions;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.TestFront;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may use a face, from a host that is trusted and from one that is not. */
class FaceGuardTest {
  private static final String SECRET = "the secret";
  private static final String BASIC = "Authorization: Basic " + base64("any:" + SECRET);

  private static TestFront trusting;
  private static TestFront strict;

  private static String base64(String login) {
    return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeAll
  static void start() {
    trusting = front(true);
    strict = front(false);
  }

  @AfterAll
  static void stop() {
    trusting.close();
    strict.close();
  }

  private static TestFront front(boolean trustLoopback) {
    var guard = new FaceGuard(AccessRules.simple(new Token(SECRET), trustLoopback));
    HttpRoutes routes =
        (router, _) ->
            router
                .get()
                .handler(context -> {
                  boolean byAnyPage = "/any".equals(context.request().path());
                  Reason refusal = guard.refusal(context.request(), byAnyPage);
                  if (refusal == null) {
                    context.response().end();
                  } else {
                    HttpAnswers.refuse(context.request(), refusal);
                  }
                });
    HttpOptions options = HttpOptions.of(new HttpOptions.Listener("127.0.0.1", 0, null));
    return TestFront.start(options, ConnectionGate.OPEN, routes);
  }

  private static void assertStatus(TestFront front, String path, int status, String... headers)
      throws IOException {
    try (Socket socket = front.connect(false)) {
      List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1"));
      lines.addAll(List.of(headers));
      lines.add("Connection: close");
      TestFront.request(socket, lines.toArray(String[]::new));
      assertThat(TestFront.readHead(socket.getInputStream()).split(" ", 3)[1])
          .as(path + " " + String.join(" ", headers))
          .isEqualTo(Integer.toString(status));
    }
  }

  @Test
  void theTokenPasses() throws IOException {
    String foreign = "Referer: https://evil.example/";
    for (TestFront front : new TestFront[] {trusting, strict}) {
      for (String path : new String[] {"/own", "/any"}) {
        assertStatus(front, path, 200, "Authorization: Bearer " + SECRET, foreign);
        assertStatus(front, path + "?token=the%20secret", 200, foreign);
        assertStatus(front, path, 403, "Authorization: Bearer another");
        assertStatus(front, path + "?token=another", 403);
      }
    }
  }

  @Test
  void aPasswordPassesForPagesOfThisHost() throws IOException {
    for (TestFront front : new TestFront[] {trusting, strict}) {
      assertStatus(front, "/own", 200, BASIC);
      assertStatus(front, "/own", 401, "Authorization: Basic " + base64("any:another"));
      assertStatus(front, "/any", 401, BASIC);
      assertStatus(front, "/any", 401, BASIC, "Referer: https://evil.example/localhost");
      assertStatus(front, "/any", 401, BASIC, "Referer: http://localhost.evil.example/");
      assertStatus(front, "/any", 401, BASIC, "Referer: http://localhost@evil.example/");
      assertStatus(front, "/any", 401, BASIC, "Referer: a b");
      assertStatus(front, "/any", 401, BASIC, "Sec-Fetch-Site: cross-site");
      assertStatus(
          front, "/any", 401, BASIC, "Sec-Fetch-Site: cross-site", "Referer: http://localhost:1/");
      assertStatus(front, "/any", 200, BASIC, "Referer: http://localhost:8080/console/");
      for (String site : new String[] {"same-origin", "same-site", "none"}) {
        assertStatus(front, "/any", 200, BASIC, "Sec-Fetch-Site: " + site);
      }
    }
  }

  @Test
  void aProgramOfThisHostPassesWhereThatIsTrusted() throws IOException {
    for (String path : new String[] {"/own", "/any"}) {
      assertStatus(strict, path, 401);
      assertStatus(trusting, path, 200);
      assertStatus(trusting, path, 401, "Sec-Fetch-Site: cross-site");
      assertStatus(trusting, path, 401, "Origin: https://evil.example");
      assertStatus(trusting, path, 401, "X-Forwarded-For: 192.0.2.7");
      assertStatus(trusting, path, 401, "Authorization: Basic " + base64("any:another"));
    }
    assertStatus(trusting, "/any", 401, "Referer: https://evil.example/");
    assertStatus(trusting, "/any", 200, "Referer: http://localhost/console/");
  }
}
