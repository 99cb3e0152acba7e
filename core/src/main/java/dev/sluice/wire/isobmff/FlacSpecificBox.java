package dev.sluice.wire.isobmff;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * {@code dfLa} (Encapsulation of FLAC in ISO Base Media File Format, section 3.3.2).
 *
 * @param blocks metadata blocks with their headers, STREAMINFO first
 */
public record FlacSpecificBox(Bytes blocks) implements Box {

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static FlacSpecificBox read(ByteBuf in) {
    return new FlacSpecificBox(Body.full(in, BoxType.DFLA, 0).rest());
  }

  @Override
  public int type() {
    return BoxType.DFLA;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    blocks.writeTo(out);
  }
}
