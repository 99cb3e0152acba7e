package dev.sluice.event;

import dev.sluice.access.backend.BackendRequest;
import dev.sluice.hub.Client;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells receivers of who goes, in the words that they know, each in order. */
public final class Hooks implements EventListener {
  private final List<Wanted> wanted;

  /** That somebody wants to be told by a hook. */
  public record Wanted(Hook hook, HookReceiver receiver) {}

  /** Who wants what; of one hook the receivers are told in this order. */
  public Hooks(List<Wanted> wanted) {
    this.wanted = List.copyOf(wanted);
  }

  @Override
  public void happened(Event event, @Nullable Client client) {
    if (client == null) {
      return;
    }
    for (Wanted each : wanted) {
      BackendRequest request = each.hook.request(event, client, each.receiver.uri());
      if (request != null) {
        each.receiver.tell(request);
      }
    }
  }
}
