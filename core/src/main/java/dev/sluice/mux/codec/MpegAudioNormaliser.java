package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.mpegaudio.MpegAudioHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * MPEG audio of any layer: each frame says what it is. Encoders are seen that put several frames
 * into one access unit; each becomes a unit.
 */
final class MpegAudioNormaliser implements Normaliser {
  private final AudioTrack current;
  private long malformed;

  MpegAudioNormaliser(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  /** The track that a frame belongs to. */
  static Track track(AudioTrack current, MpegAudioHeader header) {
    Codec codec = header.layer() == 3 ? Codec.MP3 : Codec.MP2;
    return current.change(codec, header.sampleRate(), header.configuration());
  }

  @Override
  public void configuration(ByteBuf record) {}

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    ByteBuf left = in.duplicate();
    do {
      MpegAudioHeader header = header(left);
      if (header == null || header.frameSize() > left.readableBytes()) {
        malformed++;
        return;
      }
      Track track = track(current, header);
      output.unit(track, true, left.readRetainedSlice(header.frameSize()));
    } while (left.isReadable());
  }

  private static @Nullable MpegAudioHeader header(ByteBuf in) {
    try {
      return MpegAudioHeader.read(in.duplicate());
    } catch (MalformedException | UnsupportedException _) {
      return null;
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
