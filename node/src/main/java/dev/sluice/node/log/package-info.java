/**
 * Log output: what a line looks like, where it goes, and the lines about connections and streams.
 *
 * <p>SLF4J is the facade and Logback stands behind it, set up by code: no file is looked for and
 * read at start. Until {@link dev.sluice.node.log.LogSetup#start} is called, warnings and errors go
 * to standard error, so that commands can use standard output for what they print.
 *
 * <p>Threads: any thread may log. A line is made on the thread that logs and written by a thread of
 * its own; a loop never waits for a disk or a terminal. What does not fit into the queue between
 * them is dropped, counted and reported.
 *
 * <p>Whatever a peer says is data: a line break or a control character in it is escaped, a long
 * value is cut, so that nobody can forge a line. A fault of a peer is one line; a stack trace means
 * a fault of ours.
 */
@NullMarked
package dev.sluice.node.log;

import org.jspecify.annotations.NullMarked;
