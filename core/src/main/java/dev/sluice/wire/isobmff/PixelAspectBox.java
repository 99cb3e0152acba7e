package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code pasp}: the shape of a sample (ISO/IEC 14496-12, section 12.1.4).
 *
 * @param horizontal relative width; 0 says nothing
 * @param vertical relative height; 0 says nothing
 */
public record PixelAspectBox(long horizontal, long vertical) implements Box {
  public PixelAspectBox {
    checkRange("horizontal", horizontal, 0, 0xFFFF_FFFFL);
    checkRange("vertical", vertical, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static PixelAspectBox read(ByteBuf in) {
    Body body = new Body(in, BoxType.PASP);
    return new PixelAspectBox(body.u32(), body.u32());
  }

  @Override
  public int type() {
    return BoxType.PASP;
  }

  @Override
  public void writeBody(ByteBuf out) {
    out.writeInt((int) horizontal).writeInt((int) vertical);
  }
}
