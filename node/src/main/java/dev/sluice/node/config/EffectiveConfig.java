package dev.sluice.node.config;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every key with its value and the layer that the value comes from, in the records' order. */
public final class EffectiveConfig {
  private final Map<String, Setting> settings;

  EffectiveConfig(Map<String, Setting> settings) {
    this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * All keys; those of {@code streams} only for streams that the file names, with what they inherit
   * from {@code defaults} under the layer that it has there.
   */
  public Collection<Setting> settings() {
    return settings.values();
  }

  /** The setting of {@code key}, such as {@code http.port}; null when there is no such key. */
  public @Nullable Setting setting(String key) {
    return settings.get(key);
  }
}
