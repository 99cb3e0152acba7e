/**
 * A storm of hostile connections against the real server, while real viewers go on watching.
 *
 * <p>Each connection draws what it does from a seed of its own; {@code -Dseed=N} repeats the draws,
 * {@code -Dstorm.only=N} sends the connection of that number alone.
 */
@NullMarked
package dev.sluice.interop.storm;

import org.jspecify.annotations.NullMarked;
