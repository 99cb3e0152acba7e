package dev.sluice.wire.av1;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Where the OBUs of a temporal unit are. Can be used again, so that nothing is allocated for one.
 */
public final class ObuIndex {
  /** OBUs of a temporal unit: a tile group for each of 4 096 tiles, twice. */
  public static final int MAX_OBUS = 8_192;

  private int[] offsets = new int[16];
  private int[] payloads = new int[16];
  private int[] ends = new int[16];
  private int count;

  /** Number of OBUs. */
  public int count() {
    return count;
  }

  /** Index of an OBU's first byte, its header. */
  public int offset(int obu) {
    return offsets[obu];
  }

  /** Index of the first byte behind header and size. */
  public int payload(int obu) {
    return payloads[obu];
  }

  /** Index behind an OBU's last byte. */
  public int end(int obu) {
    return ends[obu];
  }

  /** Puts an OBU in the place of an earlier one; with {@link #truncate} this removes OBUs. */
  public void move(int obu, int place) {
    offsets[place] = offsets[obu];
    payloads[place] = payloads[obu];
    ends[place] = ends[obu];
  }

  /** Forgets all OBUs from number {@code newCount} on. */
  public void truncate(int newCount) {
    count = Math.min(count, newCount);
  }

  /**
   * Lists the OBUs of the low-overhead format (section 5.2). The last one may be without a size.
   *
   * @param in its indexes stay as they are
   * @throws MalformedException when an OBU reaches past the end, its forbidden bit is set, or there
   *     are more than {@link #MAX_OBUS}
   */
  public void read(ByteBuf in) {
    count = 0;
    ByteBuf view = in.duplicate();
    while (view.isReadable()) {
      int offset = view.readerIndex();
      int header = view.readUnsignedByte();
      if ((header & Obu.FORBIDDEN) != 0) {
        throw new MalformedException("OBU header 0x%02X: obu_forbidden_bit is 1".formatted(header));
      }
      if ((header & Obu.EXTENSION) != 0) {
        require(view, 1);
        view.skipBytes(1);
      }
      long size = (header & Obu.HAS_SIZE) != 0 ? Leb128.read(view) : view.readableBytes();
      require(view, size);
      add(offset, view.readerIndex(), view.readerIndex() + (int) size);
      view.skipBytes((int) size);
    }
  }

  /** Whether an OBU has a size field. */
  public boolean hasSize(ByteBuf in, int obu) {
    return (in.getByte(offsets[obu]) & Obu.HAS_SIZE) != 0;
  }

  /** Bytes that {@link #writeSized} appends. */
  public int sizedBytes(ByteBuf in, int obu) {
    int size = ends[obu] - payloads[obu];
    return headerBytes(in, obu) + Leb128.size(size) + size;
  }

  /** Appends an OBU with its size. */
  public void writeSized(ByteBuf in, int obu, ByteBuf out) {
    int offset = offsets[obu];
    out.writeByte(in.getByte(offset) | Obu.HAS_SIZE);
    if (headerBytes(in, obu) == 2) {
      out.writeByte(in.getByte(offset + 1));
    }
    int size = ends[obu] - payloads[obu];
    Leb128.write(size, out);
    out.writeBytes(in, payloads[obu], size);
  }

  private int headerBytes(ByteBuf in, int obu) {
    return (in.getByte(offsets[obu]) & Obu.EXTENSION) != 0 ? 2 : 1;
  }

  private void add(int offset, int payload, int end) {
    if (count == offsets.length) {
      if (count == MAX_OBUS) {
        throw new MalformedException("temporal unit of more than " + MAX_OBUS + " OBUs");
      }
      offsets = Arrays.copyOf(offsets, 2 * count);
      payloads = Arrays.copyOf(payloads, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    offsets[count] = offset;
    payloads[count] = payload;
    ends[count++] = end;
  }

  private static void require(ByteBuf in, long bytes) {
    if (in.readableBytes() < bytes) {
      throw new MalformedException(
          "OBU of %d bytes more, %d are left".formatted(bytes, in.readableBytes()));
    }
  }
}
