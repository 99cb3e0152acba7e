package dev.sluice.mux;

import dev.sluice.media.SourceClock;
import dev.sluice.media.Track;
import java.util.List;

/**
 * A media file that is open for reading. Units come in the order of their DTS over all tracks, with
 * times in {@link #clock}, which never wraps and may begin below 0.
 */
public interface MediaFile extends AutoCloseable {

  /** The clock of the units' times. */
  SourceClock clock();

  /** The tracks that are read; configurations may still change on the way. */
  List<Track> tracks();

  /** From the first PTS to the end of the last unit, in nanoseconds; −1 when it is not known. */
  long durationNs();

  /**
   * Reads on and gives what it finds, at least one unit.
   *
   * @return false at the end of the file, with nothing given
   * @throws dev.sluice.wire.MalformedException when the file is broken from here on
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  boolean next(SourceOutput output);

  /**
   * Goes to the last random access point of the video (of the first track where there is none)
   * whose PTS is at or before {@code atNs}, or to the first one.
   *
   * @param atNs nanoseconds from the file's first PTS
   * @return where it is now, on the same scale
   */
  long seek(long atNs);

  /** Gives up what it holds; what it reads from is its maker's to close. Calls none afterwards. */
  @Override
  default void close() {}
}
