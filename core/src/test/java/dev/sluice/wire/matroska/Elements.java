package dev.sluice.wire.matroska;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Writes elements for tests. */
public final class Elements {
  private Elements() {}

  /** An element around {@code parts}. */
  public static ByteBuf element(int id, ByteBuf... parts) {
    ByteBuf body = join(parts);
    ByteBuf out = Unpooled.buffer();
    new ElementHeader(id, body.readableBytes()).write(out);
    return out.writeBytes(body);
  }

  /** An element without a size around {@code parts}. */
  public static ByteBuf endless(int id, ByteBuf... parts) {
    ByteBuf out = Unpooled.buffer();
    new ElementHeader(id, ElementHeader.UNKNOWN).write(out);
    return out.writeBytes(join(parts));
  }

  /** An element that holds a number. */
  public static ByteBuf number(int id, long value) {
    return element(id, Unpooled.buffer().writeLong(value));
  }

  /** An element that holds characters. */
  public static ByteBuf text(int id, String value) {
    return element(id, bytes(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Plain bytes. */
  public static ByteBuf bytes(byte... bytes) {
    return Unpooled.wrappedBuffer(bytes);
  }

  /** A copy of all of {@code parts}, one after the other. */
  public static ByteBuf join(ByteBuf... parts) {
    ByteBuf out = Unpooled.buffer();
    for (ByteBuf part : parts) {
      out.writeBytes(part, part.readerIndex(), part.readableBytes());
    }
    return out;
  }
}
