package dev.sluice.wire.isobmff;

import io.netty.buffer.ByteBuf;

/** A box that can be written. */
public interface Box {

  /** Its four characters, {@link BoxType}. */
  int type();

  /** Appends what follows the header. */
  void writeBody(ByteBuf out);

  /** Appends the whole box. */
  default void write(ByteBuf out) {
    int start = Boxes.begin(type(), out);
    writeBody(out);
    Boxes.end(start, out);
  }
}
