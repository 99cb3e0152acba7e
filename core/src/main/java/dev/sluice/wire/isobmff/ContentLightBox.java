package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code clli}: how bright the content is (ISO/IEC 14496-12, section 12.1.6).
 *
 * @param maxContentLight brightest sample, cd/m²; 0 when not known
 * @param maxAverageLight brightest picture on average, cd/m²; 0 when not known
 */
public record ContentLightBox(int maxContentLight, int maxAverageLight) implements Box {
  public ContentLightBox {
    checkRange("maxContentLight", maxContentLight, 0, 0xFFFF);
    checkRange("maxAverageLight", maxAverageLight, 0, 0xFFFF);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static ContentLightBox read(ByteBuf in) {
    Body body = new Body(in, BoxType.CLLI);
    return new ContentLightBox(body.u16(), body.u16());
  }

  @Override
  public int type() {
    return BoxType.CLLI;
  }

  @Override
  public void writeBody(ByteBuf out) {
    out.writeShort(maxContentLight).writeShort(maxAverageLight);
  }
}
