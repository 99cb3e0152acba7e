package dev.sluice.access.backend;

import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.access.backend.BackendReply.Moved;
import dev.sluice.access.backend.BackendReply.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a back end is asked, and what holds meanwhile: an engine. A question that is being asked is
 * not asked a second time. Each question has an answer within the time limit, whatever the back end
 * does: its own, an old one that still holds, or that there is none. After failures in a row the
 * back end is left alone for a while, see {@link Breaker}, and then asked one question.
 *
 * <p>Times are milliseconds of a clock that does not go back. One thread at a time.
 */
public final class BackendCalls {
  private final BackendPolicy policy;
  private final Map<String, Answer> answers = new LinkedHashMap<>(); // the oldest first
  private final Map<String, Call> calls = new LinkedHashMap<>(); // the oldest first
  private final ArrayDeque<String> queue = new ArrayDeque<>();
  private final List<Effect> effects = new ArrayList<>();
  private final Map<Long, String> running = new HashMap<>();
  private long lastCall;
  private final Breaker breaker = new Breaker(BackendPolicy.LEAST_ROW_MS);

  /** Nothing is known. */
  public BackendCalls(BackendPolicy policy) {
    this.policy = policy;
  }

  /** What is to be done. */
  public sealed interface Effect {
    /**
     * Ask; the reply comes to {@link #replied} under the same number.
     *
     * @param timeLimitMs how long it may take
     */
    record Ask(long number, BackendRequest request, long timeLimitMs) implements Effect {}

    /** Have these, who wait, ask again. */
    record Release(List<Runnable> waiting) implements Effect {}
  }

  /**
   * An answer.
   *
   * @param untilMs how long it holds
   * @param newUntilMs how long it was said to hold; less where it holds for want of a new one
   */
  private record Answer(BackendReply reply, long untilMs, long newUntilMs) {
    static Answer fresh(BackendReply reply, long untilMs) {
      return new Answer(reply, untilMs, untilMs);
    }
  }

  /** A question that is being asked or is to be. */
  private static final class Call {
    final BackendRequest request;
    final long deadlineMs;
    final List<Runnable> waiting = new ArrayList<>();
    long number; // 0 while it waits
    long startedMs;

    Call(BackendRequest request, long deadlineMs) {
      this.request = request;
      this.deadlineMs = deadlineMs;
    }
  }

  /** What is known; null when the back end is to be asked. */
  public @Nullable BackendReply known(String key, long nowMs) {
    Answer answer = answers.get(key);
    return answer == null || nowMs - answer.untilMs >= 0 ? null : answer.reply;
  }

  /** For how long what is known still holds; 0 when nothing is. */
  public long leftMs(String key, long nowMs) {
    Answer answer = answers.get(key);
    return answer == null ? 0 : Math.max(0, answer.untilMs - nowMs);
  }

  /**
   * Has a question be asked.
   *
   * @param then is released when there is an answer, or there will be none
   */
  public List<Effect> ask(String key, BackendRequest request, Runnable then, long nowMs) {
    expire(nowMs);
    Call call = calls.get(key);
    if (call != null) {
      call.waiting.add(then);
      return drained();
    }
    call = new Call(request, nowMs + policy.timeLimitMs());
    call.waiting.add(then);
    if (isPaused(nowMs) || queue.size() >= BackendPolicy.MAX_QUEUED) {
      settle(
          key, call, new Failed(breaker.isDown() ? "it is down" : "too many wait for it"), nowMs);
      return drained();
    }
    calls.put(key, call);
    queue.add(key);
    start(nowMs);
    return drained();
  }

  /** A call has come to its end. One that was given up before changes nothing. */
  public List<Effect> replied(long number, BackendReply reply, long nowMs) {
    String key = running.remove(number);
    Call call = key == null ? null : calls.remove(key);
    if (key != null && call != null) {
      judge(call, reply, nowMs);
      settle(key, call, reply, nowMs);
    }
    expire(nowMs);
    start(nowMs);
    return drained();
  }

  /** Time has passed; to be called several times within a time limit. */
  public List<Effect> tick(long nowMs) {
    expire(nowMs);
    start(nowMs);
    return drained();
  }

  private List<Effect> drained() {
    List<Effect> drained = List.copyOf(effects);
    effects.clear();
    return drained;
  }

  private boolean isPaused(long nowMs) {
    return breaker.isPaused(nowMs) || breaker.isDown() && !running.isEmpty();
  }

  private void start(long nowMs) {
    int most = breaker.isDown() ? 1 : BackendPolicy.MAX_CALLS;
    while (running.size() < most && !queue.isEmpty() && !isPaused(nowMs)) {
      String key = queue.remove();
      Call call = calls.get(key);
      if (call == null) {
        continue; // it was given up
      }
      call.number = ++lastCall;
      call.startedMs = nowMs;
      running.put(call.number, key);
      long left = call.deadlineMs - nowMs;
      effects.add(new Effect.Ask(call.number, call.request, left));
    }
  }

  /** Gives up what has taken too long. */
  private void expire(long nowMs) {
    for (Iterator<Map.Entry<String, Call>> each = calls.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<String, Call> entry = each.next();
      Call call = entry.getValue();
      if (nowMs - call.deadlineMs < 0) {
        break; // the others are younger
      }
      each.remove();
      if (call.number == 0) {
        queue.remove(entry.getKey());
      } else {
        running.remove(call.number);
        judge(call, new Failed("too slow"), nowMs);
      }
      settle(entry.getKey(), call, new Failed("too slow"), nowMs);
    }
  }

  /**
   * Whether the back end is up. Who had to wait for most of his time before he was asked about, and
   * then had no answer, does not tell.
   */
  private void judge(Call call, BackendReply reply, long nowMs) {
    boolean inTime = nowMs - call.deadlineMs < 0;
    if (!(reply instanceof Failed)) {
      breaker.succeeded();
    } else if (inTime || nowMs - call.startedMs >= policy.timeLimitMs() / 2) {
      breaker.failed(nowMs);
    }
  }

  private void settle(String key, Call call, BackendReply reply, long nowMs) {
    Answer old = answers.remove(key); // to become the youngest
    Answer answer =
        switch (reply) {
          case Allowed allowed -> Answer.fresh(allowed, nowMs + allowed.validMs());
          case Denied denied -> Answer.fresh(denied, nowMs + denied.validMs());
          case Moved moved -> Answer.fresh(moved, nowMs + moved.validMs());
          case Sent sent -> Answer.fresh(sent, nowMs + sent.validMs());
          case Failed failed -> withoutNew(old, failed, nowMs);
        };
    answers.put(key, answer);
    forget(nowMs);
    effects.add(new Effect.Release(List.copyOf(call.waiting)));
  }

  /** The oldest go that are of no use any more, or too many. */
  private void forget(long nowMs) {
    for (Iterator<Answer> each = answers.values().iterator(); each.hasNext(); ) {
      Answer oldest = each.next();
      boolean useful =
          nowMs - oldest.untilMs < 0 || nowMs - (oldest.newUntilMs + policy.staleMs()) < 0;
      if (useful && answers.size() <= BackendPolicy.MAX_ANSWERS) {
        break;
      }
      each.remove();
    }
  }

  /** What holds where no new answer is to be had. */
  private Answer withoutNew(@Nullable Answer old, Failed failed, long nowMs) {
    if (old == null
        || old.reply instanceof Failed
        || nowMs - (old.newUntilMs + policy.staleMs()) >= 0) {
      return Answer.fresh(failed, nowMs + BackendPolicy.DOWN_MS);
    }
    return new Answer(old.reply, nowMs + BackendPolicy.DOWN_MS, old.newUntilMs);
  }

  /** Whether it is taken to be down. */
  public boolean isDown() {
    return breaker.isDown();
  }

  /** Answers that are kept. */
  int size() {
    return answers.size();
  }

  /** Questions without an answer yet. */
  int asked() {
    return calls.size();
  }
}
