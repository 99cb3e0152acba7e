package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a SimpleBlock or a Block: one or several frames of one track (RFC 9559, sections 10.1
 * to 10.3).
 *
 * @param track number of the track
 * @param relativeTicks time stamp of the first frame, counted from the cluster's
 * @param key whether a SimpleBlock calls it a key frame; a Block does not say
 * @param frames views of what was read, in order
 */
public record Block(int track, int relativeTicks, boolean key, List<ByteBuf> frames) {
  /** Frames of one block, by the size of their count. */
  static final int MAX_FRAMES = 256;

  private static final int KEY_FLAG = 0x80;
  private static final int NO_LACING = 0;
  private static final int XIPH = 1;
  private static final int FIXED_SIZE = 2;

  /**
   * Reads the body, all of {@code in}, which is borrowed and must outlive the frames.
   *
   * @throws MalformedException when it cannot be read
   */
  public static Block read(ByteBuf in) {
    int trackBytes = requireVint(in);
    long track = ElementHeader.vint(in, in.readerIndex(), trackBytes);
    if (track < 1 || track > TrackEntry.MAX_NUMBER) {
      throw new MalformedException("Matroska block of track " + track);
    }
    in.skipBytes(trackBytes);
    require(in, 3);
    int relativeTicks = in.readShort();
    int flags = in.readUnsignedByte();
    int lacing = flags >> 1 & 3;
    List<ByteBuf> frames =
        lacing == NO_LACING
            ? List.of(in.readSlice(in.readableBytes()))
            : split(in, sizes(lacing, in));
    return new Block((int) track, relativeTicks, (flags & KEY_FLAG) != 0, frames);
  }

  /** Sizes of all frames; {@code in} stands behind them afterwards. */
  private static int[] sizes(int lacing, ByteBuf in) {
    require(in, 1);
    int[] sizes = new int[in.readUnsignedByte() + 1];
    if (lacing == FIXED_SIZE) {
      if (in.readableBytes() % sizes.length != 0) {
        throw new MalformedException(
            "Matroska block of %d frames of one size in %d bytes"
                .formatted(sizes.length, in.readableBytes()));
      }
      java.util.Arrays.fill(sizes, in.readableBytes() / sizes.length);
      return sizes;
    }
    long sum = 0;
    for (int i = 0; i < sizes.length - 1; i++) {
      long size = lacing == XIPH ? xiphSize(in) : ebmlSize(in, i, i == 0 ? 0 : sizes[i - 1]);
      sum += size;
      if (size < 0 || sum > in.readableBytes()) {
        throw new MalformedException(
            "Matroska block: frame %d of %d has %d bytes, %d are left"
                .formatted(i + 1, sizes.length, size, in.readableBytes()));
      }
      sizes[i] = (int) size;
    }
    sizes[sizes.length - 1] = (int) (in.readableBytes() - sum);
    if (sizes[sizes.length - 1] < 0) {
      throw new MalformedException("Matroska block: its frames are longer than itself");
    }
    return sizes;
  }

  private static long xiphSize(ByteBuf in) {
    long size = 0;
    for (int octet = 255; octet == 255; size += octet) {
      require(in, 1);
      octet = in.readUnsignedByte();
    }
    return size;
  }

  /** The first size as it is, the others as differences to the one before. */
  private static long ebmlSize(ByteBuf in, int index, int before) {
    int bytes = requireVint(in);
    long value = ElementHeader.vint(in, in.readerIndex(), bytes);
    in.skipBytes(bytes);
    if (index == 0) {
      return value;
    }
    long middle = (1L << 7 * bytes - 1) - 1;
    return before + (value == ElementHeader.UNKNOWN ? middle + 1 : value - middle);
  }

  private static List<ByteBuf> split(ByteBuf in, int[] sizes) {
    List<ByteBuf> frames = new ArrayList<>(sizes.length);
    for (int size : sizes) {
      frames.add(in.readSlice(size));
    }
    return frames;
  }

  private static int requireVint(ByteBuf in) {
    require(in, 1);
    int bytes = ElementHeader.vintBytes(in.getUnsignedByte(in.readerIndex()), 8, "number");
    require(in, bytes);
    return bytes;
  }

  private static void require(ByteBuf in, int bytes) {
    if (in.readableBytes() < bytes) {
      throw new MalformedException("Matroska block ends in its header");
    }
  }
}
