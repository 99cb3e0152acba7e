/**
 * Configuration: a tree of records with defaults, read from one YAML file and from environment
 * variables.
 *
 * <p>{@link dev.sluice.node.config.Config} and the records under it are the only list of keys: the
 * reader, the reference page, the schema and the commented example are all made from their {@link
 * dev.sluice.node.config.Key} annotations. Layers, later ones win: default, file, environment.
 *
 * <p>{@link dev.sluice.node.config.ConfigParser} is a pure function of text and environment: no
 * I/O, no clock, no state, any thread. {@link dev.sluice.node.config.ConfigSource} reads the file.
 *
 * <p>Errors: input is never half accepted. Either there is a configuration, or there is the list of
 * everything that is wrong, each {@link dev.sluice.node.config.Problem} with place, key, what was
 * found and what is allowed. Secrets never stand in a problem or in the effective view.
 */
@NullMarked
package dev.sluice.node.config;

import org.jspecify.annotations.NullMarked;
