package dev.sluice.hub.segments;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Tap;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * Two pictures a second, the first of each two seconds a key frame, and sound of 8 kHz: for hours.
 */
final class LightSource {
  private static final int PICTURE_90K = 45_000;
  private static final int RATE = 8_000;
  private static final int FRAME_SAMPLES = 1_024;
  private static final Track AUDIO =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(RATE), Bytes.ofHex("1590"), "");

  private final Tap tap;
  private long picture;
  private long frame;

  LightSource(Tap tap) {
    this.tap = tap;
    tap.configure(new Configuration(1, List.of(CutSource.VIDEO, AUDIO), Bytes.EMPTY));
  }

  /** Delivers up to before {@code toS}. The tap's loop. */
  void until(double toS) {
    while (picture < 2 * toS) {
      while (frame * FRAME_SAMPLES * 2 <= picture * RATE) {
        long at = RATE * CutSource.EPOCH_S + frame++ * FRAME_SAMPLES;
        give(new AccessUnit(AUDIO, at, at, true, payload(16)));
      }
      long dts = 90_000 * CutSource.EPOCH_S + picture * PICTURE_90K;
      give(new AccessUnit(CutSource.VIDEO, dts, dts, picture % 4 == 0, payload(64)));
      picture++;
    }
  }

  private ByteBuf payload(int size) {
    return Unpooled.buffer(size + 4)
        .writeInt(size)
        .writeByte(0x65)
        .writeLong(picture)
        .writeZero(size - 9);
  }

  private void give(AccessUnit unit) {
    tap.add(unit);
    unit.payload().release();
  }
}
