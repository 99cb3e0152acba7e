package dev.sluice.testkit;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Netty's leak detector, which keeps what it finds besides logging it. Netty makes it where the
 * property {@code io.netty.customResourceLeakDetector} names it, as it does in all tests.
 */
public final class LeakDetector<T> extends ResourceLeakDetector<T> {
  private static final ConcurrentLinkedQueue<String> FOUND = new ConcurrentLinkedQueue<>();
  private static final AtomicBoolean WATCHES = new AtomicBoolean();

  /** So long it may take until something that was collected is known to be. */
  private static final long COLLECTED_MS = 2_000;

  /** A detector as Netty makes it. */
  public LeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** A detector as Netty has made it of old. */
  public LeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
    this(resourceType, samplingInterval);
  }

  @Override
  public @Nullable ResourceLeakTracker<T> track(T resource) {
    WATCHES.set(true);
    return super.track(resource);
  }

  @Override
  public ResourceLeakTracker<T> trackForcibly(T resource) {
    WATCHES.set(true);
    return super.trackForcibly(resource);
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    FOUND.add(resourceType + records);
    super.reportTracedLeak(resourceType, records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    FOUND.add(resourceType);
    super.reportUntracedLeak(resourceType);
  }

  /**
   * What has been lost since it was asked for last: each with where it was made, and who had it, as
   * far as Netty's level has it. Collects garbage, unless nothing was watched meanwhile.
   */
  static List<String> found() throws InterruptedException {
    if (WATCHES.getAndSet(false)) {
      collect();
      UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release(); // Netty looks at each new one
      WATCHES.set(false);
    }
    List<String> found = new ArrayList<>();
    for (String each; (each = FOUND.poll()) != null; ) {
      found.add(each);
    }
    return found;
  }

  private static void collect() throws InterruptedException {
    var collected = new ReferenceQueue<Object>();
    var lost = new WeakReference<>(new Object(), collected);
    System.gc();
    if (collected.remove(COLLECTED_MS) == null && lost.get() != null) {
      throw new IllegalStateException("nothing is collected");
    }
  }
}
