package dev.sluice.wire.isobmff;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * {@code hdlr}: the kind of a track (ISO/IEC 14496-12, section 8.4.3).
 *
 * @param handlerType {@link BoxType#VIDE}, {@link BoxType#SOUN} or another
 * @param name for people, without a 0 in it
 */
public record HandlerBox(int handlerType, String name) implements Box {

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or its name is longer than 4
   *     096 bytes
   */
  public static HandlerBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.HDLR, 0);
    body.skip(4); // pre_defined; in QuickTime the component type
    int handlerType = body.i32();
    body.skip(12); // reserved
    return new HandlerBox(handlerType, body.text());
  }

  @Override
  public int type() {
    return BoxType.HDLR;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeInt(0).writeInt(handlerType).writeZero(12);
    out.writeCharSequence(name, StandardCharsets.UTF_8);
    out.writeByte(0);
  }
}
