package dev.sluice.wire.isobmff;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * A box as it came: a decoder configuration, which its codec's package reads, or what nobody reads.
 *
 * @param type its four characters
 * @param body what follows its header; of a full box version and flags, too
 */
public record RawBox(int type, Bytes body) implements Box {
  @Override
  public void writeBody(ByteBuf out) {
    body.writeTo(out);
  }
}
