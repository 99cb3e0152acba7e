package dev.sluice.wire.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * How much the sender has received (RTMP 1.0, section 5.4.3).
 *
 * @param sequenceNumber bytes since the connection began, 32 bits without sign
 */
public record Acknowledgement(int sequenceNumber) implements RtmpMessage.Control {
  /** Reads the body. */
  static Acknowledgement read(ByteBuf body) {
    Bodies.require("Acknowledgement", body, 4);
    return new Acknowledgement(body.readInt());
  }

  @Override
  public int type() {
    return MessageType.ACKNOWLEDGEMENT;
  }

  @Override
  public void write(ByteBuf out) {
    out.writeInt(sequenceNumber);
  }
}
