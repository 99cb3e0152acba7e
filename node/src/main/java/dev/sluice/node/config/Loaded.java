package dev.sluice.node.config;

import java.util.List;

/**
 * A configuration that holds.
 *
 * @param config the values
 * @param effective the same with the layer of each
 * @param warnings what is odd but not refused, such as an unknown {@code SLUICE_} variable
 */
public record Loaded(Config config, EffectiveConfig effective, List<Problem> warnings) {
  public Loaded {
    warnings = List.copyOf(warnings);
  }
}
