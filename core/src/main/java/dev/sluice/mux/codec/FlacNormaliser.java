package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.flac.FlacFrameHeader;
import dev.sluice.wire.flac.StreamInfo;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * FLAC with STREAMINFO in any of its forms. The number of samples and their MD5, which are true for
 * a file and never for a stream, are left out of the track.
 */
final class FlacNormaliser implements Normaliser {
  private final AudioTrack current;
  private @Nullable StreamInfo info;
  private long malformed;

  FlacNormaliser(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  @Override
  public void configuration(ByteBuf record) {
    StreamInfo read = StreamInfo.readConfiguration(AudioTrack.configuration(record)).endless();
    info = read;
    current.change(Codec.FLAC, read.sampleRate(), read.write());
  }

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    Track track = current.get();
    if (track == null || info == null || !belongsTo(info, in)) {
      malformed++;
      return;
    }
    output.unit(track, true, in.retainedSlice());
  }

  private static boolean belongsTo(StreamInfo info, ByteBuf in) {
    try {
      FlacFrameHeader header = FlacFrameHeader.read(in);
      return header != null
          && header.channels() == info.channels()
          && (header.sampleRate() == 0 || header.sampleRate() == info.sampleRate());
    } catch (MalformedException _) {
      return false;
    }
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
