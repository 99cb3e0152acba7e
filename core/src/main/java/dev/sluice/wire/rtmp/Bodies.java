package dev.sluice.wire.rtmp;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/** The one check that all messages of fixed size need. More bytes than needed are tolerated. */
final class Bodies {
  private Bodies() {}

  static void require(String message, ByteBuf body, int bytes) {
    if (body.readableBytes() < bytes) {
      throw new MalformedException(
          "%s with a body of %d bytes, it takes %d"
              .formatted(message, body.readableBytes(), bytes));
    }
  }
}
