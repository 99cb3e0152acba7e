package dev.sluice.testkit;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test class fails when a buffer of Netty's was collected that nobody has released. Holds for all
 * classes, without being named there, but for those that {@link MayLoseBuffers}.
 */
public final class NoLeaks implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    List<String> found = LeakDetector.found();
    boolean may = context.getRequiredTestClass().isAnnotationPresent(MayLoseBuffers.class);
    if (!found.isEmpty() && !may) {
      throw new AssertionError(
          "%d buffers were lost; -Dtest.leaks=paranoid says who had them:%n%s"
              .formatted(found.size(), String.join(System.lineSeparator(), found)));
    }
  }
}
