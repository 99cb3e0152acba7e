/**
 * Streams that the server fetches or makes itself: {@link dev.sluice.restream.Restream} starts the
 * jobs that the hub's switch asks for. A {@code PullJob} fetches again and again through a {@link
 * dev.sluice.restream.Fetcher}; a {@link dev.sluice.restream.ProgrammePlayer} plays files or a list
 * of files, at exact pace and as one source; a {@code TestSource} makes a picture that tells the
 * time ({@link dev.sluice.restream.ClockStrip}). Besides, ffmpeg as a child process that publishes
 * into the server.
 *
 * <p>A job lives on the loop of its stream and is driven by timers. What blocks (opening and
 * reading files) runs on virtual threads, for one job one call at a time, ahead of need and
 * bounded. A child is watched by a virtual thread; it gets its command line as a list, never
 * through a shell, and what it writes to standard error goes to the log.
 *
 * <p>Errors: what cannot be fetched or read is said in the job's note, and tried again after a
 * while; it never ends the stream.
 */
@NullMarked
package dev.sluice.restream;

import org.jspecify.annotations.NullMarked;
