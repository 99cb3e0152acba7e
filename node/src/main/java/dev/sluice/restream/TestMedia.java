package dev.sluice.restream;

import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.function.LongUnaryOperator;

/**
 * A picture and sound that are made here, without end: H.264 of {@link TestPicture} at 25 frames a
 * second with a key frame each second, and AAC-LC silence, 48 kHz stereo.
 */
final class TestMedia {
  /** Of the units' times: whole ticks for pictures as for samples. */
  static final SourceClock CLOCK = new SourceClock(new Timescale(48_000), 63);

  private static final int FRAME = 48_000 / TestPicture.FRAMES_PER_SECOND;
  private static final int SOUND = 1_024;
  private static final long NS_PER_MS = 1_000_000;

  private static final Track VIDEO =
      Track.of(0, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, TestPicture.configuration(), "");

  private static final Track AUDIO =
      Track.of(
          1,
          Track.Kind.AUDIO,
          Codec.AAC,
          new Timescale(48_000),
          Bytes.of((byte) 0x11, (byte) 0x90), // AAC-LC, 48 kHz, 2 channels
          "");

  /** A channel pair of silence and the end of the raw data block. */
  private static final Bytes SILENCE = Bytes.ofHex("210049900219002380");

  private final LongUnaryOperator utcNs;
  private final TestPicture picture = new TestPicture();
  private long frames;
  private long sounds;

  /**
   * From its beginning on.
   *
   * @param utcNs the UTC of a picture, in nanoseconds since 1970, by the nanoseconds from the
   *     beginning to it
   */
  TestMedia(LongUnaryOperator utcNs) {
    this.utcNs = utcNs;
  }

  /** Nanoseconds from the beginning to the unit that comes next. */
  long nextNs() {
    return CLOCK.timescale().convert(nextTicks(), Timescale.NANOS);
  }

  private long nextTicks() {
    return Math.min(frames * FRAME, sounds * SOUND);
  }

  /** Gives the next unit, and before the first one the tracks. */
  void next(SourceOutput output) {
    if (frames == 0 && sounds == 0) {
      output.track(VIDEO);
      output.track(AUDIO);
    }
    if (frames * FRAME <= sounds * SOUND) {
      boolean key = frames % TestPicture.FRAMES_PER_SECOND == 0;
      Bytes slice = picture.next(frames, utcNs.applyAsLong(nextNs()) / NS_PER_MS);
      output.unit(
          new SourceUnit(VIDEO, frames * FRAME, 0, key, Unpooled.wrappedBuffer(slice.toArray())));
      frames++;
    } else {
      output.unit(
          new SourceUnit(
              AUDIO, sounds * SOUND, 0, true, Unpooled.wrappedBuffer(SILENCE.toArray())));
      sounds++;
    }
  }
}
