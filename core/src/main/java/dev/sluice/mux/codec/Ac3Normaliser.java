package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.ac3.Ac3SpecificBox;
import dev.sluice.wire.ac3.Ec3SpecificBox;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** AC-3 and Enhanced AC-3; the box may be missing. */
final class Ac3Normaliser implements Normaliser {
  private final Codec codec;
  private final Ac3Frames frames;
  private long malformed;

  Ac3Normaliser(Codec codec, int trackId, String language) {
    this.codec = codec;
    this.frames = new Ac3Frames(trackId, language);
  }

  @Override
  public void configuration(ByteBuf record) {
    Bytes configuration = AudioTrack.configuration(record);
    if (codec == Codec.AC3) {
      frames.configuration(Ac3SpecificBox.read(configuration));
    } else {
      frames.configuration(Ec3SpecificBox.read(configuration));
    }
  }

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    Track track;
    try {
      track = frames.track(Ac3Frames.headers(in), in.readableBytes());
    } catch (MalformedException | UnsupportedException _) {
      malformed++;
      return;
    }
    output.unit(track, true, in.retainedSlice());
  }

  @Override
  public @Nullable Track track() {
    return frames.track();
  }

  @Override
  public long malformed() {
    return malformed;
  }
}
