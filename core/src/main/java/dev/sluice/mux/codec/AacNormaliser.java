package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.aac.AudioSpecificConfig;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** AAC with an AudioSpecificConfig: raw frames stay as they are. */
final class AacNormaliser implements Normaliser {
  private final AudioTrack current;
  private long malformed;

  AacNormaliser(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  @Override
  public void configuration(ByteBuf record) {
    Bytes configuration = AudioTrack.configuration(record);
    int rate = AudioSpecificConfig.read(configuration).sampleRate();
    current.change(Codec.AAC, rate, configuration);
  }

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    Track track = current.get();
    if (track == null || !in.isReadable()) {
      malformed++;
      return;
    }
    output.unit(track, true, in.retainedSlice());
  }

  @Override
  public @Nullable Track track() {
    return current.get();
  }

  @Override
  public long malformed() {
    return malformed;
  }
}
