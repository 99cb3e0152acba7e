package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code mfhd} (ISO/IEC 14496-12, section 8.8.5).
 *
 * @param sequenceNumber 32 bits; larger in every fragment than in the one before
 */
public record MovieFragmentHeaderBox(long sequenceNumber) implements Box {
  /** Bytes of the whole box. */
  public static final int SIZE = 16;

  public MovieFragmentHeaderBox {
    checkRange("sequenceNumber", sequenceNumber, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static MovieFragmentHeaderBox read(ByteBuf in) {
    return new MovieFragmentHeaderBox(Body.full(in, BoxType.MFHD, 0).u32());
  }

  @Override
  public int type() {
    return BoxType.MFHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeInt((int) sequenceNumber);
  }
}
