package dev.sluice.mux.mp4;

import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.isobmff.FileTypeBox;
import dev.sluice.wire.isobmff.ProducerReferenceTimeBox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of a chunk (ISO/IEC 23000-19, section 7.3.2.3), in this order.
 *
 * @param segmentType {@code styp}: what begins here
 * @param referenceTime {@code prft}, of track {@link CmafMuxer#TRACK_ID}
 * @param events {@code emsg}
 */
public record ChunkExtras(
    @Nullable FileTypeBox segmentType,
    @Nullable ProducerReferenceTimeBox referenceTime,
    List<EventMessageBox> events) {

  /** Nothing. */
  public static final ChunkExtras NONE = new ChunkExtras(null, null, List.of());

  /** A segment begins, and with it a fragment and a chunk. */
  public static final FileTypeBox SEGMENT = type("msdh", "msdh", "cmfs", "cmff", "cmfl");

  /** As {@link #SEGMENT}; it is the last one of the presentation. */
  public static final FileTypeBox LAST_SEGMENT =
      type("msdh", "msdh", "cmfs", "cmff", "cmfl", "lmsg");

  /** A chunk begins within a segment. */
  public static final FileTypeBox CHUNK = type("cmfl", "cmfl");

  public ChunkExtras {
    events = List.copyOf(events);
  }

  /** The beginning of a segment and nothing else. */
  public static ChunkExtras ofType(FileTypeBox segmentType) {
    return new ChunkExtras(segmentType, null, List.of());
  }

  private static FileTypeBox type(String major, String... compatible) {
    return new FileTypeBox(
        BoxType.STYP, BoxType.of(major), 0, List.of(compatible).stream().map(BoxType::of).toList());
  }
}
