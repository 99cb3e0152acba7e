package dev.sluice.wire.mpegvideo;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * Group of pictures header (H.262, section 6.2.2.6).
 *
 * @param timeCode time_code of the first picture in output order, 25 bits
 * @param closed closed_gop: the B pictures behind the first picture need nothing before it
 * @param brokenLink broken_link: they cannot be decoded
 */
public record GroupHeader(int timeCode, boolean closed, boolean brokenLink) {

  /**
   * Reads the header.
   *
   * @param in its indexes stay as they are
   * @param offset of the first byte behind {@code 00 00 01 B8}
   * @param end index behind its last byte
   * @throws MalformedException when it ends too early
   */
  public static GroupHeader read(ByteBuf in, int offset, int end) {
    if (end - offset < 4) {
      throw new MalformedException("group header of %d bytes".formatted(end - offset));
    }
    int bits = in.getInt(offset);
    return new GroupHeader(bits >>> 7, (bits & 0x40) != 0, (bits & 0x20) != 0);
  }
}
