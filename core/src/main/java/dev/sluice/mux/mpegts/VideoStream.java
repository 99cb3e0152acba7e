package dev.sluice.mux.mpegts;

import dev.sluice.media.Track;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;

/** Video with one access unit in each PES packet. */
final class VideoStream extends ElementaryStream implements Normaliser.Output {
  private final Normaliser normaliser;

  /** Whether pictures are left out because they need a damaged one. */
  private boolean waiting;

  // of the access unit at hand
  private long dts;
  private int offset;

  // of the one before
  private long lastDts = TsClock.NONE;
  private long step;
  private long malformed;

  VideoStream(TsContext context, TsClock clock, Normaliser normaliser) {
    super(context, clock);
    this.normaliser = normaliser;
  }

  @Override
  void pes(PesHeader header, ByteBuf payload, boolean damaged) {
    if (header.pts() != PesHeader.NONE) {
      dts = header.dts() != PesHeader.NONE ? header.dts() : header.pts();
      offset = (int) TsClock.difference(dts, header.pts());
    } else if (lastDts != TsClock.NONE) {
      dts = TsClock.plus(lastDts, step); // one frame on, its order as that of the one before
    } else {
      count(TsFault.UNTIMED);
      return;
    }
    if (lastDts != TsClock.NONE) {
      step = TsClock.difference(lastDts, dts);
    }
    lastDts = dts;
    normaliser.unit(payload, true, this);
    if (normaliser.malformed() != malformed) {
      malformed = normaliser.malformed();
      count(TsFault.BAD_PES);
    }
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    if (waiting && !randomAccess) {
      count(TsFault.BEFORE_RANDOM_ACCESS);
      payload.release();
      return;
    }
    waiting = false;
    emit(track, dts, offset, randomAccess, payload);
  }

  @Override
  void hole() {
    waiting = context().settings().damage() == TsSettings.Damage.DROP_TO_RANDOM_ACCESS;
  }
}
