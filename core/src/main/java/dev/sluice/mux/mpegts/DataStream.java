package dev.sluice.mux.mpegts;

import dev.sluice.media.Track;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;

/** Data of which one PES packet is one unit: KLV, teletext, DVB subtitles. */
final class DataStream extends ElementaryStream {
  private final Track track;

  DataStream(TsContext context, TsClock clock, Track track) {
    super(context, clock);
    this.track = track;
  }

  @Override
  void pes(PesHeader header, ByteBuf payload, boolean damaged) {
    long time = header.pts() != PesHeader.NONE ? header.pts() : clock().now();
    if (time == TsClock.NONE) {
      count(TsFault.UNTIMED);
    } else if (payload.isReadable()) {
      emit(track, time, 0, true, payload.retainedSlice());
    }
  }
}
