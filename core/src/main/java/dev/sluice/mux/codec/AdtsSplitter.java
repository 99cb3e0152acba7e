package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AdtsHeader;
import dev.sluice.wire.aac.AudioSpecificConfig;
import dev.sluice.wire.aac.ProgramConfigElement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** AAC in ADTS. */
final class AdtsSplitter extends FrameSplitter {
  private static final int SAMPLES = 1_024;

  /** Bytes within which a program config element lies: 2 of other, 93 elements, 256 of comment. */
  private static final int MAX_PROGRAM_BYTES = 400;

  private final AudioTrack current;
  private @Nullable AdtsHeader configured;

  AdtsSplitter(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  @Override
  int headerSize() {
    return AdtsHeader.SIZE;
  }

  @Override
  int measure(ByteBuf in, int at, int end, boolean last) {
    if (end - at < AdtsHeader.SIZE) {
      return -AdtsHeader.SIZE;
    }
    AdtsHeader header = header(in, at);
    return header == null ? NO_FRAME : header.frameLength();
  }

  @Override
  boolean follows(ByteBuf in, int at, int next) {
    AdtsHeader header = header(in, at);
    AdtsHeader second = header(in, next);
    return header != null && second != null && second.continues(header);
  }

  @Override
  int nextSync(ByteBuf in, int from, int end) {
    int at = indexOf(in, from, end, 0xFF);
    while (at + 1 < end && !AdtsHeader.isSync(in.getUnsignedShort(at))) {
      at = indexOf(in, at + 1, end, 0xFF);
    }
    return at;
  }

  @Override
  boolean frame(ByteBuf in, int at, int size, boolean own, boolean startedBefore, Output output) {
    AdtsHeader header = header(in, at);
    if (header == null) {
      return false;
    }
    if (header.rawBlocks() == 1) { // as nearly all have: no list of them
      int skipped = header.size();
      return raw(header, in.slice(at + skipped, size - skipped), own, startedBefore, output);
    }
    List<ByteBuf> rawFrames;
    try {
      rawFrames = header.rawFrames(in, at);
    } catch (MalformedException | UnsupportedException _) {
      return false;
    }
    boolean used = false;
    for (ByteBuf rawFrame : rawFrames) {
      used |= raw(header, rawFrame, own, startedBefore, output);
    }
    return used;
  }

  private boolean raw(
      AdtsHeader header, ByteBuf rawFrame, boolean own, boolean startedBefore, Output output) {
    Track track = rawFrame.isReadable() ? track(header, rawFrame) : null;
    if (track == null) {
      return false;
    }
    ByteBuf payload =
        own ? payload(rawFrame, 0, rawFrame.readableBytes(), true) : rawFrame.retain();
    output.frame(track, startedBefore, SAMPLES, payload);
    return true;
  }

  /** Null where the channels have no number, and no frame has named them yet. */
  private @Nullable Track track(AdtsHeader header, ByteBuf rawFrame) {
    Track track = current.get();
    boolean continues = configured != null && header.continues(configured) && track != null;
    AudioSpecificConfig config;
    if (header.channelConfiguration() > 0) {
      if (continues) {
        return track;
      }
      config =
          AudioSpecificConfig.of(
              header.objectType(), header.sampleRate(), header.channelConfiguration());
    } else {
      ProgramConfigElement program = program(rawFrame);
      if (program == null) {
        return continues ? track : null;
      }
      config = AudioSpecificConfig.of(header.objectType(), header.sampleRate(), program);
    }
    configured = header;
    return current.change(
        Codec.AAC, header.sampleRate(), config.write(AudioSpecificConfig.Signalling.IMPLICIT));
  }

  private static @Nullable ProgramConfigElement program(ByteBuf rawFrame) {
    int length = Math.min(rawFrame.readableBytes(), MAX_PROGRAM_BYTES);
    try {
      return ProgramConfigElement.ofRawFrame(
          ByteBufUtil.getBytes(rawFrame, rawFrame.readerIndex(), length));
    } catch (MalformedException _) {
      return null;
    }
  }

  private static @Nullable AdtsHeader header(ByteBuf in, int at) {
    try {
      return AdtsHeader.read(in, at);
    } catch (MalformedException _) {
      return null;
    }
  }
}
