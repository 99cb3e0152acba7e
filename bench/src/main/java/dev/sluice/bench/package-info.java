/**
 * {@code sluice bench}: measures a live server, ours or another, on this machine.
 *
 * <ol>
 *   <li>{@link dev.sluice.bench.BenchPlan#parse} or {@link dev.sluice.bench.BenchPlan#of} says what
 *       to do;
 *   <li>{@link dev.sluice.bench.Bench#run} does it, blocking, on the calling thread;
 *   <li>the {@link dev.sluice.bench.BenchReport} is rendered as text or JSON.
 * </ol>
 *
 * <p>The only module that reads clocks everywhere: measuring is its purpose. A figure that could
 * not be taken is left out or marked void, never guessed.
 */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
