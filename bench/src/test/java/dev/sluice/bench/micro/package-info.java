/**
 * JMH: what parsers and muxers of the core cost for each byte, without any network.
 *
 * <p>{@link dev.sluice.bench.micro.MicroBenchmarks} runs them all with the allocation profiler; a
 * test runs each of them once, so that none can rot. They live with the tests because JMH must not
 * be part of the program.
 */
@NullMarked
package dev.sluice.bench.micro;

import org.jspecify.annotations.NullMarked;
