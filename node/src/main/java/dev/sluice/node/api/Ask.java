package dev.sluice.node.api;

import dev.sluice.hub.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the control plane asks the loops: a task each, and a bounded wait. Never from a loop. */
final class Ask {
  private static final Logger LOG = LoggerFactory.getLogger(Ask.class);

  /** How long a loop may take to answer. */
  private static final long WAIT_MS = 2_000;

  private Ask() {}

  /** What {@code question} gives on {@code loop}. */
  static <T> CompletableFuture<T> on(Loop loop, Supplier<T> question) {
    var answer = new CompletableFuture<T>();
    loop.execute(() -> {
      try {
        answer.complete(question.get());
      } catch (RuntimeException fault) {
        answer.completeExceptionally(fault);
      }
    });
    return answer;
  }

  /**
   * Returns when these loops have done all that they were told before, or have had their time for
   * it.
   */
  static void awaitDone(Set<Loop> loops) {
    each(List.copyOf(loops), loop -> on(loop, () -> true));
  }

  /** Asks for each of {@code subjects}; leaves out who does not answer in time, or fails. */
  static <S, T> List<T> each(List<S> subjects, Function<S, CompletableFuture<T>> question) {
    List<CompletableFuture<T>> asked = new ArrayList<>();
    for (S subject : subjects) {
      asked.add(question.apply(subject));
    }
    List<T> answers = new ArrayList<>();
    for (CompletableFuture<T> answer : asked) {
      try {
        answers.add(answer.get(WAIT_MS, TimeUnit.MILLISECONDS));
      } catch (ExecutionException | TimeoutException left) {
        LOG.debug("no answer from a loop", left); // stuck, or gone meanwhile: the others count
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return answers;
      }
    }
    return answers;
  }
}
