package dev.sluice.mux.codec;

import io.netty.buffer.ByteBuf;

/** Tells where access units begin, a unit behind a start code at a time. */
interface PictureBoundaries {
  /** What a unit is to the access units around it. */
  enum Verdict {
    /** Belongs to the access unit at hand. */
    NEUTRAL,
    /** Begins an access unit when the one at hand has a picture. */
    STARTS,
    /** As {@link #STARTS}, unless the next picture turns out to be the second field. */
    MAY_START,
    /** Begins a picture, and an access unit when the one at hand has a picture. */
    PICTURE,
    /** Goes on with the picture at hand, or is its second field. */
    CONTINUES
  }

  /** Bytes of a unit, from its first on, that {@link #begin} wants unless it ends before. */
  int neededBytes(int firstByte);

  /**
   * Judges a unit by its beginning.
   *
   * @param in borrowed
   * @param offset of the first byte behind the start code
   * @param length what there is of it, at least 1
   */
  Verdict begin(ByteBuf in, int offset, int length);

  /** Takes note of a unit that is there as a whole. */
  void end(ByteBuf in, int offset, int length);

  /** Whether the last picture is a first field whose second may follow. */
  boolean awaitsSecondField();

  /** Forgets the pictures, not the parameter sets: bytes are missing. */
  void reset();
}
