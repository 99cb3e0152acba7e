package dev.sluice.wire.matroska;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.ObjIntConsumer;

/** Reads the bodies of elements that lie in memory as a whole (RFC 8794, section 7). */
final class ElementBody {
  private ElementBody() {}

  /**
   * Goes through the children of a master element.
   *
   * @param child gets each body, a view of its own, and the ID
   * @throws MalformedException when a child ends after its parent or has no size
   */
  static void children(String what, ByteBuf body, ObjIntConsumer<ByteBuf> child) {
    ByteBuf in = body.slice();
    while (in.isReadable()) {
      ElementHeader header = ElementHeader.read(in);
      if (header == null || header.bodyBytes() > in.readableBytes()) {
        throw new MalformedException(
            "Matroska %s: an element ends %s bytes too late"
                .formatted(
                    what, header == null ? "some" : header.bodyBytes() - in.readableBytes()));
      }
      if (header.bodyBytes() == ElementHeader.UNKNOWN) {
        throw new MalformedException(
            "Matroska %s: element %X has no size".formatted(what, header.id()));
      }
      child.accept(in.readSlice((int) header.bodyBytes()), header.id());
    }
  }

  /**
   * A number without sign; 0 where the element is empty.
   *
   * @throws MalformedException when it has more than eight bytes or does not fit 63 bits
   */
  static long unsigned(String what, ByteBuf body) {
    requireSize(what, body, 8);
    long value = 0;
    while (body.isReadable()) {
      value = value << 8 | body.readUnsignedByte();
    }
    if (value < 0) {
      throw new MalformedException(
          "Matroska %s is %s, allowed is at most 2⁶³ − 1"
              .formatted(what, Long.toUnsignedString(value)));
    }
    return value;
  }

  /**
   * As {@link #unsigned(String, ByteBuf)}.
   *
   * @throws MalformedException when it is more than {@code max}
   */
  static int unsigned(String what, ByteBuf body, int max) {
    long value = unsigned(what, body);
    if (value > max) {
      throw new MalformedException(
          "Matroska %s is %d, allowed is at most %d".formatted(what, value, max));
    }
    return (int) value;
  }

  /**
   * A number with a fraction, of four or eight bytes; 0 where the element is empty.
   *
   * @throws MalformedException when it has another size
   */
  static double real(String what, ByteBuf body) {
    return switch (body.readableBytes()) {
      case 0 -> 0;
      case 4 -> body.readFloat();
      case 8 -> body.readDouble();
      default ->
          throw new MalformedException(
              "Matroska %s has %d bytes, allowed are 0, 4 and 8"
                  .formatted(what, body.readableBytes()));
    };
  }

  /**
   * Characters, without the zeros that may fill the end.
   *
   * @throws MalformedException when there are more than {@code max} bytes
   */
  static String text(String what, ByteBuf body, int max) {
    requireSize(what, body, max);
    String text = body.toString(StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /**
   * A copy.
   *
   * @throws MalformedException when there are more than {@code max} bytes
   */
  static Bytes bytes(String what, ByteBuf body, int max) {
    requireSize(what, body, max);
    return Bytes.copyOf(body);
  }

  private static void requireSize(String what, ByteBuf body, int max) {
    if (body.readableBytes() > max) {
      throw new MalformedException(
          "Matroska %s has %d bytes, allowed are %d".formatted(what, body.readableBytes(), max));
    }
  }
}
