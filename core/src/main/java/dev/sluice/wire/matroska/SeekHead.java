package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the other elements of a segment are (RFC 9559, section 5.1.1).
 *
 * @param positions by ID, bytes from the beginning of the segment's body; the first of each kind
 */
public record SeekHead(Map<Integer, Long> positions) {
  private static final int MAX_ENTRIES = 1_024;

  public SeekHead {
    positions = Map.copyOf(positions);
  }

  /**
   * Reads the body, all of {@code body}.
   *
   * @throws MalformedException when it cannot be read or has too many entries
   */
  public static SeekHead read(ByteBuf body) {
    Map<Integer, Long> positions = new HashMap<>();
    ElementBody.children(
        "SeekHead",
        body,
        (in, id) -> {
          if (id == ElementId.SEEK) {
            var entry =
                new Object() {
                  int id;
                  long position;
                };
            ElementBody.children(
                "Seek",
                in,
                (part, partId) -> {
                  switch (partId) {
                    case ElementId.SEEK_ID ->
                        entry.id = (int) ElementBody.unsigned("SeekID", part, Integer.MAX_VALUE);
                    case ElementId.SEEK_POSITION ->
                        entry.position = ElementBody.unsigned("SeekPosition", part);
                    default -> {}
                  }
                });
            positions.putIfAbsent(entry.id, entry.position);
          }
          if (positions.size() > MAX_ENTRIES) {
            throw new MalformedException(
                "Matroska SeekHead with more than " + MAX_ENTRIES + " entries");
          }
        });
    return new SeekHead(positions);
  }
}
