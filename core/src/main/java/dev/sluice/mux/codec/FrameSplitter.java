package dev.sluice.mux.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Finds frames by their sync words. While frames follow one another without a hole each is given
 * out as soon as it is whole. After a hole a sync word counts only when a second header follows
 * where it should, or when the frame that began in this call ends where the call does: the end of a
 * PES packet.
 *
 * <p>A frame that straddles calls is put together in a buffer of its own, of which only as much is
 * filled as the frame needs; so never more is kept than the longest frame and a header.
 */
abstract class FrameSplitter implements AudioSplitter {
  /** What {@link #measure} says of bytes where no frame begins. */
  static final int NO_FRAME = 0;

  private @Nullable ByteBuf rest;
  private boolean inStep;
  private long skippedBytes;

  /**
   * How long the frame is that begins at {@code at}.
   *
   * @param end of the bytes that are there
   * @param last whether the frame began in this call, and no more bytes come with it
   * @return bytes, which may be more than are there; {@link #NO_FRAME}; or, negative, how many must
   *     be there to tell, more than are
   */
  abstract int measure(ByteBuf in, int at, int end, boolean last);

  /**
   * Whether the header at {@code next}, of which {@link #headerSize} bytes are there, can follow
   * the frame at {@code at}.
   */
  abstract boolean follows(ByteBuf in, int at, int next);

  /** Bytes of a header that {@link #follows} looks at. */
  abstract int headerSize();

  /** Where a sync word may begin, from {@code from} on; {@code end} when nowhere. */
  abstract int nextSync(ByteBuf in, int from, int end);

  /**
   * Gives out the payloads of a whole frame.
   *
   * @param own whether its bytes are in a buffer that changes: payloads must be copies
   * @return false when there is nothing in it that can be used
   */
  abstract boolean frame(
      ByteBuf in, int at, int size, boolean own, boolean startedBefore, Output output);

  @Override
  public final void feed(ByteBuf in, Output output) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    ByteBuf kept = rest;
    if (kept != null) {
      at = resume(kept, in, output);
      if (rest != null) {
        return; // all of it was taken, and does not suffice
      }
    }
    while (at < end) {
      int next = step(in, at, end, true, false, output);
      if (next < 0) {
        keep(in, at, end);
        return;
      }
      at = next;
    }
  }

  /**
   * Goes on with the bytes that were kept, and with as many of {@code in} behind them as it takes
   * to get out of them.
   *
   * @return where in {@code in} to go on
   */
  private int resume(ByteBuf kept, ByteBuf in, Output output) {
    int before = kept.writerIndex();
    int taken = in.readerIndex();
    int end = in.writerIndex();
    int at = kept.readerIndex();
    while (at < before) {
      int next = step(kept, at, kept.writerIndex(), false, true, output);
      if (next >= 0) {
        at = next;
        continue;
      }
      int missing = Math.min(-next - (kept.writerIndex() - at), end - taken);
      if (missing == 0) {
        rest = at == 0 ? kept : Unpooled.buffer().writeBytes(kept, at, kept.writerIndex() - at);
        return end;
      }
      kept.writeBytes(in, taken, missing);
      taken += missing;
    }
    rest = null;
    return in.readerIndex() + at - before;
  }

  private void keep(ByteBuf in, int at, int end) {
    rest = Unpooled.buffer(2 * (end - at)).writeBytes(in, at, end - at);
  }

  /**
   * Does one frame, or passes over what is none.
   *
   * @param lastBytes whether no more bytes come in this call
   * @param before whether the bytes at {@code at} came in an earlier call
   * @return where to go on; or, negative, how many bytes must be there from {@code at} on
   */
  private int step(ByteBuf in, int at, int end, boolean lastBytes, boolean before, Output output) {
    int size = measure(in, at, end, false);
    boolean whole = size > 0 && size <= end - at;
    if (size < 0 && lastBytes && !before) {
      int sizeAtLast = measure(in, at, end, true);
      whole = sizeAtLast > 0 && sizeAtLast == end - at;
      size = whole ? sizeAtLast : size;
    }
    if (size == NO_FRAME) {
      return skip(in, at, end);
    }
    if (!whole) {
      return wait(in, at, end, Math.abs(size));
    }
    if (!inStep) {
      int needed = size + headerSize();
      if (needed > end - at) {
        boolean endsWithCall = lastBytes && !before && size == end - at;
        if (!endsWithCall) {
          return wait(in, at, end, needed);
        }
      } else if (!follows(in, at, at + size)) {
        return skip(in, at, end);
      }
    }
    inStep = true;
    if (!frame(in, at, size, before, before, output)) {
      skippedBytes += size;
    }
    return at + size;
  }

  /**
   * Waits for {@code needed} bytes; after a hole only as long as no two headers are found behind
   * {@code at} that fit together: noise that looks like the header of a long frame must not hold up
   * the true ones.
   */
  private int wait(ByteBuf in, int at, int end, int needed) {
    for (int next = at; !inStep; ) {
      next = nextSync(in, next + 1, end);
      if (next == end) {
        break;
      }
      int size = measure(in, next, end, false);
      if (size > 0 && size + headerSize() <= end - next && follows(in, next, next + size)) {
        skippedBytes += next - at;
        return next;
      }
    }
    return -needed;
  }

  private int skip(ByteBuf in, int at, int end) {
    int next = nextSync(in, at + 1, end);
    skippedBytes += next - at;
    inStep = false;
    return next;
  }

  /** A payload of {@code length} bytes: a slice, or a copy when the buffer changes. */
  static ByteBuf payload(ByteBuf in, int at, int length, boolean own) {
    return own
        ? Unpooled.buffer(length, length).writeBytes(in, at, length)
        : in.retainedSlice(at, length);
  }

  /** Where the first byte of a sync word is, from {@code from} on. */
  static int indexOf(ByteBuf in, int from, int end, int first) {
    int found = from < end ? in.indexOf(from, end, (byte) first) : -1;
    return found < 0 ? end : found;
  }

  @Override
  public final void reset() {
    if (rest != null) {
      skippedBytes += rest.readableBytes();
      rest = null;
    }
    inStep = false;
  }

  @Override
  public final long skippedBytes() {
    return skippedBytes;
  }
}
