package dev.sluice.wire.isobmff;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Reads the fields of one box's body, and says which box ended too early. */
final class Body {
  private final ByteBuf in;
  private final int type;
  private int version;
  private int flags;

  /** Reads on from the reader index of {@code in}, which moves. */
  Body(ByteBuf in, int type) {
    this.in = in;
    this.type = type;
  }

  /** Reads version and flags of a full box. */
  static Body full(ByteBuf in, int type, int maxVersion) {
    Body body = new Body(in, type);
    body.version = body.u8();
    body.flags = body.u24();
    if (body.version > maxVersion) {
      throw new UnsupportedException(
          "box '%s' of version %d, allowed is 0 to %d"
              .formatted(BoxType.text(type), body.version, maxVersion));
    }
    return body;
  }

  int version() {
    return version;
  }

  int flags() {
    return flags;
  }

  boolean flag(int bit) {
    return (flags & bit) != 0;
  }

  int readableBytes() {
    return in.readableBytes();
  }

  int u8() {
    return require(1).readUnsignedByte();
  }

  int u16() {
    return require(2).readUnsignedShort();
  }

  int i16() {
    return require(2).readShort();
  }

  int u24() {
    return require(3).readUnsignedMedium();
  }

  int i32() {
    return require(4).readInt();
  }

  long u32() {
    return require(4).readUnsignedInt();
  }

  long i64() {
    return require(8).readLong();
  }

  /** 64 bits without sign, of which 63 are enough for everything. */
  long u64(String name) {
    long value = i64();
    if (value < 0) {
      throw fault(name, Long.toUnsignedString(value), "0 to 2^63 - 1");
    }
    return value;
  }

  /** 32 bits in version 0, 64 in version 1, without sign. */
  long u32or64(String name) {
    return version == 0 ? u32() : u64(name);
  }

  /** A duration of 32 or 64 bits; −1 when all bits are 1, which says that it is not known. */
  long duration() {
    if (version == 0) {
      long value = u32();
      return value == 0xFFFF_FFFFL ? -1 : value;
    }
    long value = i64();
    return value == -1 ? -1 : checkedDuration(value);
  }

  private long checkedDuration(long value) {
    if (value < 0) {
      throw fault("duration", Long.toUnsignedString(value), "0 to 2^63 - 1 and 2^64 - 1");
    }
    return value;
  }

  /** Ticks per second; none has been seen above 10 MHz. */
  int timescale() {
    long value = u32();
    if (value < 1 || value > 1_000_000_000) {
      throw fault("timescale", Long.toString(value), "1 to 1000000000");
    }
    return (int) value;
  }

  Bytes bytes(int count) {
    return Bytes.copyOf(require(count).readSlice(count));
  }

  Bytes rest() {
    return bytes(in.readableBytes());
  }

  ByteBuf restSlice() {
    return in.readSlice(in.readableBytes());
  }

  void skip(int count) {
    require(count).skipBytes(count);
  }

  /** A text that ends with a 0, which QuickTime and some others leave out at the end of a box. */
  String text() {
    int length = in.bytesBefore((byte) 0);
    boolean terminated = length >= 0;
    if (!terminated) {
      length = in.readableBytes();
    }
    if (length > BoxLimits.MAX_TEXT) {
      throw fault("text", length + " bytes", "at most " + BoxLimits.MAX_TEXT);
    }
    String text = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    if (ByteBufUtil.utf8Bytes(text) > BoxLimits.MAX_TEXT) { // what is no UTF-8 has become longer
      throw fault("text", length + " bytes", "UTF-8");
    }
    if (terminated) {
      in.skipBytes(1);
    }
    return text;
  }

  /** A count of entries that have at least {@code minBytesEach} each, checked before use. */
  int count(String what, long count, int max, int minBytesEach) {
    return BoxLimits.count(type, what, count, max, minBytesEach, in.readableBytes());
  }

  MalformedException fault(String name, String value, String allowed) {
    return new MalformedException(
        "box '%s': %s is %s, allowed is %s".formatted(BoxType.text(type), name, value, allowed));
  }

  private ByteBuf require(int count) {
    if (in.readableBytes() < count) {
      throw new MalformedException(
          "box '%s' ends too early: %d bytes needed, %d left"
              .formatted(BoxType.text(type), count, in.readableBytes()));
    }
    return in;
  }
}
