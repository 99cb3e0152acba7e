package dev.sluice.interop;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Chromium without a screen that shows one page, driven over the DevTools protocol. A child of
 * the test like any other; ends with it.
 */
public final class Browser {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration START = Duration.ofSeconds(60);
  private static final long ANSWER_SECONDS = 30;

  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final String session;

  /** Starts Chromium with a profile in {@code folder}. */
  public Browser(Children children, Path folder) {
    Children.Child child =
        children.start(
            Tools.program("chromium")
                .or(() -> Tools.program("chromium-browser"))
                .orElseThrow()
                .toString(),
            "--headless=new",
            "--no-sandbox", // tests run as root in containers
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--mute-audio",
            "--autoplay-policy=no-user-gesture-required",
            "--window-size=1280,800",
            "--user-data-dir=" + folder.resolve("chromium"),
            "--remote-debugging-port=0",
            "about:blank");
    String line = child.waitForLine(START, text -> text.startsWith("DevTools listening on "));
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(line.substring("DevTools listening on ".length())), new Answers())
            .join();
    String page =
        call("", "Target.createTarget", Map.of("url", "about:blank")).path("targetId").asString();
    session =
        call("", "Target.attachToTarget", Map.of("targetId", page, "flatten", true))
            .path("sessionId")
            .asString();
    call(session, "Page.enable", Map.of());
  }

  /** Opens a page; returns when it has begun to load. */
  public void open(String url) {
    JsonNode answer = call(session, "Page.navigate", Map.of("url", url));
    if (answer.has("errorText")) {
      throw new AssertionError(url + ": " + answer.path("errorText").asString());
    }
  }

  /** The value of an expression in the page, as JSON; a promise is waited for. */
  public JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            session,
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** Waits until an expression is true in the page. */
  public void await(String what, Duration bound, String expression) {
    Await.until(what, bound, () -> evaluate("!!(" + expression + ")").asBoolean(false));
  }

  /** Writes what is seen to a PNG file. */
  public void screenshot(Path file) {
    String png =
        call(session, "Page.captureScreenshot", Map.of("format", "png")).path("data").asString();
    try {
      Files.write(file, Base64.getDecoder().decode(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode call(String session, String method, Map<String, Object> parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    var message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    socket.sendText(message.toString(), true).join();
    try {
      JsonNode found = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (found.has("error")) {
        throw new IllegalStateException(method + ": " + found.path("error"));
      }
      return found.path("result");
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer to " + method, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      waiting.remove(id);
    }
  }

  /** Puts messages together from their pieces and hands answers to those who wait. */
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonNode message = JSON.readTree(text.toString());
        text.setLength(0);
        CompletableFuture<JsonNode> answer = waiting.get(message.path("id").asInt(-1));
        if (answer != null) {
          answer.complete(message);
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      List.copyOf(waiting.values()).forEach(answer -> answer.completeExceptionally(error));
    }
  }
}
