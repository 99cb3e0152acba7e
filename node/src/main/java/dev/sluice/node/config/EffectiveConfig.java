package dev.sluice.node.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every key with its value and the layer that the value comes from, in the records' order. */
public final class EffectiveConfig {
  private static final Pattern REST = Pattern.compile("\\w+(?:\\[\\d+]\\.\\w+)?");

  private final Map<String, Setting> settings;

  /** The same values as they are, secrets included, to be compared. */
  private final Map<String, @Nullable Object> values;

  EffectiveConfig(Map<String, Setting> settings, Map<String, @Nullable Object> values) {
    this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    this.values = new HashMap<>(values);
  }

  /**
   * All keys; those of {@code streams} only for streams and patterns that the file names, with what
   * they inherit under the layer that it has there.
   */
  public Collection<Setting> settings() {
    return settings.values();
  }

  /** The setting of {@code key}, such as {@code http.port}; null when there is no such key. */
  public @Nullable Setting setting(String key) {
    return settings.get(key);
  }

  /**
   * The settings of a section that has no other sections but lists.
   *
   * @param prefix what all its keys begin with; there may be dots in it, as in names of streams
   */
  public List<Setting> under(String prefix) {
    return settings.values().stream()
        .filter(it -> it.key().startsWith(prefix))
        .filter(it -> REST.matcher(it.key()).region(prefix.length(), it.key().length()).matches())
        .toList();
  }

  /** Keys whose values are others in {@code next}. */
  List<ConfigChange> changesTo(EffectiveConfig next) {
    var keys = new LinkedHashSet<>(settings.keySet());
    keys.addAll(next.settings.keySet());
    List<ConfigChange> changes = new ArrayList<>();
    for (String key : keys) {
      Setting before = settings.get(key);
      Setting after = next.settings.get(key);
      Setting either = after == null ? before : after;
      if (either != null && !Objects.equals(values.get(key), next.values.get(key))) {
        changes.add(
            new ConfigChange(
                key,
                before == null ? null : before.value(),
                after == null ? null : after.value(),
                either.when(),
                either.layer()));
      }
    }
    return changes;
  }

  /** That of {@code next}, but for what waits for a restart: that is as it is here. */
  EffectiveConfig heldUntilRestart(EffectiveConfig next) {
    var held = new LinkedHashMap<String, Setting>();
    var heldValues = new HashMap<String, @Nullable Object>();
    next.settings.forEach((key, setting) -> {
      boolean waits = setting.when() == When.RESTART;
      Setting holds = waits ? settings.get(key) : setting;
      if (holds != null) { // else it is an element of a list that is yet to come
        held.put(key, holds);
        heldValues.put(key, waits ? values.get(key) : next.values.get(key));
      }
    });
    settings.forEach((key, setting) -> {
      if (setting.when() == When.RESTART && held.putIfAbsent(key, setting) == null) {
        heldValues.put(key, values.get(key));
      }
    });
    return new EffectiveConfig(held, heldValues);
  }
}
