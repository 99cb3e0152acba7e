package dev.sluice.mux.flv;

import dev.sluice.wire.flv.FourCc;
import io.netty.buffer.ByteBuf;

/**
 * The tag body of a codec that is not understood, as it is carried: the one that came, or, where
 * that has modifiers or several tracks in it, one of a single track made of it.
 */
interface WholeBody {
  /** The bytes; owned by the caller. */
  ByteBuf retained();

  /** How many they are. */
  int size();

  /** The body that came. */
  record AsItCame(ByteBuf body) implements WholeBody {
    @Override
    public ByteBuf retained() {
      return body.retainedSlice();
    }

    @Override
    public int size() {
      return body.readableBytes();
    }
  }

  /**
   * A body made anew.
   *
   * @param first its first byte
   * @param track what follows the FourCC
   */
  record OfOneTrack(int first, FourCc fourCc, ByteBuf track) implements WholeBody {
    private static final int HEAD_BYTES = 5;

    @Override
    public ByteBuf retained() {
      ByteBuf body = track.alloc().buffer(size());
      body.writeByte(first).writeInt(fourCc.value());
      return body.writeBytes(track, track.readerIndex(), track.readableBytes());
    }

    @Override
    public int size() {
      return HEAD_BYTES + track.readableBytes();
    }
  }
}
