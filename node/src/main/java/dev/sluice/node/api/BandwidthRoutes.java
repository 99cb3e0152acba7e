package dev.sluice.node.api;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.RequestClient;
import dev.sluice.wire.MalformedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something to measure a connection by: bytes that come as fast as they are taken, and a place that
 * takes bytes. The client measures.
 *
 * <p>With {@code stream} it is for whoever may play that stream (down) or publish it (up), without
 * for whoever has the token.
 */
public final class BandwidthRoutes implements HttpRoutes {
  /** Longest that is sent, and how long when nobody says. */
  static final int MAX_SECONDS = 10;

  /** Most bytes that are sent in one answer. */
  static final long MAX_BYTES = 250_000_000;

  /** Answers at a time, of all clients. */
  static final int MAX_AT_A_TIME = 8;

  /** Label of the protocol, for rules and sessions. */
  static final String PROTOCOL = "bandwidth";

  private static final String DOWN = "/sluice/v1/bandwidth/down";
  private static final String UP = "/sluice/v1/bandwidth/up";
  private static final int PIECE_BYTES = 65_536;

  private final Admission admission;
  private final HttpGuard guard;
  private final BooleanSupplier on;
  private final Supplier<String> ids;
  private final Buffer piece;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * Routes.
   *
   * @param admission says who may
   * @param guard lets those pass who name no stream
   * @param on whether bandwidth is to be measured at all, for now
   * @param ids gives each connection its ID; any thread
   */
  public BandwidthRoutes(
      Admission admission, HttpGuard guard, BooleanSupplier on, Supplier<String> ids) {
    this.admission = admission;
    this.guard = guard;
    this.on = on;
    this.ids = ids;
    byte[] noise = new byte[PIECE_BYTES];
    new SplittableRandom(PIECE_BYTES).nextBytes(noise); // nothing on the way can make it shorter
    this.piece = Buffer.buffer(noise);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router
        .get(DOWN)
        .handler(context -> enter(context, loop, false))
        .handler(context -> down(context, loop));
    router.post(UP).handler(context -> enter(context, loop, true)).handler(BandwidthRoutes::up);
  }

  /** Whether answers are under way. Any thread. */
  int underWay() {
    return underWay.get();
  }

  /** Lets pass who may. */
  private void enter(RoutingContext context, Loop loop, boolean publishes) {
    HttpServerRequest request = context.request();
    String stream = request.getParam("stream");
    if (!on.getAsBoolean()) {
      HttpAnswers.refuse(request, 404, "not-found", "http.bandwidthTest is off");
    } else if (stream == null) {
      guard.handle(context);
    } else {
      StreamName name;
      try {
        name = StreamName.ofDecoded(stream).requirePublishable();
      } catch (MalformedException malformed) {
        HttpAnswers.refuse(request, Reason.NAME_INVALID, String.valueOf(malformed.getMessage()));
        return;
      }
      Client client = RequestClient.of(request, ids.get(), PROTOCOL);
      Consumer<@Nullable Reason> answer =
          refusal -> {
            if (refusal == null) {
              context.next();
            } else {
              HttpAnswers.refuse(request, refusal);
            }
          };
      if (publishes) {
        admission.publish(name, client, loop, answer);
      } else {
        admission.play(name, client, loop, answer);
      }
    }
  }

  private void down(RoutingContext context, Loop loop) {
    int seconds = seconds(context.request().getParam("seconds"));
    if (seconds < 0) {
      HttpAnswers.refuse(
          context.request(),
          Reason.MALFORMED,
          "seconds is a whole number from 1 to " + MAX_SECONDS);
    } else if (underWay.incrementAndGet() > MAX_AT_A_TIME) {
      underWay.decrementAndGet();
      HttpAnswers.refuse(
          context.request(), 429, "busy", "others measure already, try again in some seconds");
    } else {
      new Flow(context.response(), loop, seconds).begin();
    }
  }

  /** What was asked for; negative when it is nothing that can be had. */
  private static int seconds(@Nullable String text) {
    if (text == null) {
      return MAX_SECONDS;
    }
    boolean number =
        !text.isEmpty() && text.length() <= 2 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int seconds = number ? Integer.parseInt(text) : -1;
    return seconds < 1 || seconds > MAX_SECONDS ? -1 : seconds;
  }

  /** Bytes that flow for a while. */
  private final class Flow {
    private final HttpServerResponse response;
    private final Loop loop;
    private final long endNs;
    private final Loop.Timer end;
    private long left = MAX_BYTES;
    private boolean over;

    Flow(HttpServerResponse response, Loop loop, int seconds) {
      this.response = response;
      this.loop = loop;
      long ns = TimeUnit.SECONDS.toNanos(seconds);
      this.endNs = loop.nowNs() + ns;
      this.end = loop.schedule(this::finish, ns);
    }

    void begin() {
      response
          .setChunked(true)
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
          .exceptionHandler(_ -> gone())
          .closeHandler(_ -> gone())
          .drainHandler(_ -> write());
      write();
    }

    private void write() {
      while (!over && !response.writeQueueFull()) {
        if (left < PIECE_BYTES || endNs - loop.nowNs() <= 0) {
          finish();
          return;
        }
        left -= PIECE_BYTES;
        response.write(piece);
      }
    }

    /**
     * Also where nothing is taken any more: what waits then goes with the connection's deadline.
     */
    private void finish() {
      if (!over) {
        gone();
        response.end();
      }
    }

    private void gone() {
      if (!over) {
        over = true;
        end.cancel();
        underWay.decrementAndGet();
      }
    }
  }

  /** The front has read it, as any body, up to its limit. */
  private static void up(RoutingContext context) {
    Buffer body = context.body().buffer();
    int bytes = body == null ? 0 : body.length();
    new ApiReply.Done(200, new JsonObject().put("bytes", bytes)).send(context);
  }
}
