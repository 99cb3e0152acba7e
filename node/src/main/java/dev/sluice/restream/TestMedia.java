package dev.sluice.restream;

import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * A picture and sound that are made here, without end: H.264 of {@link TestPicture} at 25 frames a
 * second with a key frame each second, and AAC-LC silence, 48 kHz stereo.
 */
final class TestMedia implements MediaFile {
  /** Units of video and audio meet all 3 ms of this. */
  private static final SourceClock CLOCK = new SourceClock(new Timescale(48_000), 63);

  private static final int FRAME = 48_000 / TestPicture.FRAMES_PER_SECOND;
  private static final int SOUND = 1_024;

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

  private long frames;
  private long sounds;

  @Override
  public SourceClock clock() {
    return CLOCK;
  }

  @Override
  public List<Track> tracks() {
    return List.of(VIDEO, AUDIO);
  }

  @Override
  public long durationNs() {
    return -1;
  }

  @Override
  public boolean next(SourceOutput output) {
    if (frames == 0 && sounds == 0) {
      output.track(VIDEO);
      output.track(AUDIO);
    }
    if (frames * FRAME <= sounds * SOUND) {
      boolean key = frames % TestPicture.FRAMES_PER_SECOND == 0;
      Bytes picture = TestPicture.frame(frames);
      output.unit(
          new SourceUnit(VIDEO, frames * FRAME, 0, key, Unpooled.wrappedBuffer(picture.toArray())));
      frames++;
    } else {
      output.unit(
          new SourceUnit(
              AUDIO, sounds * SOUND, 0, true, Unpooled.wrappedBuffer(SILENCE.toArray())));
      sounds++;
    }
    return true;
  }

  @Override
  public long seek(long atNs) {
    long seconds = Math.max(0, Timescale.NANOS.convert(atNs, new Timescale(1)));
    frames = seconds * TestPicture.FRAMES_PER_SECOND;
    sounds = Math.ceilDiv(frames * FRAME, SOUND);
    return seconds * 1_000_000_000;
  }
}
