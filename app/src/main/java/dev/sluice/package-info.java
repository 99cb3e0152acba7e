/**
 * The command line.
 *
 * <p>{@link dev.sluice.Main} only names the commands; each of them is a class in {@code
 * dev.sluice.cli}. This is wiring: clocks, threads and randomness may be created here.
 */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
