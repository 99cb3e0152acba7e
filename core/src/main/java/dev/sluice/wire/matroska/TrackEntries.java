package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The element Tracks (RFC 9559, section 5.1.4). */
public final class TrackEntries {
  /** Tracks of one file. */
  public static final int MAX_TRACKS = 128;

  private TrackEntries() {}

  /**
   * Reads the body, all of {@code body}.
   *
   * @throws MalformedException when it cannot be read, or has too many tracks or two of one number
   * @throws dev.sluice.wire.UnsupportedException as {@link TrackEntry#read}
   */
  public static List<TrackEntry> read(ByteBuf body) {
    List<TrackEntry> entries = new ArrayList<>();
    ElementBody.children(
        "Tracks",
        body,
        (in, id) -> {
          if (id != ElementId.TRACK_ENTRY) {
            return;
          }
          TrackEntry entry = TrackEntry.read(in);
          if (entries.stream().anyMatch(other -> other.number() == entry.number())) {
            throw new MalformedException("Matroska has two tracks of number " + entry.number());
          }
          if (entries.size() == MAX_TRACKS) {
            throw new MalformedException("Matroska with more than " + MAX_TRACKS + " tracks");
          }
          entries.add(entry);
        });
    return List.copyOf(entries);
  }
}
