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
  private static final long EVEN = 0x00FF_00FF_00FF_00FFL;
  private static final long EVEN_ONES = 0x0001_0001_0001_0001L;
  private static final long EVEN_SIGNS = 0x8000_8000_8000_8000L;

  /** Bytes that are looked at in one step. */
  private static final int LOOK_BYTES = 4 * Long.BYTES;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private int[] offsets = new int[16];
  private int[] lengths = new int[16];
  private int count;
  private boolean complete = true;
  private ByteBuffer memory = NOTHING;

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

  /** Forgets all units. */
  public void clear() {
    count = 0;
    complete = true;
    memory = NOTHING;
  }

  /** Java's view, index by index, of the buffer whose byte stream is listed; else an empty one. */
  public ByteBuffer memory() {
    return memory;
  }

  /**
   * Lists one more unit of a byte stream, for those who look for start codes themselves.
   *
   * @param bytes of the buffer, index by index
   * @param unit index behind its start code
   * @param end index of the next start code; zeros before it are not of the unit
   */
  public void add(ByteBuffer bytes, int unit, int end) {
    int unitEnd = withoutZeros(bytes, unit, end);
    if (unitEnd > unit) {
      complete &= offer(unit, unitEnd - unit);
    }
  }

  /**
   * Makes sure that all units are listed.
   *
   * @throws MalformedException when more than {@link #MAX_UNITS} were added
   */
  public void checkComplete() {
    if (!complete) {
      throw tooMany();
    }
  }

  /** The units are {@code distance} bytes further on. */
  public void moveBy(int distance) {
    for (int i = 0; i < count; i++) {
      offsets[i] += distance;
    }
  }

  /**
   * Lists what {@code other} lists before {@code end}, and takes it out there.
   *
   * @param bytes of the buffer that all of it is in, index by index
   */
  public void takeFrom(NalIndex other, int end, ByteBuffer bytes) {
    clear();
    complete = other.complete;
    memory = bytes;
    int taken = 0;
    while (taken < other.count && other.offsets[taken] < end) {
      offer(other.offsets[taken], other.lengths[taken]);
      taken++;
    }
    for (int i = taken; i < other.count; i++) {
      other.move(i, i - taken);
    }
    other.count -= taken;
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
    clear();
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
    clear();
    int begin = in.readerIndex();
    int end = in.writerIndex();
    ByteBuffer bytes = memory(in);
    memory = bytes;
    int code = startCode(bytes, begin, end);
    if (withoutZeros(bytes, begin, code) > begin) {
      throw new MalformedException(
          "byte stream begins with 0x%02X, allowed are zeros and a start code"
              .formatted(in.getUnsignedByte(begin)));
    }
    while (code < end) {
      int unit = code + 3;
      code = startCode(bytes, unit, end);
      int unitEnd = withoutZeros(bytes, unit, code);
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
    return from >= end ? end : from + startCode(memory(in, from, end), 0, end - from);
  }

  /** Index of the next {@code 00 00} that lies wholly before {@code end}, else {@code end}. */
  static int zeroPair(ByteBuf in, int from, int end) {
    return from >= end ? end : from + zeroPair(memory(in, from, end), 0, end - from);
  }

  /**
   * Java's view of the memory of {@code in} up to its writer index, index by index, for those who
   * look for many start codes in one buffer: Netty makes a new one each time.
   */
  public static ByteBuffer memory(ByteBuf in) {
    return memory(in, 0, in.writerIndex());
  }

  /** As {@link #memory(ByteBuf)}, of a part of {@code in}, whose first byte has index 0. */
  static ByteBuffer memory(ByteBuf in, int from, int end) {
    return in.nioBuffer(from, end - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** As {@link #startCode(ByteBuf, int, int)}, in what {@link #memory} gave. */
  public static int startCode(ByteBuffer in, int from, int end) {
    int at = zeroPair(in, from, end);
    while (at + 2 < end) {
      int third = in.get(at + 2);
      if (third == 1) {
        return at;
      }
      at = zeroPair(in, third == 0 ? at + 1 : at + 3, end);
    }
    return end;
  }

  /** As {@link #zeroPair(ByteBuf, int, int)}, in what {@link #memory} gave. */
  static int zeroPair(ByteBuffer in, int from, int end) {
    int at = from;
    for (; at + LOOK_BYTES < end; at += LOOK_BYTES) { // the way through nearly all bytes
      if (mayHoldPair(in, at)) {
        int begin = Math.max(from, at - 1); // the other zero may be the one before
        int pair = exactZeroPair(in, begin, at + LOOK_BYTES);
        if (pair < at + LOOK_BYTES) {
          return pair;
        }
      }
    }
    return exactZeroPair(in, Math.max(from, at - 1), end);
  }

  /** Of two zeros one has an even place: whether there may be a zero in one of those. */
  private static boolean mayHoldPair(ByteBuffer in, int at) {
    long first = (in.getLong(at) & EVEN) - EVEN_ONES;
    long second = (in.getLong(at + Long.BYTES) & EVEN) - EVEN_ONES;
    long third = (in.getLong(at + 2 * Long.BYTES) & EVEN) - EVEN_ONES;
    long fourth = (in.getLong(at + 3 * Long.BYTES) & EVEN) - EVEN_ONES;
    return ((first | second | third | fourth) & EVEN_SIGNS) != 0;
  }

  private static int exactZeroPair(ByteBuffer in, int from, int end) {
    int at = from;
    for (; at + Long.BYTES < end; at += Long.BYTES) {
      long pairs = pairs(in, at);
      if (pairs != 0) {
        return at + (Long.numberOfTrailingZeros(pairs) >> 3);
      }
    }
    for (; at + 1 < end; at++) {
      if (in.getShort(at) == 0) {
        return at;
      }
    }
    return end;
  }

  /** High bits where two zeros begin: a word and the one a byte on are both 0 there. */
  private static long pairs(ByteBuffer in, int at) {
    return zeros(in.getLong(at) | in.getLong(at + 1));
  }

  /** High bits where bytes are 0; the lowest one that is set is exact. */
  private static long zeros(long word) {
    return word - ONES & ~word & HIGH_BITS;
  }

  private static int withoutZeros(ByteBuffer in, int begin, int end) {
    int at = end;
    while (at > begin && in.get(at - 1) == 0) {
      at--;
    }
    return at;
  }

  private void add(int offset, int length) {
    if (!offer(offset, length)) {
      throw tooMany();
    }
  }

  private boolean offer(int offset, int length) {
    if (count == MAX_UNITS) {
      return false;
    }
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    offsets[count] = offset;
    lengths[count++] = length;
    return true;
  }

  private static MalformedException tooMany() {
    return new MalformedException("access unit of more than " + MAX_UNITS + " NAL units");
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
