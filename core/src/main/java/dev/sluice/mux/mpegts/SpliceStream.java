package dev.sluice.mux.mpegts;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Splice information. A section has no time stamp but speaks of times on the program's clock; it is
 * stamped with the program's time, and its own times are made relative to that, see {@link
 * dev.sluice.media.Codec#SCTE35}.
 */
final class SpliceStream extends ElementaryStream {
  private final Track track;

  SpliceStream(TsContext context, TsClock clock, Track track) {
    super(context, clock);
    this.track = track;
  }

  @Override
  void pes(PesHeader header, ByteBuf payload, boolean damaged) {}

  /** Takes one section. */
  void section(ByteBuf section) {
    if (section.getUnsignedByte(section.readerIndex()) != SpliceInfoSection.TABLE_ID) {
      return; // another table on the same PID
    }
    SpliceInfoSection splice;
    try {
      splice = new SpliceInfoSection(Bytes.copyOf(section));
    } catch (MalformedException _) {
      count(TsFault.BAD_SECTION);
      return;
    }
    long time = clock().now();
    if (time == TsClock.NONE) {
      count(TsFault.UNTIMED);
      return;
    }
    ByteBuf relative = Unpooled.wrappedBuffer(splice.movedBy(-time).bytes().toArray());
    emit(track, time, 0, true, relative);
  }
}
