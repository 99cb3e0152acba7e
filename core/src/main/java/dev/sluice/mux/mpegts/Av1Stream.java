package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;

/**
 * AV1: a PES packet is one temporal unit, or a frame of one, which the normaliser puts together
 * (Carriage of AV1 in MPEG-2 TS, section 4).
 */
final class Av1Stream extends ElementaryStream implements Normaliser.Output {
  private final Normaliser normaliser;

  /** Whether pictures are left out because they need a damaged one. */
  private boolean waiting;

  private long dts = TsClock.NONE;
  private int offset;
  private long malformed;

  Av1Stream(TsContext context, TsClock clock, int trackId, String language) {
    super(context, clock);
    this.normaliser =
        VideoNormalisers.of(Codec.AV1, Normaliser.Framing.START_CODES, trackId, language);
  }

  @Override
  void pes(PesHeader header, ByteBuf payload, boolean damaged) {
    if (header.pts() != PesHeader.NONE) {
      dts = header.dts() != PesHeader.NONE ? header.dts() : header.pts();
      offset = (int) TsClock.difference(dts, header.pts());
    } else if (dts == TsClock.NONE) {
      count(TsFault.UNTIMED);
      return;
    }
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
    normaliser.reset();
    waiting = context().settings().damage() == TsSettings.Damage.DROP_TO_RANDOM_ACCESS;
    dts = TsClock.NONE;
  }

  @Override
  void close() {
    normaliser.reset();
  }
}
