package dev.sluice.wire.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * The sender's chunks have another size from now on (RTMP 1.0, section 5.4.1).
 *
 * @param chunkSize 1 to 2147483647 bytes
 */
public record SetChunkSize(int chunkSize) implements RtmpMessage.Control {
  public SetChunkSize {
    checkRange("chunkSize", chunkSize, 1, Integer.MAX_VALUE);
  }

  /** Reads the body. */
  static SetChunkSize read(ByteBuf body) {
    Bodies.require("Set Chunk Size", body, 4);
    int chunkSize = body.readInt();
    if (chunkSize < 1) {
      throw new MalformedException(
          "Set Chunk Size of %d, allowed is 1 to 2147483647"
              .formatted(Integer.toUnsignedLong(chunkSize)));
    }
    return new SetChunkSize(chunkSize);
  }

  @Override
  public int type() {
    return MessageType.SET_CHUNK_SIZE;
  }

  @Override
  public void write(ByteBuf out) {
    out.writeInt(chunkSize);
  }
}
