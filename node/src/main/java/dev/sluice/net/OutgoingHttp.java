package dev.sluice.net;

import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls to programs of others over HTTP/1.1 that end in time, with an answer of bounded length,
 * whatever the peer does. A call that waits has no thread of its own and holds little memory; its
 * connection is used again. Redirects are not followed: an operator has said where to call.
 */
public final class OutgoingHttp {
  /** Connections to one server at a time; who comes beyond them waits, within his time. */
  private static final int MAX_CONNECTIONS = 2_000;

  /** How long a connection may take to come about; a call may give it up before. */
  private static final int CONNECT_MS = 10_000;

  /** How long a connection waits for the next call: servers let go of it after 5 s or more. */
  private static final int IDLE_S = 4;

  /** How much longer than its limit a call is waited for, which ends by itself. */
  private static final long GRACE_MS = 1_000;

  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private final HttpClient client;
  private final List<ContextInternal> contexts = new ArrayList<>(); // one of each loop
  private final AtomicInteger calls = new AtomicInteger();

  /** On the loops of {@code vertx}, and closed with it. */
  public OutgoingHttp(Vertx vertx) {
    var internal = (VertxInternal) vertx;
    internal.nettyEventLoopGroup().forEach(_ -> contexts.add(internal.createEventLoopContext()));
    this.client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setConnectTimeout(CONNECT_MS).setKeepAliveTimeout(IDLE_S))
            .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS))
            .build();
  }

  /**
   * What is sent.
   *
   * @param headers beside those that say where to, and how long the body is
   * @param body empty for none; a GET has none
   */
  public record Call(String method, URI uri, Map<String, String> headers, String body) {
    public Call {
      headers = Map.copyOf(headers);
    }

    private HttpCall.Target target() {
      boolean tls = "https".equalsIgnoreCase(uri.getScheme());
      String host = uri.getHost() == null ? "" : uri.getHost();
      String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
      return new HttpCall.Target(tls, bare, port);
    }

    private String path() {
      String path = uri.getRawPath();
      String query = uri.getRawQuery();
      return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
    }
  }

  /**
   * What came back.
   *
   * @param body UTF-8
   */
  public record Answer(int status, MultiMap headers, String body) {}

  /**
   * Sends a call. Any thread; what waits for the answer runs on a loop.
   *
   * @param maxBytes of the answer's body
   * @param limitMs for all of it, 1 at the least
   * @return fails with an {@link IOException} when there is no answer, or none that is short
   *     enough, in time
   */
  public CompletableFuture<Answer> send(Call call, int maxBytes, long limitMs) {
    int turn = Math.floorMod(calls.getAndIncrement(), contexts.size());
    var exchange = new Exchange(contexts.get(turn), call, maxBytes, limitMs);
    exchange.context.runOnContext(_ -> exchange.start());
    return exchange.answer;
  }

  /**
   * As {@link #send}, and waits for it; not to be called on a loop.
   *
   * @throws IOException when there is no answer, or none that is short enough, in time
   * @throws InterruptedException when the caller is to stop
   */
  public Answer ask(Call call, int maxBytes, long limitMs)
      throws IOException, InterruptedException {
    try {
      return send(call, maxBytes, limitMs).get(limitMs + GRACE_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      String why = failed.getCause() == null ? failed.getMessage() : failed.getCause().getMessage();
      throw new IOException(why, failed);
    } catch (TimeoutException stopped) {
      throw new IOException("the server stops", stopped);
    }
  }

  /** A call that is under way; all of it on its context. */
  private final class Exchange {
    private final ContextInternal context;
    private final Call call;
    private final int maxBytes;
    private final long limitMs;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final Buffer body = Buffer.buffer();
    private @Nullable HttpClientRequest request;
    private long timer;
    private boolean over;

    Exchange(ContextInternal context, Call call, int maxBytes, long limitMs) {
      this.context = context;
      this.call = call;
      this.maxBytes = maxBytes;
      this.limitMs = Math.max(1, limitMs);
    }

    void start() {
      timer = context.setTimer(limitMs, _ -> fail("no answer within " + limitMs + " ms"));
      try {
        client.request(options()).onComplete(this::connected, this::fail);
      } catch (IllegalArgumentException unusable) {
        fail(unusable);
      }
    }

    private RequestOptions options() {
      HttpCall.Target target = call.target();
      boolean v6 = NetUtil.isValidIpV6Address(target.host());
      var options =
          new RequestOptions()
              .setMethod(HttpMethod.valueOf(call.method))
              .setHost(v6 ? "[" + target.host() + "]" : target.host())
              .setPort(target.port())
              .setSsl(target.tls())
              .setURI(call.path())
              .setConnectTimeout(limitMs)
              .setFollowRedirects(false)
              .putHeader("Host", target.authority());
      call.headers.forEach(options::putHeader);
      return options;
    }

    private void connected(HttpClientRequest opened) {
      if (over) {
        opened.reset();
        return;
      }
      request = opened;
      (call.method.equals("GET") ? opened.send() : opened.send(call.body))
          .onComplete(this::answered, this::fail);
    }

    private void answered(HttpClientResponse response) {
      if (over) {
        return;
      }
      response.handler(this::more);
      response.exceptionHandler(this::fail);
      response.endHandler(_ -> {
        if (!over) {
          end();
          answer.complete(
              new Answer(
                  response.statusCode(),
                  response.headers(),
                  body.toString(StandardCharsets.UTF_8)));
        }
      });
    }

    private void more(Buffer chunk) {
      if (body.length() + chunk.length() > maxBytes) {
        fail("more than " + maxBytes + " bytes");
      } else if (!over) {
        body.appendBuffer(chunk);
      }
    }

    private void end() {
      over = true;
      context.owner().cancelTimer(timer);
    }

    private void fail(Throwable fault) {
      Throwable cause = fault.getCause(); // as with TLS, where the fault itself says little
      fail(fault.getMessage() + (cause == null ? "" : ": " + cause.getMessage()));
    }

    private void fail(String why) {
      if (!over) {
        end();
        if (request != null) {
          request.reset(); // lets go of the connection
        }
        answer.completeExceptionally(new IOException(why));
      }
    }
  }
}
