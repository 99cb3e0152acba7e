package dev.sluice.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BackEndTest {
  private static final int QUESTIONS = 20;

  @Test
  void takesItsTimeAndFailsOneInTen() throws Exception {
    Duration thinking = Duration.ofMillis(300);
    try (BackEnd backEnd = BackEnd.start(thinking);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest question =
          HttpRequest.newBuilder(URI.create(backEnd.url()))
              .version(HttpClient.Version.HTTP_1_1)
              .POST(BodyPublishers.ofString("{\"action\": \"on_play\"}"))
              .build();
      long beganNs = System.nanoTime();
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < QUESTIONS; i++) {
        answers.add(client.sendAsync(question, BodyHandlers.ofString()));
      }
      List<String> said =
          answers.stream()
              .map(CompletableFuture::join)
              .map(answer -> answer.statusCode() + " " + answer.body())
              .toList();
      assertThat(System.nanoTime() - beganNs).isGreaterThanOrEqualTo(thinking.toNanos());
      assertThat(said).containsOnly("200 0", "500 ");
      assertThat(said).filteredOn(answer -> answer.equals("500 ")).hasSize(QUESTIONS / 10);
      assertThat(backEnd.asked()).isEqualTo(QUESTIONS);
      assertThat(backEnd.mostOpen()).isBetween(2, QUESTIONS);
    }
  }
}
