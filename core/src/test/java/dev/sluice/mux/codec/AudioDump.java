package dev.sluice.mux.codec;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Writes down what a splitter or a normaliser of audio gives, one line each, and releases it. */
final class AudioDump implements AudioSplitter.Output, Normaliser.Output {
  final List<Track> tracks = new ArrayList<>();
  final List<Boolean> startedBefore = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable Track last;
  int frames;
  long samples;

  @Override
  public void frame(Track track, boolean startedBefore, int samples, ByteBuf payload) {
    this.startedBefore.add(startedBefore);
    if (AudioFormat.samples(track, payload) != samples) {
      throw new AssertionError(
          samples + " samples, the payload says " + AudioFormat.samples(track, payload));
    }
    unit(track, true, payload);
  }

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    if (!track.equals(last)) {
      last = track;
      tracks.add(track);
      text.append(
          "track %d %s %d Hz %s configuration %s%n"
              .formatted(
                  track.id(),
                  track.label(),
                  track.timescale().ticksPerSecond(),
                  AudioFormat.of(track),
                  track.configuration()));
    }
    int duration = AudioFormat.samples(track, payload);
    CRC32 crc = new CRC32();
    crc.update(payload.nioBuffer());
    text.append(
        "at %d for %d: %d B crc %08X%n"
            .formatted(samples, duration, payload.readableBytes(), crc.getValue()));
    frames++;
    samples += duration;
    payload.release();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
