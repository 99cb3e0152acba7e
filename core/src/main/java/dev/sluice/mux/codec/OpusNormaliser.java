package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.opus.OpusHead;
import dev.sluice.wire.opus.OpusPacket;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Opus with an identification header or the body of {@code dOps}. */
final class OpusNormaliser implements Normaliser {
  private static final int MAGIC = 0x4F70_7573; // Opus; dOps begins with its version, 0

  private final AudioTrack current;
  private long malformed;

  OpusNormaliser(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  @Override
  public void configuration(ByteBuf record) {
    Bytes configuration = AudioTrack.configuration(record);
    boolean header = record.readableBytes() >= 4 && record.getInt(record.readerIndex()) == MAGIC;
    OpusHead head =
        header ? OpusHead.read(configuration) : OpusHead.readDops(configuration.buffer());
    current.change(Codec.OPUS, OpusPacket.SAMPLE_RATE, head.write());
  }

  @Override
  public void unit(ByteBuf in, boolean key, Output output) {
    Track track = current.get();
    if (track == null || OpusPacket.samples(in) == 0) {
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
