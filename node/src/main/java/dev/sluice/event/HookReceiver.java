package dev.sluice.event;

import dev.sluice.access.backend.BackendRequest;
import java.net.URI;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address that is told of who goes. Any thread; what blocks runs on threads of its own, and a
 * receiver that is slow or dead holds up nothing but itself.
 */
public final class HookReceiver {
  private final URI uri;
  private final Telling telling;
  private final LongSupplier nowMs;
  private final Executor threads;
  private final Consumer<Boolean> changed;
  private final HookCalls calls = new HookCalls(); // guarded by itself
  private boolean toldDown; // guarded by calls

  /** Tells a receiver; blocks. */
  @FunctionalInterface
  public interface Telling {
    /**
     * Whether it has taken it.
     *
     * @throws InterruptedException when the server stops
     */
    boolean tell(BackendRequest request) throws InterruptedException;
  }

  /** What became of all that it was to be told. */
  public record Counts(long sent, long failed, long dropped) {}

  /**
   * Nothing is told yet.
   *
   * @param nowMs a clock that never goes back
   * @param threads runs what blocks
   * @param changed is told when it goes down (true), and when it is up again
   */
  public HookReceiver(
      URI uri, Telling telling, LongSupplier nowMs, Executor threads, Consumer<Boolean> changed) {
    this.uri = uri;
    this.telling = telling;
    this.nowMs = nowMs;
    this.threads = threads;
    this.changed = changed;
  }

  /** Where it is. */
  public URI uri() {
    return uri;
  }

  void tell(BackendRequest request) {
    carryOut(() -> calls.offer(request, nowMs.getAsLong()));
  }

  /** Tells it, unless something else is being told or waits to be. */
  public void tellIfIdle(BackendRequest request) {
    carryOut(() -> calls.isIdle() ? calls.offer(request, nowMs.getAsLong()) : null);
  }

  /** Time has passed; to be called several times a second. */
  public void tick() {
    carryOut(() -> calls.tick(nowMs.getAsLong()));
  }

  private void carryOut(Supplier<@Nullable BackendRequest> step) {
    BackendRequest next;
    boolean down;
    boolean isNew;
    synchronized (calls) {
      next = step.get();
      down = calls.isDown();
      isNew = down != toldDown;
      toldDown = down;
    }
    if (isNew) {
      changed.accept(down);
    }
    if (next != null) {
      BackendRequest request = next;
      threads.execute(() -> call(request));
    }
  }

  private void call(BackendRequest request) {
    boolean taken = false;
    try {
      taken = telling.tell(request);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      boolean last = taken; // a fault counts as a failure, and goes on to the thread's handler
      carryOut(() -> calls.replied(last, nowMs.getAsLong()));
    }
  }

  /** What became of all that it was to be told. */
  public Counts counts() {
    synchronized (calls) {
      return new Counts(calls.sent(), calls.failed(), calls.dropped());
    }
  }
}
