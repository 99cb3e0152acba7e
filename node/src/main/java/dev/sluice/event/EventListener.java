package dev.sluice.event;

import dev.sluice.hub.Client;
import org.jspecify.annotations.Nullable;

/**
 * Is handed every event, in order, by one thread at a time, never a loop; must not block for long,
 * since all others wait.
 */
@FunctionalInterface
public interface EventListener {
  /**
   * Something has happened.
   *
   * @param client whom it is about, with what may be secret: not to be kept for longer than it
   *     takes to write what somebody else is to be told; null for nobody
   */
  void happened(Event event, @Nullable Client client);
}
