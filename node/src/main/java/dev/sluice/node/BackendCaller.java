package dev.sluice.node;

import dev.sluice.access.backend.Backend;
import dev.sluice.access.backend.BackendCalls;
import dev.sluice.access.backend.BackendCalls.Effect;
import dev.sluice.access.backend.BackendForm;
import dev.sluice.access.backend.BackendPolicy;
import dev.sluice.access.backend.BackendReply;
import dev.sluice.access.backend.BackendRequest;
import dev.sluice.node.log.EventLog;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link BackendCalls} wants: each call on a virtual thread of its own, those who
 * wait released outside of the lock.
 */
final class BackendCaller implements Backend {
  private final BackendCalls calls;
  private final Calling calling;
  private final LongSupplier nowMs;
  private final Executor threads;
  private final Object lock = new Object();
  private boolean toldDown;

  /** Asks a back end; blocks. */
  @FunctionalInterface
  interface Calling {
    /**
     * The reply; a failure is one, too.
     *
     * @throws InterruptedException when the server stops
     */
    BackendReply reply(BackendRequest request, long timeLimitMs) throws InterruptedException;
  }

  /**
   * Nobody is asked yet.
   *
   * @param nowMs a clock that never goes back
   * @param threads runs what blocks
   */
  BackendCaller(BackendPolicy policy, Calling calling, LongSupplier nowMs, Executor threads) {
    this.calls = new BackendCalls(policy);
    this.calling = calling;
    this.nowMs = nowMs;
    this.threads = threads;
  }

  /** Asks over HTTP; does not follow redirects. */
  static Calling http(BackendForm form, Duration timeLimit) {
    HttpClient client = BoundedCall.client(timeLimit);
    return (request, timeLimitMs) -> {
      var http =
          HttpRequest.newBuilder(request.uri())
              .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()));
      if (!request.contentType().isEmpty()) {
        http.header("Content-Type", request.contentType());
      }
      try {
        HttpResponse<String> reply =
            BoundedCall.send(
                client,
                http.build(),
                BackendForm.MAX_BODY,
                Duration.ofMillis(Math.max(1, timeLimitMs)));
        return form.reply(
            reply.statusCode(),
            name -> reply.headers().firstValue(name).orElse(null),
            reply.body());
      } catch (IOException failed) {
        return new BackendReply.Failed("it is not to be reached");
      }
    };
  }

  @Override
  public @Nullable BackendReply known(String key) {
    synchronized (lock) {
      long now = nowMs.getAsLong();
      BackendReply reply = calls.known(key, now);
      return reply == null ? null : reply.validFor(calls.leftMs(key, now));
    }
  }

  @Override
  public void ask(String key, BackendRequest request, Runnable then) {
    carryOut(() -> calls.ask(key, request, then, nowMs.getAsLong()));
  }

  /** Time has passed; to be called several times a second. */
  void tick() {
    carryOut(() -> calls.tick(nowMs.getAsLong()));
  }

  private void carryOut(Supplier<List<Effect>> step) {
    List<Effect> effects;
    boolean down;
    boolean changed;
    synchronized (lock) {
      effects = step.get();
      down = calls.isDown();
      changed = down != toldDown;
      toldDown = down;
    }
    if (changed) {
      EventLog.warn("access", "what", down ? "the back end is down" : "the back end is up again");
    }
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Ask ask -> threads.execute(() -> call(ask));
        case Effect.Release(List<Runnable> waiting) -> waiting.forEach(Runnable::run);
      }
    }
  }

  private void call(Effect.Ask ask) {
    BackendReply reply;
    try {
      reply = calling.reply(ask.request(), ask.timeLimitMs());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      reply = new BackendReply.Failed("the server stops");
    } catch (RuntimeException fault) {
      EventLog.error("access", fault, "what", "asking the back end " + ask.request());
      reply = new BackendReply.Failed("asking it failed");
    }
    BackendReply last = reply;
    carryOut(() -> calls.replied(ask.number(), last, nowMs.getAsLong()));
  }
}
