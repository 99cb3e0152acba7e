package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code smhd} (ISO/IEC 14496-12, section 12.2.2).
 *
 * @param balance 8.8: 0 is the middle, −256 all left
 */
public record SoundMediaHeaderBox(int balance) implements Box {
  public SoundMediaHeaderBox {
    checkRange("balance", balance, Short.MIN_VALUE, Short.MAX_VALUE);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static SoundMediaHeaderBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.SMHD, 0);
    int balance = body.i16();
    body.skip(2); // reserved
    return new SoundMediaHeaderBox(balance);
  }

  @Override
  public int type() {
    return BoxType.SMHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeShort(balance).writeShort(0);
  }
}
