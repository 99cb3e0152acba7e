package dev.sluice.mux.codec;

import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.ac3.SyncFrameHeader;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * AC-3 and Enhanced AC-3. What belongs together in Enhanced AC-3 becomes one payload: frames up to
 * six blocks, with those of all dependent and further independent substreams.
 *
 * <p>How many frames that are shows when the next set begins. So the first set waits for that, or
 * for the end of the call that it began in; later ones have as many frames as the one before them.
 * Where that turns out wrong, it is found out anew.
 */
final class Ac3Splitter extends FrameSplitter {
  /** Most bytes of a payload: two megabits a second, far above what anybody sends. */
  static final int MAX_PAYLOAD_BYTES = 65_536;

  private final Ac3Frames frames;
  private int expectedFrames;

  Ac3Splitter(int trackId, String language) {
    this.frames = new Ac3Frames(trackId, language);
  }

  @Override
  int headerSize() {
    return SyncFrameHeader.MIN_SIZE;
  }

  @Override
  int measure(ByteBuf in, int at, int end, boolean last) {
    int blocks = 0;
    int count = 0;
    for (int next = at; ; ) {
      boolean complete = blocks >= SyncFrameHeader.MAX_BLOCKS;
      if (complete && (count == expectedFrames || last && next == end)) {
        return next - at;
      }
      if (end - next < SyncFrameHeader.MIN_SIZE) {
        return -(next - at + SyncFrameHeader.MIN_SIZE);
      }
      SyncFrameHeader.@Nullable Start start = start(in, next);
      if (count == 0) {
        if (start == null || !start.beginsFrameSet()) {
          expectedFrames = 0; // more belonged to the set before than was thought
          return NO_FRAME;
        }
      } else if (complete && (start == null || start.beginsFrameSet())) {
        return next - at;
      } else if (start == null) {
        return NO_FRAME; // ends before it is complete
      }
      blocks += start.beginsFrameSet() ? start.blocks() : 0;
      count++;
      next += start.frameSize();
      if (next - at > MAX_PAYLOAD_BYTES) {
        return NO_FRAME;
      }
      if (next > end) {
        return at - next;
      }
    }
  }

  @Override
  boolean follows(ByteBuf in, int at, int next) {
    SyncFrameHeader.@Nullable Start first = start(in, at);
    SyncFrameHeader.@Nullable Start start = start(in, next);
    return first != null && start != null && start.sampleRate() == first.sampleRate();
  }

  @Override
  int nextSync(ByteBuf in, int from, int end) {
    int at = indexOf(in, from, end, SyncFrameHeader.SYNC >> 8);
    while (at + 1 < end && !SyncFrameHeader.isSync(in.getUnsignedShort(at))) {
      at = indexOf(in, at + 1, end, SyncFrameHeader.SYNC >> 8);
    }
    return at;
  }

  @Override
  boolean frame(ByteBuf in, int at, int size, boolean own, boolean startedBefore, Output output) {
    Track track;
    int samples;
    try {
      List<SyncFrameHeader> headers = Ac3Frames.headers(in.slice(at, size));
      expectedFrames = headers.size();
      track = frames.track(headers, size);
      samples = SyncFrameHeader.samples(in.slice(at, size));
    } catch (MalformedException | UnsupportedException _) {
      return false;
    }
    output.frame(track, startedBefore, samples, payload(in, at, size, own));
    return true;
  }

  private static SyncFrameHeader.@Nullable Start start(ByteBuf in, int at) {
    try {
      return SyncFrameHeader.Start.read(in.slice(at, SyncFrameHeader.MIN_SIZE));
    } catch (MalformedException | UnsupportedException _) {
      return null;
    }
  }
}
