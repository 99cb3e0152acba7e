package dev.sluice.mux.codec;

import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.mpegaudio.MpegAudioHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** MPEG audio of any layer. */
final class MpegAudioSplitter extends FrameSplitter {
  private final AudioTrack current;

  MpegAudioSplitter(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  @Override
  int headerSize() {
    return MpegAudioHeader.SIZE;
  }

  @Override
  int measure(ByteBuf in, int at, int end, boolean last) {
    if (end - at < MpegAudioHeader.SIZE) {
      return -MpegAudioHeader.SIZE;
    }
    MpegAudioHeader header = header(in, at);
    return header == null ? NO_FRAME : header.frameSize();
  }

  @Override
  boolean follows(ByteBuf in, int at, int next) {
    MpegAudioHeader header = header(in, at);
    MpegAudioHeader second = header(in, next);
    return header != null && second != null && second.continues(header);
  }

  @Override
  int nextSync(ByteBuf in, int from, int end) {
    int at = indexOf(in, from, end, 0xFF);
    while (at + 1 < end && !MpegAudioHeader.isSync(in.getUnsignedShort(at))) {
      at = indexOf(in, at + 1, end, 0xFF);
    }
    return at;
  }

  @Override
  boolean frame(ByteBuf in, int at, int size, boolean own, boolean startedBefore, Output output) {
    MpegAudioHeader header = header(in, at);
    if (header == null) {
      return false;
    }
    Track track = MpegAudioNormaliser.track(current, header);
    output.frame(track, startedBefore, header.samples(), payload(in, at, size, own));
    return true;
  }

  private static @Nullable MpegAudioHeader header(ByteBuf in, int at) {
    try {
      return MpegAudioHeader.read(in.slice(at, MpegAudioHeader.SIZE));
    } catch (MalformedException | UnsupportedException _) {
      return null;
    }
  }
}
