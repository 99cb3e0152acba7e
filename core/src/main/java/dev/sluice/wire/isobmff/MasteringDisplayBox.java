package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * {@code mdcv}: the display on which pictures were judged (ISO/IEC 14496-12, section 12.1.8; the
 * values are those of the SEI of that name, SMPTE ST 2086).
 *
 * @param chromaticities of green, blue, red and white: x and y of 16 bits each, in units of 0.00002
 * @param maxLuminance in units of 0.0001 cd/m²
 * @param minLuminance in units of 0.0001 cd/m²
 */
public record MasteringDisplayBox(Bytes chromaticities, long maxLuminance, long minLuminance)
    implements Box {
  private static final int CHROMATICITIES_SIZE = 16;

  public MasteringDisplayBox {
    checkRange("chromaticities", chromaticities.size(), CHROMATICITIES_SIZE, CHROMATICITIES_SIZE);
    checkRange("maxLuminance", maxLuminance, 0, 0xFFFF_FFFFL);
    checkRange("minLuminance", minLuminance, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static MasteringDisplayBox read(ByteBuf in) {
    Body body = new Body(in, BoxType.MDCV);
    return new MasteringDisplayBox(body.bytes(CHROMATICITIES_SIZE), body.u32(), body.u32());
  }

  @Override
  public int type() {
    return BoxType.MDCV;
  }

  @Override
  public void writeBody(ByteBuf out) {
    chromaticities.writeTo(out);
    out.writeInt((int) maxLuminance).writeInt((int) minLuminance);
  }
}
