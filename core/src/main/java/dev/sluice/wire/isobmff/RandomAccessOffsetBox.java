package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code mfro}: the last box of {@code mfra}, and so of the file, by which that is found from the
 * end (ISO/IEC 14496-12, section 8.8.11).
 *
 * @param parentSize bytes of the whole {@code mfra}
 */
public record RandomAccessOffsetBox(long parentSize) implements Box {
  /** Bytes of the whole box. */
  public static final int SIZE = 16;

  public RandomAccessOffsetBox {
    checkRange("parentSize", parentSize, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static RandomAccessOffsetBox read(ByteBuf in) {
    return new RandomAccessOffsetBox(Body.full(in, BoxType.MFRO, 0).u32());
  }

  @Override
  public int type() {
    return BoxType.MFRO;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeInt((int) parentSize);
  }
}
