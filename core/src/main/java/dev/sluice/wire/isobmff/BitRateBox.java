package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code btrt} (ISO/IEC 14496-12, section 8.5.2).
 *
 * @param bufferSize of the decoder, bytes
 * @param maxBitrate bits a second in any second
 * @param averageBitrate bits a second
 */
public record BitRateBox(long bufferSize, long maxBitrate, long averageBitrate) implements Box {
  public BitRateBox {
    checkRange("bufferSize", bufferSize, 0, 0xFFFF_FFFFL);
    checkRange("maxBitrate", maxBitrate, 0, 0xFFFF_FFFFL);
    checkRange("averageBitrate", averageBitrate, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static BitRateBox read(ByteBuf in) {
    Body body = new Body(in, BoxType.BTRT);
    return new BitRateBox(body.u32(), body.u32(), body.u32());
  }

  @Override
  public int type() {
    return BoxType.BTRT;
  }

  @Override
  public void writeBody(ByteBuf out) {
    out.writeInt((int) bufferSize).writeInt((int) maxBitrate).writeInt((int) averageBitrate);
  }
}
