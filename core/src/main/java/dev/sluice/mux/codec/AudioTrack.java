package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The present track of one normaliser or splitter; the same object until something changes. */
final class AudioTrack {
  private final int id;
  private final String language;
  private @Nullable Track track;

  AudioTrack(int id, String language) {
    this.id = id;
    this.language = language;
  }

  @Nullable Track get() {
    return track;
  }

  /** Makes it a track with this configuration, unless it is already. */
  Track change(Codec codec, int sampleRate, Bytes configuration) {
    Track changed =
        Track.of(id, Track.Kind.AUDIO, codec, new Timescale(sampleRate), configuration, language);
    Track present = track;
    if (present != null && present.equals(changed)) {
      return present;
    }
    track = changed;
    return changed;
  }

  /**
   * Copies a configuration.
   *
   * @throws MalformedException when it is larger than is read
   */
  static Bytes configuration(ByteBuf record) {
    if (record.readableBytes() > AudioNormalisers.MAX_CONFIGURATION_BYTES) {
      throw new MalformedException(
          "audio configuration of %d bytes, allowed are %d"
              .formatted(record.readableBytes(), AudioNormalisers.MAX_CONFIGURATION_BYTES));
    }
    return Bytes.copyOf(record);
  }
}
