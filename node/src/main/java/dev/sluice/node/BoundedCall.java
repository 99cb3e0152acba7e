package dev.sluice.node;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call over HTTP that ends in time, with an answer of bounded length, whatever the peer does. */
final class BoundedCall {
  private BoundedCall() {}

  /** A client of HTTP/1.1 that does not follow redirects: an operator has said where to call. */
  static HttpClient client(Duration timeLimit) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(timeLimit)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  /**
   * Sends a request and waits for the whole answer. Blocks.
   *
   * @param maxBytes of the body, which is UTF-8
   * @param limit for all of it
   * @throws IOException when there is no answer, or none that is short enough, in time
   * @throws InterruptedException when the caller is to stop
   */
  static HttpResponse<String> send(
      HttpClient client, HttpRequest request, int maxBytes, Duration limit)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request,
            BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), maxBytes));
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException tooSlow) {
      throw new IOException("no answer within " + limit.toMillis() + " ms", tooSlow);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw new IOException(cause == null ? failed.toString() : cause.toString(), failed);
    } finally {
      answer.cancel(true); // lets go of the connection; nothing once it has ended
    }
  }
}
