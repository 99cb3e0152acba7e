package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/** G.711: what it is stands in the container, and the bytes are samples. */
final class G711Normaliser implements Normaliser {
  private final Track track;
  private final int channels;
  private long malformed;

  G711Normaliser(Codec codec, int trackId, String language, int sampleRate, int channels) {
    this.channels = channels;
    this.track =
        new AudioTrack(trackId, language).change(codec, sampleRate, Bytes.of((byte) channels));
  }

  @Override
  public void configuration(ByteBuf record) {}

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    int size = in.readableBytes();
    if (size == 0 || size % channels != 0) {
      malformed++;
      return;
    }
    output.unit(track, true, in.retainedSlice());
  }

  @Override
  public Track track() {
    return track;
  }

  @Override
  public long malformed() {
    return malformed;
  }
}
