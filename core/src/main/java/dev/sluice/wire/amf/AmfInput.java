package dev.sluice.wire.amf;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Reading that names what is missing when a message ends too early. */
final class AmfInput {
  private final ByteBuf in;
  private final AmfLimits limits;

  AmfInput(ByteBuf in, AmfLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  boolean isReadable() {
    return in.isReadable();
  }

  int readableBytes() {
    return in.readableBytes();
  }

  /** Consumes one byte if it is {@code value}. */
  boolean skipIf(int value) {
    if (!in.isReadable() || in.getUnsignedByte(in.readerIndex()) != value) {
      return false;
    }
    in.skipBytes(1);
    return true;
  }

  int u8(String what) {
    require(1, what);
    return in.readUnsignedByte();
  }

  int u16(String what) {
    require(2, what);
    return in.readUnsignedShort();
  }

  int i16(String what) {
    require(2, what);
    return in.readShort();
  }

  int i32(String what) {
    require(4, what);
    return in.readInt();
  }

  long u32(String what) {
    require(4, what);
    return in.readUnsignedInt();
  }

  double f64(String what) {
    require(8, what);
    return in.readDouble();
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  String utf8(long bytes, String what) {
    limits.text(bytes);
    require(bytes, what);
    String text = in.toString(in.readerIndex(), (int) bytes, StandardCharsets.UTF_8);
    in.skipBytes((int) bytes);
    return text;
  }

  byte[] bytes(int length, String what) {
    require(length, what);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private void require(long bytes, String what) {
    if (in.readableBytes() < bytes) {
      throw new MalformedException(
          "AMF: message ends in %s: %d bytes needed, %d left"
              .formatted(what, bytes, in.readableBytes()));
    }
  }
}
