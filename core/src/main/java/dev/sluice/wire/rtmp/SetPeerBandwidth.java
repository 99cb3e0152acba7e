package dev.sluice.wire.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * The receiver is not to send more than this without an acknowledgement (RTMP 1.0, section 5.4.5).
 *
 * @param windowBytes 32 bits without sign
 * @param limit {@link #HARD}, {@link #SOFT} or {@link #DYNAMIC}; other values are kept
 */
public record SetPeerBandwidth(int windowBytes, int limit) implements RtmpMessage.Control {
  /** Limit to this window. */
  public static final int HARD = 0;

  /** Limit to the smaller one of this window and the one in effect. */
  public static final int SOFT = 1;

  /** Hard when the limit before was hard, else ignored. */
  public static final int DYNAMIC = 2;

  public SetPeerBandwidth {
    checkRange("limit", limit, 0, 0xFF);
  }

  /** Reads the body; one without the limit's byte is taken for a hard one. */
  static SetPeerBandwidth read(ByteBuf body) {
    Bodies.require("Set Peer Bandwidth", body, 4);
    return new SetPeerBandwidth(body.readInt(), body.isReadable() ? body.readUnsignedByte() : HARD);
  }

  @Override
  public int type() {
    return MessageType.SET_PEER_BANDWIDTH;
  }

  @Override
  public void write(ByteBuf out) {
    out.writeInt(windowBytes).writeByte(limit);
  }
}
