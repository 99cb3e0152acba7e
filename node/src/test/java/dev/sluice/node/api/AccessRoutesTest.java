package dev.sluice.node.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.AccessListener;
import dev.sluice.access.AccessRules;
import dev.sluice.access.RevocationJournal;
import dev.sluice.access.Revocations;
import dev.sluice.access.Rulebook;
import dev.sluice.access.SessionBook;
import dev.sluice.access.SessionPolicy;
import dev.sluice.access.Token;
import dev.sluice.net.TestFront;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Revocations over HTTP, with a disk that is slow or full. */
@Timeout(60)
class AccessRoutesTest {
  private static final String REVOCATIONS = "/sluice/v1/access/revocations";
  private static final String ALICE = "{\"user\":\"alice\"}";

  private final Disk disk = new Disk();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestFront front = TestFront.start(new AccessRoutes(access()));

  /** Takes its time, or has no room. */
  private static final class Disk implements RevocationJournal {
    private final CountDownLatch writing = new CountDownLatch(1);
    private volatile CountDownLatch written = new CountDownLatch(0);
    private volatile boolean full;

    @Override
    public Revocations kept() {
      return Revocations.NONE;
    }

    @Override
    public void keep(Revocations revocations) throws IOException {
      writing.countDown();
      try {
        written.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      if (full) {
        throw new IOException("no space left on device");
      }
    }
  }

  private AccessRules access() {
    return new AccessRules(
        new Rulebook(List.of(), true, (_, _) -> false),
        new Token("the secret"),
        () -> 1_800_000_000_000L,
        AccessListener.NONE,
        new SessionBook(
            SessionPolicy.DEFAULT, "run", () -> 1_800_000_000_000L, AccessListener.NONE, disk));
  }

  @AfterEach
  void stop() {
    disk.written.countDown();
    front.close();
    http.close();
  }

  private CompletableFuture<HttpResponse<String>> ask(String method, String path, String body) {
    URI address = URI.create("http://127.0.0.1:" + front.port() + path);
    return http.sendAsync(
        HttpRequest.newBuilder(address).method(method, BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private JsonArray list() throws Exception {
    return new JsonObject(ask("GET", REVOCATIONS, "").get(20, SECONDS).body())
        .getJsonArray("revocations");
  }

  @Test
  void theDiskHoldsUpTheAnswerAndNoLoop() throws Exception {
    disk.written = new CountDownLatch(1);
    CompletableFuture<HttpResponse<String>> revoked = ask("POST", REVOCATIONS, ALICE);
    assertThat(disk.writing.await(20, SECONDS)).isTrue();
    for (int i = 0; i < 2 * front.loops().size(); i++) { // connections go round the loops
      try (Socket other = front.connect(false)) {
        TestFront.request(other, "GET " + REVOCATIONS + " HTTP/1.1");
        assertThat(TestFront.readHead(other.getInputStream())).startsWith("HTTP/1.1 200");
      }
    }
    assertThat(list()).as("it does not hold yet").isEmpty();
    assertThat(revoked).isNotDone();
    disk.written.countDown();
    assertThat(revoked.get(20, SECONDS).statusCode()).isEqualTo(201);
    assertThat(list()).hasSize(1);
  }

  @Test
  void whatCannotBeWrittenIsNotAcknowledged() throws Exception {
    String first = ask("POST", REVOCATIONS, ALICE).get(20, SECONDS).body();
    String id = new JsonObject(first).getJsonObject("revocation").getString("id");
    disk.full = true;
    assertFull(ask("POST", REVOCATIONS, "{\"tokenId\":\"t-1\"}"));
    assertFull(ask("DELETE", REVOCATIONS + "/" + id, ""));
    assertThat(list()).hasSize(1);
    assertThat(ask("DELETE", REVOCATIONS + "/none", "").get(20, SECONDS).statusCode())
        .isEqualTo(404);
    disk.full = false;
    assertThat(ask("DELETE", REVOCATIONS + "/" + id, "").get(20, SECONDS).statusCode())
        .isEqualTo(204);
    assertThat(list()).isEmpty();
  }

  private static void assertFull(CompletableFuture<HttpResponse<String>> asked) throws Exception {
    HttpResponse<String> answer = asked.get(20, SECONDS);
    assertThat(answer.statusCode()).isEqualTo(503);
    JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
    assertThat(error.getString("reason")).isEqualTo("not-kept");
    assertThat(error.getString("message"))
        .isEqualTo("nothing has changed: no space left on device");
  }
}
