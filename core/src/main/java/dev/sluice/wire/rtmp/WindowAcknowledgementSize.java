package dev.sluice.wire.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * The sender wants an acknowledgement at least this often (RTMP 1.0, section 5.4.4).
 *
 * @param windowBytes 32 bits without sign
 */
public record WindowAcknowledgementSize(int windowBytes) implements RtmpMessage.Control {
  /** Reads the body. */
  static WindowAcknowledgementSize read(ByteBuf body) {
    Bodies.require("Window Acknowledgement Size", body, 4);
    return new WindowAcknowledgementSize(body.readInt());
  }

  @Override
  public int type() {
    return MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE;
  }

  @Override
  public void write(ByteBuf out) {
    out.writeInt(windowBytes);
  }
}
