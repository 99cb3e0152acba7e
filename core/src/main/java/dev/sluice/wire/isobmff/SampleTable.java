package dev.sluice.wire.isobmff;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A table of samples, whose entries stay bytes.
 *
 * @param header what it begins with
 * @param entries as they lie in the file
 */
public record SampleTable(SampleTableHeader header, Bytes entries) implements Box {
  public SampleTable {
    if (entries.size() != header.entriesSize()) {
      throw new IllegalArgumentException(
          "%d bytes of entries, allowed are %d".formatted(entries.size(), header.entriesSize()));
    }
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static SampleTable read(int type, ByteBuf in) {
    var header = SampleTableHeader.read(type, in.readableBytes(), in);
    return new SampleTable(header, new Body(in, type).bytes((int) header.entriesSize()));
  }

  /** A table of fields of 32 bits ({@code co64}: 64), in the order of {@link SampleTableHeader}. */
  public static SampleTable of(int type, long... fields) {
    int bits = type == BoxType.CO64 ? 64 : 32;
    int perEntry = new SampleTableHeader(type, 0, 0, 0, bits).fields();
    ByteBuf out = Unpooled.buffer();
    boolean negative = false;
    for (int i = 0; i < fields.length; i++) {
      if (bits == 64) {
        out.writeLong(fields[i]);
      } else {
        out.writeInt((int) fields[i]);
        negative |= fields[i] < 0;
      }
    }
    int version = type == BoxType.CTTS && negative ? 1 : 0;
    return new SampleTable(
        new SampleTableHeader(type, version, fields.length / perEntry, 0, bits), Bytes.copyOf(out));
  }

  /** A {@code stsz} of {@code count} samples that all have {@code size} bytes, at least 1. */
  public static SampleTable ofUniformSize(int count, int size) {
    return new SampleTable(new SampleTableHeader(BoxType.STSZ, 0, count, size, 32), Bytes.EMPTY);
  }

  /**
   * A field of an entry.
   *
   * @return without a sign, but for the offset of {@code ctts}
   */
  public long field(int index, int field) {
    return field(header, entries.buffer(), 0, index, field);
  }

  /**
   * A field of an entry, where some of a table's entries lie in {@code buffer}.
   *
   * @param start index in {@code buffer} of the first of them; in a {@code stz2} of 4 bits that is
   *     one of an even number
   * @param index of the entry, counted from that one
   */
  public static long field(
      SampleTableHeader header, ByteBuf buffer, int start, int index, int field) {
    if (header.uniformSize() > 0) {
      return header.uniformSize();
    }
    long bit = (long) index * header.entryBits() + (long) field * header.fieldBits();
    int at = start + (int) (bit >> 3);
    return switch (header.fieldBits()) {
      case 4 -> (bit & 7) == 0 ? buffer.getByte(at) >> 4 & 0xF : buffer.getByte(at) & 0xF;
      case 8 -> buffer.getUnsignedByte(at);
      case 16 -> buffer.getUnsignedShort(at);
      case 64 -> buffer.getLong(at);
      default ->
          header.type() == BoxType.CTTS && field == 1
              ? buffer.getInt(at)
              : buffer.getUnsignedInt(at);
    };
  }

  @Override
  public int type() {
    return header.type();
  }

  @Override
  public void writeBody(ByteBuf out) {
    header.write(out);
    entries.writeTo(out);
  }
}
