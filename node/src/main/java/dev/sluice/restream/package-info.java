/**
 * Streams that the server fetches or makes itself: files at exact pace, and ffmpeg as a child
 * process that publishes into the server.
 *
 * <p>A file source lives on one loop and is driven by its timers. A child is watched by a virtual
 * thread; it gets its command line as a list, never through a shell, and what it writes to standard
 * error goes to the log.
 */
@NullMarked
package dev.sluice.restream;

import org.jspecify.annotations.NullMarked;
