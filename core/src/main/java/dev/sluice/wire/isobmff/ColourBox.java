package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * {@code colr} of the kind {@code nclx} (ISO/IEC 14496-12, section 12.1.5), code points of ITU-T
 * H.273.
 *
 * @param primaries colour_primaries
 * @param transfer transfer_characteristics
 * @param matrix matrix_coefficients
 * @param fullRange whether samples use all values
 */
public record ColourBox(int primaries, int transfer, int matrix, boolean fullRange) implements Box {
  private static final int FULL_RANGE_FLAG = 0x80;

  public ColourBox {
    checkRange("primaries", primaries, 0, 0xFFFF);
    checkRange("transfer", transfer, 0, 0xFFFF);
    checkRange("matrix", matrix, 0, 0xFFFF);
  }

  /**
   * Reads the body of one box, also of QuickTime's kind {@code nclc}, which says nothing of the
   * range.
   *
   * @return null when it is of another kind, as an ICC profile
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static @Nullable ColourBox read(ByteBuf in) {
    Body body = new Body(in, BoxType.COLR);
    int kind = body.i32();
    if (kind != BoxType.NCLX && kind != BoxType.NCLC) {
      return null;
    }
    int primaries = body.u16();
    int transfer = body.u16();
    int matrix = body.u16();
    boolean full = kind == BoxType.NCLX && (body.u8() & FULL_RANGE_FLAG) != 0;
    return new ColourBox(primaries, transfer, matrix, full);
  }

  @Override
  public int type() {
    return BoxType.COLR;
  }

  @Override
  public void writeBody(ByteBuf out) {
    out.writeInt(BoxType.NCLX).writeShort(primaries).writeShort(transfer).writeShort(matrix);
    out.writeByte(fullRange ? FULL_RANGE_FLAG : 0);
  }
}
