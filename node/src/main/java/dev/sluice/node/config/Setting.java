package dev.sluice.node.config;

import org.jspecify.annotations.Nullable;

/**
 * The value of one key and where it comes from.
 *
 * @param key the key's path
 * @param value as it would be written in the file, lists with commas; {@code (hidden)} for a
 *     secret; null when the key has no value
 * @param layer the layer that gave the value
 * @param when when a change of it holds
 */
public record Setting(String key, @Nullable String value, Layer layer, When when) {
  /** The same for a key that has inherited it. */
  Setting at(String other) {
    return new Setting(other, value, layer, when);
  }
}
