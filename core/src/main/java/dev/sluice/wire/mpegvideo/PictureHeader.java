package dev.sluice.wire.mpegvideo;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * Picture header (H.262, section 6.2.3).
 *
 * @param temporalReference temporal_reference, the place in output order in its group
 * @param type what it is predicted from
 */
public record PictureHeader(int temporalReference, Type type) {

  /** picture_coding_type. */
  public enum Type {
    /** From nothing. */
    INTRA,
    /** From the past. */
    PREDICTED,
    /** From the past and the future. */
    BIDIRECTIONAL,
    /** Of average colours alone (MPEG-1). */
    DC
  }

  /**
   * Reads the header.
   *
   * @param in its indexes stay as they are
   * @param offset of the first byte behind {@code 00 00 01 00}
   * @param end index behind the last byte of the picture
   * @throws MalformedException when it ends too early, or the type is none of four
   */
  public static PictureHeader read(ByteBuf in, int offset, int end) {
    if (end - offset < 2) {
      throw new MalformedException("picture header of %d bytes".formatted(end - offset));
    }
    int bits = in.getUnsignedShort(offset);
    int type = bits >> 3 & 7;
    if (type < 1 || type > 4) {
      throw new MalformedException("picture_coding_type is " + type + ", allowed is 1 to 4");
    }
    return new PictureHeader(bits >> 6, Type.values()[type - 1]);
  }
}
