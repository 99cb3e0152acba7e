package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The IDs of tracks. A stream that comes in the place of one that went (another PID, the same codec
 * and language) gets its ID, so that it is the same track to whoever watches.
 */
final class TrackIds {
  /** No ID is free. */
  static final int NONE = -1;

  private static final int MAX_IDS = 256;

  private record Free(int id, Codec codec, String language) {}

  private final List<Free> free = new ArrayList<>();
  private int next;

  /** An ID for a stream; {@link #NONE} when all are in use. */
  int take(Codec codec, String language) {
    Free found = null;
    for (Free each : free) {
      if (each.codec == codec && (found == null || each.language.equals(language))) {
        found = each;
      }
    }
    if (found == null && next < MAX_IDS) {
      return next++;
    }
    if (found == null && !free.isEmpty()) {
      found = free.getFirst();
    }
    return release(found);
  }

  private int release(@Nullable Free found) {
    free.remove(found);
    return found == null ? NONE : found.id;
  }

  /** The stream with this ID has gone. */
  void give(int id, Codec codec, String language) {
    free.add(new Free(id, codec, language));
  }
}
