package dev.sluice.wire.isobmff;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;

/**
 * {@code vpcC} of version 1 (VP Codec ISO Media File Format Binding, section 2.2).
 *
 * @param record VPCodecConfigurationRecord, read by the codec's own package
 */
public record VpConfigurationBox(Bytes record) implements Box {

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   * @throws UnsupportedException when it is of version 0, which has other fields
   */
  public static VpConfigurationBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.VPCC, 1);
    if (body.version() == 0) {
      throw new UnsupportedException("box 'vpcC' of version 0, allowed is 1");
    }
    return new VpConfigurationBox(body.rest());
  }

  @Override
  public int type() {
    return BoxType.VPCC;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(1, 0, out);
    record.writeTo(out);
  }
}
