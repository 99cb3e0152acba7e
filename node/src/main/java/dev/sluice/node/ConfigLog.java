package dev.sluice.node;

import dev.sluice.node.config.ConfigChange;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.Problem;
import dev.sluice.node.log.EventLog;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One line for each change of the configuration, and for each that was refused. */
final class ConfigLog implements LiveConfig.Listener {
  /** Keys that a line names. */
  private static final int MAX_KEYS = 8;

  @Override
  public void applied(String by, LiveConfig.Applied change) {
    EventLog.info(
        "config-taken",
        "by",
        by,
        "changed",
        change.changed().size(),
        "keys",
        keys(change.changed()),
        "streams",
        change.streams().size(),
        "restart",
        keys(change.waiting()));
    for (Problem warning : change.warnings()) {
      EventLog.warn("configuration", "what", warning);
    }
  }

  @Override
  public void refused(String by, LiveConfig.Refused refusal) {
    EventLog.warn(
        "config-refused",
        "by",
        by,
        "faults",
        refusal.problems().size(),
        "first",
        refusal.problems().getFirst(),
        "what",
        "nothing has changed");
  }

  /** Names of the first keys, with blanks between them; null when there are none. */
  static @Nullable String keys(List<ConfigChange> changes) {
    if (changes.isEmpty()) {
      return null;
    }
    String keys =
        changes.stream().limit(MAX_KEYS).map(ConfigChange::key).collect(Collectors.joining(" "));
    return changes.size() > MAX_KEYS ? keys + " …" : keys;
  }
}
