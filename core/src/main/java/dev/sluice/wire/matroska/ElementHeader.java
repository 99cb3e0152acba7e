package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * ID and size before an element's body (RFC 8794, sections 4 to 6).
 *
 * @param id with its length marker, one to four bytes
 * @param bodyBytes size of the body, 0 to 2⁵⁶ − 2; {@link #UNKNOWN} when it ends where something
 *     comes that cannot stand in it
 */
public record ElementHeader(int id, long bodyBytes) {
  /** Size that a live recording gives its segment and clusters. */
  public static final long UNKNOWN = -1;

  /** Bytes at most. */
  public static final int MAX_BYTES = 12;

  private static final int MAX_ID_BYTES = 4;
  private static final int MAX_SIZE_BYTES = 8;

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when an ID of more than four bytes or a size of more than eight is
   *     announced, or the ID is reserved
   */
  public static @Nullable ElementHeader read(ByteBuf in) {
    int start = in.readerIndex();
    if (!in.isReadable()) {
      return null;
    }
    int idBytes = vintBytes(in.getUnsignedByte(start), MAX_ID_BYTES, "ID");
    if (in.readableBytes() <= idBytes) {
      return null;
    }
    int id = (int) unsigned(in, start, idBytes);
    if (isReserved(id, idBytes)) {
      throw new MalformedException("EBML element ID %X is reserved".formatted(id));
    }
    int sizeAt = start + idBytes;
    int sizeBytes = vintBytes(in.getUnsignedByte(sizeAt), MAX_SIZE_BYTES, "size");
    if (in.readableBytes() < idBytes + sizeBytes) {
      return null;
    }
    in.skipBytes(idBytes + sizeBytes);
    return new ElementHeader(id, vint(in, sizeAt, sizeBytes));
  }

  /** Appends the header; the size takes as few bytes as it needs, eight when it is not known. */
  public void write(ByteBuf out) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      if (id >>> shift != 0) {
        out.writeByte(id >>> shift);
      }
    }
    if (bodyBytes == UNKNOWN) {
      out.writeLong(0x01FF_FFFF_FFFF_FFFFL);
      return;
    }
    int bytes = 1;
    while (bytes < MAX_SIZE_BYTES && bodyBytes >= (1L << 7 * bytes) - 1) {
      bytes++;
    }
    long marked = bodyBytes | 1L << 7 * bytes;
    for (int i = bytes - 1; i >= 0; i--) {
      out.writeByte((int) (marked >>> 8 * i));
    }
  }

  /** How many bytes a number of variable size has, by its first one. */
  static int vintBytes(int first, int max, String what) {
    int bytes = first == 0 ? 9 : Integer.numberOfLeadingZeros(first) - 23;
    if (bytes > max) {
      throw new MalformedException(
          "EBML %s begins with %02X: more than %d bytes".formatted(what, first, max));
    }
    return bytes;
  }

  /** A number of variable size without its marker; {@link #UNKNOWN} when all its bits are set. */
  static long vint(ByteBuf in, int at, int bytes) {
    long mask = (1L << 7 * bytes) - 1;
    long value = unsigned(in, at, bytes) & mask;
    return value == mask ? UNKNOWN : value;
  }

  private static long unsigned(ByteBuf in, int at, int bytes) {
    return switch (bytes) {
      case 1 -> in.getUnsignedByte(at);
      case 2 -> in.getUnsignedShort(at);
      case 3 -> in.getUnsignedMedium(at);
      case 4 -> in.getUnsignedInt(at);
      default -> in.getUnsignedInt(at) << 8 * (bytes - 4) | unsigned(in, at + 4, bytes - 4);
    };
  }

  private static boolean isReserved(int id, int bytes) {
    int value = id & (1 << 7 * bytes) - 1;
    return value == 0 || value == (1 << 7 * bytes) - 1;
  }
}
