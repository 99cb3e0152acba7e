package dev.sluice.node.config;

import org.jspecify.annotations.Nullable;

/**
 * A key whose value has changed. Secrets are hidden: before and after may look the same.
 *
 * @param before as it would be written in the file; null for none
 * @param after as it would be written in the file; null for none
 * @param when when it holds
 * @param layer what gives the value from now on; what gave it until now when there is none any more
 */
public record ConfigChange(
    String key, @Nullable String before, @Nullable String after, When when, Layer layer) {}
