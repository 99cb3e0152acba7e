package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code vmhd} (ISO/IEC 14496-12, section 12.1.2).
 *
 * @param graphicsMode 0 copies
 * @param red for other modes
 * @param green for other modes
 * @param blue for other modes
 */
public record VideoMediaHeaderBox(int graphicsMode, int red, int green, int blue) implements Box {
  /** What everybody writes. */
  public static final VideoMediaHeaderBox COPY = new VideoMediaHeaderBox(0, 0, 0, 0);

  public VideoMediaHeaderBox {
    checkRange("graphicsMode", graphicsMode, 0, 0xFFFF);
    checkRange("red", red, 0, 0xFFFF);
    checkRange("green", green, 0, 0xFFFF);
    checkRange("blue", blue, 0, 0xFFFF);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static VideoMediaHeaderBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.VMHD, 0);
    return new VideoMediaHeaderBox(body.u16(), body.u16(), body.u16(), body.u16());
  }

  @Override
  public int type() {
    return BoxType.VMHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 1, out);
    out.writeShort(graphicsMode).writeShort(red).writeShort(green).writeShort(blue);
  }
}
