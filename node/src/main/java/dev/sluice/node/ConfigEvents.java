package dev.sluice.node;

import dev.sluice.event.EventKind;
import dev.sluice.event.Events;
import dev.sluice.node.config.LiveConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event for each change of the configuration, and for each that was refused. */
record ConfigEvents(Events events) implements LiveConfig.Listener {
  @Override
  public void applied(String by, LiveConfig.Applied change) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("by", by);
    figures.put("changed", change.changed().size());
    putKeys(figures, "keys", ConfigLog.keys(change.changed()));
    figures.put("streams", change.streams().size());
    putKeys(figures, "restart", ConfigLog.keys(change.waiting()));
    events.tell(EventKind.CONFIGURATION_TAKEN, null, null, "", figures);
  }

  private static void putKeys(Map<String, Object> figures, String name, @Nullable String keys) {
    if (keys != null) {
      figures.put(name, keys);
    }
  }

  @Override
  public void refused(String by, LiveConfig.Refused refusal) {
    Map<String, Object> figures =
        Map.of(
            "by",
            by,
            "faults",
            refusal.problems().size(),
            "first",
            refusal.problems().getFirst().toString());
    events.tell(EventKind.CONFIGURATION_REFUSED, null, null, "", figures);
  }
}
