package dev.sluice.restream;

import dev.sluice.mux.MediaFile;
import java.io.IOException;
import java.nio.file.Path;

/** Opens media files of whatever kind. It blocks. */
@FunctionalInterface
public interface MediaOpener {

  /**
   * Opens {@code path}; closing the result closes all that was opened for it.
   *
   * @throws IOException when it cannot be read
   * @throws dev.sluice.wire.MalformedException when it is broken
   * @throws dev.sluice.wire.UnsupportedException when it is of a kind that is not played
   */
  MediaFile open(Path path) throws IOException;
}
