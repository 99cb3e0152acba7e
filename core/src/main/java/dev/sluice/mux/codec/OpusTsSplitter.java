package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.opus.OpusControlHeader;
import dev.sluice.wire.opus.OpusHead;
import dev.sluice.wire.opus.OpusPacket;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Opus in MPEG-TS: a control header before each packet. What it says of trimming is not carried on:
 * only the first and the last packets of a recording have it.
 */
final class OpusTsSplitter extends FrameSplitter {
  private static final int PREFIX_SIZE = 2;

  private final Track track;

  OpusTsSplitter(OpusHead head, int trackId, String language) {
    this.track =
        new AudioTrack(trackId, language).change(Codec.OPUS, OpusPacket.SAMPLE_RATE, head.write());
  }

  @Override
  int headerSize() {
    return PREFIX_SIZE;
  }

  @Override
  int measure(ByteBuf in, int at, int end, boolean last) {
    ByteBuf left = in.slice(at, end - at);
    OpusControlHeader header;
    try {
      header = OpusControlHeader.read(left);
    } catch (MalformedException _) {
      return NO_FRAME;
    }
    return header == null ? -(end - at + 1) : left.readerIndex() + header.payloadSize();
  }

  @Override
  boolean follows(ByteBuf in, int at, int next) {
    return OpusControlHeader.isSync(in.getUnsignedShort(next));
  }

  @Override
  int nextSync(ByteBuf in, int from, int end) {
    int at = indexOf(in, from, end, 0x7F);
    while (at + 1 < end && !OpusControlHeader.isSync(in.getUnsignedShort(at))) {
      at = indexOf(in, at + 1, end, 0x7F);
    }
    return at;
  }

  @Override
  boolean frame(ByteBuf in, int at, int size, boolean own, boolean startedBefore, Output output) {
    ByteBuf packet = in.slice(at, size);
    @Nullable OpusControlHeader header = OpusControlHeader.read(packet);
    int samples = header == null ? 0 : OpusPacket.samples(packet);
    if (samples == 0) {
      return false;
    }
    int head = packet.readerIndex();
    output.frame(track, startedBefore, samples, payload(in, at + head, size - head, own));
    return true;
  }
}
