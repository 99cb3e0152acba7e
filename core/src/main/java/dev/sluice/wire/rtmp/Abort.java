package dev.sluice.wire.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * The rest of a message that was begun will not come (RTMP 1.0, section 5.4.2).
 *
 * @param chunkStreamId on which the message was begun, 32 bits
 */
public record Abort(int chunkStreamId) implements RtmpMessage.Control {
  /** Reads the body. */
  static Abort read(ByteBuf body) {
    Bodies.require("Abort", body, 4);
    return new Abort(body.readInt());
  }

  @Override
  public int type() {
    return MessageType.ABORT;
  }

  @Override
  public void write(ByteBuf out) {
    out.writeInt(chunkStreamId);
  }
}
