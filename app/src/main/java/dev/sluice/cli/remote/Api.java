package dev.sluice.cli.remote;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Asks the API of one server. Blocks; any thread. */
public final class Api implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** How long until a server is listened to again that has not said how long. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** The longest answer that is taken: some ten thousand streams. */
  static final int MAX_ANSWER_BYTES = 64 << 20;

  /** The longest message of a server that is shown. */
  private static final int MAX_MESSAGE = 1_000;

  private final ServerAddress server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  /** Asks {@code server}. */
  public Api(ServerAddress server) {
    this.server = server;
  }

  /**
   * An answer of the API.
   *
   * @param body empty when there was none
   */
  public record Answer(int status, JsonObject body) {
    /** What the server says is the matter; empty when it does not. */
    public String message() {
      String message = Fields.text(Fields.object(body, "error"), "message");
      return Clean.text(message.substring(0, Math.min(message.length(), MAX_MESSAGE)));
    }

    /** The reason, for programs; empty when there is none. */
    public String reason() {
      return Fields.text(Fields.object(body, "error"), "reason");
    }
  }

  /** Whom it asks. */
  public ServerAddress server() {
    return server;
  }

  /** One element of a path, or a value of a query, as it has to be written. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The name of a stream as it stands in a path, where slashes stay what they are. */
  public static String encodedName(String name) {
    return encoded(name).replace("%2F", "/");
  }

  /** The answer to a GET, which has to be 200. */
  public JsonObject get(String path) throws ToolFailure {
    Answer answer = send("GET", path);
    if (answer.status != 200) {
      throw refused(answer, path);
    }
    return answer.body;
  }

  /**
   * Any answer but one that says who is asking wrongly: what it means is the caller's to say.
   *
   * @throws ToolFailure when there is no answer, none of ours, or one that wants the token
   */
  public Answer send(String method, String path) throws ToolFailure {
    HttpRequest request = request(method, path).build();
    try {
      Answer answer = answer(http.send(request, HttpResponse.BodyHandlers.ofInputStream()));
      if (answer == null) {
        throw noneOfOurs(path);
      }
      if (answer.status == 401 || answer.reason().equals("token-wrong")) {
        throw notAllowed(answer);
      }
      return answer;
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    } catch (InterruptedException stopped) {
      throw interrupted();
    }
  }

  /**
   * What happens in the server from now on.
   *
   * @param kinds of events, with commas between them
   * @param after id of the last event that was read before, behind which it goes on; null for none
   * @throws ToolFailure as {@link #get}
   */
  public EventFeed listen(String kinds, @Nullable String after) throws ToolFailure {
    String path = "/sluice/v1/events?kind=" + kinds;
    HttpRequest.Builder request = request("GET", path).header("Accept", "text/event-stream");
    if (after != null) {
      request.header("Last-Event-ID", after);
    }
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() == 200) {
        return new EventFeed(response.body(), RETRY.toMillis());
      }
      Answer answer = answer(response);
      throw answer == null ? noneOfOurs(path) : refused(answer, path);
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    } catch (InterruptedException stopped) {
      throw interrupted();
    }
  }

  private HttpRequest.Builder request(String method, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri() + path))
            .timeout(ANSWER)
            .method(method, HttpRequest.BodyPublishers.noBody());
    String token = server.token();
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private static ToolFailure interrupted() {
    Thread.currentThread().interrupt();
    return new ToolFailure(ToolFailure.FAILED, "interrupted", "");
  }

  /** Null for what no server of ours says. */
  private static @Nullable Answer answer(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(MAX_ANSWER_BYTES + 1);
      if (bytes.length > MAX_ANSWER_BYTES) {
        throw new IOException("an answer of more than " + (MAX_ANSWER_BYTES >> 20) + " MB");
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (text.isBlank()) {
        return response.statusCode() == 204 ? new Answer(204, new JsonObject()) : null;
      }
      Answer answer = new Answer(response.statusCode(), new JsonObject(text));
      return answer.status < 400 || !answer.reason().isEmpty() ? answer : null;
    } catch (DecodeException | ClassCastException other) {
      return null;
    }
  }

  /** What a refusal that is of no other kind is worth. */
  public ToolFailure refused(Answer answer, String path) {
    int code = answer.status == 404 ? ToolFailure.NOT_FOUND : ToolFailure.FAILED;
    return new ToolFailure(
        code,
        "the server refuses " + path + " (" + answer.status + "): " + answer.message(),
        answer.status == 503 ? "It is about to stop, or full; try again in a moment." : "");
  }

  private ToolFailure notAllowed(Answer answer) {
    boolean given = server.token() != null;
    return new ToolFailure(
        ToolFailure.NOT_ALLOWED,
        given
            ? server + " does not take the token (" + server.proof() + ")"
            : server + " wants the token: " + answer.message(),
        (given ? "" : "None was found: " + server.proof() + ".\n")
            + "The server's log says where its token is, as a rule in data/token where it was started.\n"
            + "Run this there as the same user, or give it with --token or "
            + ServerAddress.TOKEN_VARIABLE
            + ".");
  }

  private ToolFailure noneOfOurs(String path) {
    return new ToolFailure(
        ToolFailure.NO_SERVER,
        server + path + " answers, but not as a Sluice server of this version does",
        "Is it another program, a proxy, or an older server? Say where it is: --server URL.");
  }

  private ToolFailure unreachable(Exception fault) {
    String next;
    String what;
    String why = Clean.text(String.valueOf(fault.getMessage()));
    switch (fault) {
      case Exception _ when isUnknownHost(fault) -> {
        what = "there is no host " + Clean.text(server.uri().getHost());
        next = "Say where the server is: --server URL.";
      }
      case HttpConnectTimeoutException _ -> {
        what = "nothing answers at " + server;
        next = "Is the host up, and the port open to this one? Where else is it? --server URL.";
      }
      case HttpTimeoutException _ -> {
        what = server + " has not answered within " + ANSWER.toSeconds() + " s";
        next = "It is overloaded or hangs: look at its log.";
      }
      case ConnectException _ -> {
        what = "no server is running at " + server;
        next =
            "Start one (sluice run), or say where it is: --server URL or "
                + ServerAddress.SERVER_VARIABLE
                + ".";
      }
      case SSLException _ -> {
        what = "no secure connection to " + server + ": " + why;
        next =
            "Does its certificate name that host? Java has to know who signed it:\n"
                + "SLUICE_JAVA_OPTIONS=-Djavax.net.ssl.trustStore=FILE. On the same host, plain HTTP"
                + " will do.";
      }
      default -> {
        what = "the connection to " + server + " broke: " + why;
        next = "Is it a Sluice server, and does it speak " + server.uri().getScheme() + " there?";
      }
    }
    return new ToolFailure(ToolFailure.NO_SERVER, what, next);
  }

  private static boolean isUnknownHost(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
