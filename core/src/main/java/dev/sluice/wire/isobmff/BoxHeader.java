package dev.sluice.wire.isobmff;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a box begins with (ISO/IEC 14496-12, section 4.2).
 *
 * @param type four characters, {@link BoxType}
 * @param bodySize bytes behind this header; {@link #TO_THE_END} when the box goes on to the end of
 *     the file
 * @param size bytes of this header: 8, with a size of 64 bits 16; 16 more in a {@code uuid} box
 * @param userType the 16 bytes of a {@code uuid} box's own type, else null
 */
public record BoxHeader(int type, long bodySize, int size, @Nullable Bytes userType) {
  /** Bytes of the shortest header. */
  public static final int MIN_SIZE = 8;

  /** Bytes of the longest header. */
  public static final int MAX_SIZE = 32;

  /** The body goes on to the end of the file. */
  public static final long TO_THE_END = -1;

  private static final int LARGE_SIZE = 8;
  private static final int USER_TYPE = 16;

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when the size is smaller than the header, or has more than 63 bits
   */
  public static @Nullable BoxHeader read(ByteBuf in) {
    if (in.readableBytes() < MIN_SIZE) {
      return null;
    }
    int start = in.readerIndex();
    long boxSize = in.getUnsignedInt(start);
    int type = in.getInt(start + 4);
    int headerSize =
        MIN_SIZE + (boxSize == 1 ? LARGE_SIZE : 0) + (type == BoxType.UUID ? USER_TYPE : 0);
    if (in.readableBytes() < headerSize) {
      return null;
    }
    if (boxSize == 1) {
      boxSize = in.getLong(start + MIN_SIZE);
    }
    if (boxSize != 0 && boxSize < headerSize) {
      throw new MalformedException(
          "box '%s' of %s bytes, allowed are 0 and %d to 2^63 - 1"
              .formatted(BoxType.text(type), Long.toUnsignedString(boxSize), headerSize));
    }
    Bytes userType =
        type == BoxType.UUID
            ? Bytes.copyOf(in.slice(start + headerSize - USER_TYPE, USER_TYPE))
            : null;
    in.skipBytes(headerSize);
    return new BoxHeader(
        type, boxSize == 0 ? TO_THE_END : boxSize - headerSize, headerSize, userType);
  }

  /** A header of 8 bytes, or of 16 when the box is 4 GiB or more. */
  public static BoxHeader of(int type, long bodySize) {
    int size = bodySize + MIN_SIZE > 0xFFFF_FFFFL ? MIN_SIZE + LARGE_SIZE : MIN_SIZE;
    return new BoxHeader(type, bodySize, size, null);
  }

  /** Appends {@link #size} bytes. */
  public void write(ByteBuf out) {
    Bytes user = userType;
    boolean large = size - (user == null ? 0 : USER_TYPE) > MIN_SIZE;
    long boxSize = bodySize == TO_THE_END ? 0 : bodySize + size;
    out.writeInt(large ? 1 : (int) boxSize).writeInt(type);
    if (large) {
      out.writeLong(boxSize);
    }
    if (user != null) {
      user.writeTo(out);
    }
  }

  /** Bytes of header and body; {@link #TO_THE_END} when that is where the box ends. */
  public long boxSize() {
    return bodySize == TO_THE_END ? TO_THE_END : size + bodySize;
  }
}
