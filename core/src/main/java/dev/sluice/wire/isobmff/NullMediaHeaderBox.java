package dev.sluice.wire.isobmff;

import io.netty.buffer.ByteBuf;

/** {@code nmhd}: the media header of what has none (ISO/IEC 14496-12, section 8.4.5.2). */
public record NullMediaHeaderBox() implements Box {

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static NullMediaHeaderBox read(ByteBuf in) {
    Body.full(in, BoxType.NMHD, 0);
    return new NullMediaHeaderBox();
  }

  @Override
  public int type() {
    return BoxType.NMHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
  }
}
