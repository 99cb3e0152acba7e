package dev.sluice.node.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that holds.
 *
 * @param config the values
 * @param effective the same with the layer of each
 * @param sections those of which the file says something, by name, and where it does
 * @param warnings what is odd but not refused, such as an unknown {@code SLUICE_} variable
 * @param origin where it was read; null when it was read nowhere
 */
public record Loaded(
    Config config,
    EffectiveConfig effective,
    Map<String, Layer> sections,
    List<Problem> warnings,
    @Nullable ConfigOrigin origin) {
  public Loaded {
    sections = Map.copyOf(sections);
    warnings = List.copyOf(warnings);
  }
}
