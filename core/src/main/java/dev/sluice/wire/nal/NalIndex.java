package dev.sluice.wire.nal;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where the NAL units of an access unit are. Empty ones are not listed. Can be used again, so that
 * nothing is allocated for an access unit.
 */
public final class NalIndex {
  /**
   * NAL units of an access unit. A picture of 8 192 × 4 320 samples has 512 × 270 macroblocks;
   * encoders that count at all make a slice of a row at the finest.
   */
  public static final int MAX_UNITS = 16_384;

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private int[] offsets = new int[16];
  private int[] lengths = new int[16];
  private int count;

  /** Number of NAL units. */
  public int count() {
    return count;
  }

  /** Index of a unit's first byte, its header, in the buffer that was read. */
  public int offset(int unit) {
    return offsets[unit];
  }

  /** Bytes of a unit, header included; at least 1. */
  public int length(int unit) {
    return lengths[unit];
  }

  /** Puts a unit in the place of an earlier one; with {@link #truncate} this removes units. */
  public void move(int unit, int place) {
    offsets[place] = offsets[unit];
    lengths[place] = lengths[unit];
  }

  /** Forgets all units from number {@code newCount} on. */
  public void truncate(int newCount) {
    count = Math.min(count, newCount);
  }

  /**
   * Lists the units of an access unit in which each stands behind its length.
   *
   * @param in its indexes stay as they are
   * @param lengthSize bytes of each length: 1, 2 or 4
   * @throws MalformedException when a unit reaches past the end or there are more than {@link
   *     #MAX_UNITS}
   */
  public void readLengthPrefixed(ByteBuf in, int lengthSize) {
    count = 0;
    int end = in.writerIndex();
    for (int at = in.readerIndex(); at < end; ) {
      int length = length(in, at, end, lengthSize);
      at += lengthSize;
      if (length > 0) {
        add(at, length);
      }
      at += length;
    }
  }

  /**
   * Lists the units of a byte stream (annex B): each behind a start code, zeros around them.
   *
   * @param in begins with a start code or zeros before it; its indexes stay as they are
   * @throws MalformedException when something else stands before the first start code or there are
   *     more than {@link #MAX_UNITS} units
   */
  public void readByteStream(ByteBuf in) {
    count = 0;
    int begin = in.readerIndex();
    int end = in.writerIndex();
    ByteBuffer bytes = view(in, begin, end);
    int code = begin + startCode(bytes, 0);
    if (withoutZeros(in, begin, code) > begin) {
      throw new MalformedException(
          "byte stream begins with 0x%02X, allowed are zeros and a start code"
              .formatted(in.getUnsignedByte(begin)));
    }
    while (code < end) {
      int unit = code + 3;
      code = begin + startCode(bytes, unit - begin);
      int unitEnd = withoutZeros(in, unit, code);
      if (unitEnd > unit) {
        add(unit, unitEnd - unit);
      }
    }
  }

  /**
   * Index of the next {@code 00 00 01} that lies wholly before {@code end}, else {@code end}.
   *
   * @param from where to begin
   */
  public static int startCode(ByteBuf in, int from, int end) {
    return from >= end ? end : from + startCode(view(in, from, end), 0);
  }

  /** Index of the next {@code 00 00} that lies wholly before {@code end}, else {@code end}. */
  static int zeroPair(ByteBuf in, int from, int end) {
    return from >= end ? end : from + zeroPair(view(in, from, end), 0);
  }

  /** A buffer of Java's over the same memory: its checks are those of the JIT, not of Netty. */
  private static ByteBuffer view(ByteBuf in, int from, int end) {
    return in.nioBuffer(from, end - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int startCode(ByteBuffer in, int from) {
    int end = in.limit();
    int at = zeroPair(in, from);
    while (at + 2 < end) {
      int third = in.get(at + 2);
      if (third == 1) {
        return at;
      }
      at = zeroPair(in, third == 0 ? at + 1 : at + 3);
    }
    return end;
  }

  private static int zeroPair(ByteBuffer in, int from) {
    int end = in.limit();
    int at = from;
    while (at + 1 < end) {
      if (at + 16 <= end && (zeros(in.getLong(at)) | zeros(in.getLong(at + 8))) == 0) {
        at += 16;
        continue;
      }
      if (at + 8 <= end) {
        long zeros = zeros(in.getLong(at));
        if (zeros == 0) {
          at += 8;
          continue;
        }
        at += Long.numberOfTrailingZeros(zeros) >> 3;
        if (at + 1 == end) {
          return end;
        }
      }
      if (in.get(at + 1) != 0) {
        at += 2;
      } else if (in.get(at) != 0) {
        at += 1;
      } else {
        return at;
      }
    }
    return end;
  }

  /** High bits where bytes are 0; the lowest one that is set is exact. */
  private static long zeros(long word) {
    return word - ONES & ~word & HIGH_BITS;
  }

  private static int withoutZeros(ByteBuf in, int begin, int end) {
    int at = end;
    while (at > begin && in.getByte(at - 1) == 0) {
      at--;
    }
    return at;
  }

  private void add(int offset, int length) {
    if (count == offsets.length) {
      if (count == MAX_UNITS) {
        throw new MalformedException("access unit of more than " + MAX_UNITS + " NAL units");
      }
      offsets = Arrays.copyOf(offsets, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    offsets[count] = offset;
    lengths[count++] = length;
  }

  private static int length(ByteBuf in, int at, int end, int lengthSize) {
    long length =
        end - at < lengthSize
            ? Long.MAX_VALUE
            : switch (lengthSize) {
              case 1 -> in.getUnsignedByte(at);
              case 2 -> in.getUnsignedShort(at);
              case 4 -> in.getUnsignedInt(at);
              default -> throw new IllegalArgumentException("length size " + lengthSize);
            };
    if (length > end - at - lengthSize) {
      throw new MalformedException(
          "NAL unit at byte %d of %d reaches past the end of its access unit"
              .formatted(at - in.readerIndex(), in.readableBytes()));
    }
    return (int) length;
  }
}
