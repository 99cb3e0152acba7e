/**
 * What the tests of all modules share: seeds, golden files, and a simulator of time and network.
 *
 * <p>Everything random is drawn from a seed that a failure names.
 */
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;
