package dev.sluice.wire.vpx;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The index at the end of a VP9 superframe (annex B): several frames, of which one is shown, in one
 * unit.
 *
 * @param sizes bytes of each frame, 1 to 8 frames
 */
public record Superframe(List<Integer> sizes) {
  private static final int MARKER = 0b110;

  public Superframe {
    sizes = List.copyOf(sizes);
  }

  /**
   * Reads the index; a unit without one is a single frame.
   *
   * @param unit its indexes stay as they are
   * @throws MalformedException when the frames together are larger than the unit
   */
  public static Superframe read(ByteBuf unit) {
    int total = unit.readableBytes();
    int end = unit.writerIndex();
    if (total == 0) {
      throw new MalformedException("VP9 unit of 0 bytes");
    }
    int marker = unit.getUnsignedByte(end - 1);
    int sizeBytes = 1 + (marker >> 3 & 3);
    int count = 1 + (marker & 7);
    int indexBytes = 2 + sizeBytes * count;
    if (marker >> 5 != MARKER
        || total < indexBytes
        || unit.getUnsignedByte(end - indexBytes) != marker) {
      return new Superframe(List.of(total));
    }
    List<Integer> sizes = new ArrayList<>();
    long left = (long) total - indexBytes;
    int at = end - indexBytes + 1;
    for (int i = 0; i < count; i++) {
      long size = 0;
      for (int octet = 0; octet < sizeBytes; octet++) {
        size |= (long) unit.getUnsignedByte(at++) << 8 * octet;
      }
      left -= size;
      if (left < 0) {
        throw new MalformedException(
            "VP9 superframe of %d bytes: frame %d of %d reaches past the end"
                .formatted(total, i, count));
      }
      sizes.add((int) size);
    }
    return new Superframe(sizes);
  }
}
