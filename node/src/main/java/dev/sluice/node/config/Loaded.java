package dev.sluice.node.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that holds.
 *
 * @param config the values
 * @param effective the same with the layer of each
 * @param warnings what is odd but not refused, such as an unknown {@code SLUICE_} variable
 * @param origin where it was read; null when it was read nowhere
 */
public record Loaded(
    Config config,
    EffectiveConfig effective,
    List<Problem> warnings,
    @Nullable ConfigOrigin origin) {
  public Loaded {
    warnings = List.copyOf(warnings);
  }
}
