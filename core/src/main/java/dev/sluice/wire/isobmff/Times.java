package dev.sluice.wire.isobmff;

import io.netty.buffer.ByteBuf;

/** What the headers of movie, track and media have in common. */
final class Times {
  /** Bytes of a transformation matrix. */
  static final int MATRIX_SIZE = 36;

  private Times() {}

  /** The lowest version that holds these, 0 or 1. The last one may be −1. */
  static int version(long creation, long modification, long duration) {
    boolean fits =
        creation <= 0xFFFF_FFFFL && modification <= 0xFFFF_FFFFL && duration < 0xFFFF_FFFFL;
    return fits ? 0 : 1;
  }

  static void write(int version, long value, ByteBuf out) {
    if (version == 0) {
      out.writeInt((int) value);
    } else {
      out.writeLong(value);
    }
  }

  static void writeIdentity(ByteBuf out) {
    out.writeInt(0x1_0000).writeZero(12).writeInt(0x1_0000).writeZero(12).writeInt(0x4000_0000);
  }
}
