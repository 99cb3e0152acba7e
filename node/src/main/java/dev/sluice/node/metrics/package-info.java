/**
 * What a node counts and measures, as Prometheus text.
 *
 * <p>Counters are incremented on the loops, where something happens; gauges are read when somebody
 * asks, by a survey that gives each loop a task and waits a bounded time. Meters are looked up once
 * and kept; those of a stream go with it.
 */
@NullMarked
package dev.sluice.node.metrics;

import org.jspecify.annotations.NullMarked;
