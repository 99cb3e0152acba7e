/**
 * Servers that a measurement runs against: Sluice, nginx-rtmp, the floor, or one that runs already.
 *
 * <p>A server is started as a child process in a folder of its own, on free ports of the loopback
 * address, optionally on given processors, and is ended with all its descendants when closed.
 */
@NullMarked
package dev.sluice.bench.server;

import org.jspecify.annotations.NullMarked;
