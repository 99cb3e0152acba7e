package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioMuxElement;
import dev.sluice.wire.aac.AudioSpecificConfig;
import dev.sluice.wire.aac.LoasHeader;
import dev.sluice.wire.aac.StreamMuxConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** AAC in LATM/LOAS. Raw frames are copied: they begin anywhere in a byte. */
final class LatmSplitter extends FrameSplitter {
  private final AudioTrack current;
  private @Nullable StreamMuxConfig config;
  private int samples;

  LatmSplitter(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  @Override
  int headerSize() {
    return LoasHeader.SIZE;
  }

  @Override
  int measure(ByteBuf in, int at, int end, boolean last) {
    if (end - at < LoasHeader.SIZE) {
      return -LoasHeader.SIZE;
    }
    int header = in.getUnsignedMedium(at);
    int length = header & LoasHeader.MAX_LENGTH;
    return LoasHeader.isSync(header >> 8) && length > 0 ? LoasHeader.SIZE + length : NO_FRAME;
  }

  @Override
  boolean follows(ByteBuf in, int at, int next) {
    return LoasHeader.isSync(in.getUnsignedShort(next));
  }

  @Override
  int nextSync(ByteBuf in, int from, int end) {
    int at = indexOf(in, from, end, 0x56);
    while (at + 1 < end && !LoasHeader.isSync(in.getUnsignedShort(at))) {
      at = indexOf(in, at + 1, end, 0x56);
    }
    return at;
  }

  @Override
  boolean frame(ByteBuf in, int at, int size, boolean own, boolean startedBefore, Output output) {
    byte[] bytes = ByteBufUtil.getBytes(in, at + LoasHeader.SIZE, size - LoasHeader.SIZE);
    AudioMuxElement element;
    Track track;
    try {
      element = AudioMuxElement.read(bytes, config);
      if (element == null) {
        return false;
      }
      track = track(element.config());
    } catch (MalformedException | UnsupportedException _) {
      return false;
    }
    boolean used = false;
    for (AudioMuxElement.Span span : element.frames()) {
      if (span.bytes() > 0) {
        used = true;
        ByteBuf payload = Unpooled.wrappedBuffer(AudioMuxElement.rawFrame(bytes, span));
        output.frame(track, startedBefore, samples, payload);
      }
    }
    return used;
  }

  private Track track(StreamMuxConfig next) {
    Track track = current.get();
    if (track != null && next.equals(config)) {
      return track;
    }
    AudioSpecificConfig audio = next.audio();
    config = next;
    samples = audio.frameSamples();
    return current.change(Codec.AAC, audio.sampleRate(), next.configuration());
  }
}
