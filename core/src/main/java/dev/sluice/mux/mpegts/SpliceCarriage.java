package dev.sluice.mux.mpegts;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import dev.sluice.wire.mpegts.StreamType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splice information, which is carried in sections, not in PES packets. */
final class SpliceCarriage extends TsCarriage {
  SpliceCarriage(Track track) {
    super(track, StreamType.SPLICE, 0xBD, List.of());
  }

  @Override
  int size(AccessUnit unit) {
    return section(unit, 0) == null ? 0 : unit.sizeBytes();
  }

  @Override
  void write(AccessUnit unit, PesWriter out) {
    throw new IllegalStateException("a section is no PES packet");
  }

  /**
   * The section of {@code unit}, whose times are relative to it, with times of a clock on which it
   * is {@code time90k}; null when it is none.
   */
  @Nullable Bytes section(AccessUnit unit, long time90k) {
    try {
      return new SpliceInfoSection(Bytes.copyOf(unit.payload())).movedBy(time90k).bytes();
    } catch (MalformedException _) {
      return null;
    }
  }
}
