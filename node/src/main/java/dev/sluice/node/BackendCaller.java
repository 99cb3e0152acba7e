package dev.sluice.node;

import dev.sluice.access.backend.Backend;
import dev.sluice.access.backend.BackendCalls;
import dev.sluice.access.backend.BackendCalls.Effect;
import dev.sluice.access.backend.BackendForm;
import dev.sluice.access.backend.BackendPolicy;
import dev.sluice.access.backend.BackendReply;
import dev.sluice.access.backend.BackendRequest;
import dev.sluice.net.OutgoingHttp;
import dev.sluice.node.log.EventLog;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link BackendCalls} wants: who is to be asked is asked, and those who wait are
 * released, outside of the lock.
 */
final class BackendCaller implements Backend {
  private final BackendCalls calls;
  private final Calling calling;
  private final LongSupplier nowMs;
  private final Object lock = new Object();
  private boolean toldDown;

  /** Asks a back end. */
  @FunctionalInterface
  interface Calling {
    /**
     * Asks.
     *
     * @param told takes the reply, once, on any thread; a failure is one, too
     */
    void ask(BackendRequest request, long timeLimitMs, Consumer<BackendReply> told);
  }

  /**
   * Nobody is asked yet.
   *
   * @param nowMs a clock that never goes back
   */
  BackendCaller(BackendPolicy policy, Calling calling, LongSupplier nowMs) {
    this.calls = new BackendCalls(policy);
    this.calling = calling;
    this.nowMs = nowMs;
  }

  /** Asks over HTTP. */
  static Calling http(BackendForm form, OutgoingHttp http) {
    return (request, timeLimitMs, told) -> {
      var _ =
          http.send(call(request), BackendForm.MAX_BODY, timeLimitMs)
              .whenComplete((answer, _) -> told.accept(reply(form, request, answer)));
    };
  }

  /**
   * Asks over HTTP and waits for the reply; a failure is one, too.
   *
   * @throws InterruptedException when the caller is to stop
   */
  static BackendReply ask(
      BackendForm form, OutgoingHttp http, BackendRequest request, long timeLimitMs)
      throws InterruptedException {
    try {
      return reply(form, request, http.ask(call(request), BackendForm.MAX_BODY, timeLimitMs));
    } catch (IOException failed) {
      return reply(form, request, null);
    }
  }

  private static OutgoingHttp.Call call(BackendRequest request) {
    Map<String, String> headers =
        request.contentType().isEmpty() ? Map.of() : Map.of("Content-Type", request.contentType());
    return new OutgoingHttp.Call(request.method(), request.uri(), headers, request.body());
  }

  private static BackendReply reply(
      BackendForm form, BackendRequest request, OutgoingHttp.@Nullable Answer answer) {
    if (answer == null) {
      return new BackendReply.Failed("it is not to be reached");
    }
    try {
      return form.reply(answer.status(), answer.headers()::get, answer.body());
    } catch (RuntimeException broken) {
      EventLog.error("access", broken, "what", "reading what the back end says: " + request);
      return new BackendReply.Failed("its answer could not be read");
    }
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
        case Effect.Ask ask -> call(ask);
        case Effect.Release(List<Runnable> waiting) -> waiting.forEach(Runnable::run);
      }
    }
  }

  private void call(Effect.Ask ask) {
    calling.ask(
        ask.request(),
        ask.timeLimitMs(),
        reply -> carryOut(() -> calls.replied(ask.number(), reply, nowMs.getAsLong())));
  }
}
