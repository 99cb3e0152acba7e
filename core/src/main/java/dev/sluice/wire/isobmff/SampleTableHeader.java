package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * What a table of samples begins with, and so how its entries lie (ISO/IEC 14496-12, sections
 * 8.6.1, 8.6.2, 8.7.3 to 8.7.5). A table may have millions of entries; who has this can read any of
 * them without the others.
 *
 * <table>
 *   <caption>The fields of an entry</caption>
 *   <tr><td>{@code stts}</td><td>sample_count, sample_delta</td></tr>
 *   <tr><td>{@code ctts}</td><td>sample_count, sample_offset (with a sign)</td></tr>
 *   <tr><td>{@code stsc}</td><td>first_chunk, samples_per_chunk, sample_description_index</td></tr>
 *   <tr><td>{@code stsz}, {@code stz2}</td><td>entry_size</td></tr>
 *   <tr><td>{@code stco}, {@code co64}</td><td>chunk_offset</td></tr>
 *   <tr><td>{@code stss}</td><td>sample_number</td></tr>
 * </table>
 *
 * @param type one of these
 * @param version 0, or 1 for {@code ctts}
 * @param count how many entries there are, or samples in {@code stsz} and {@code stz2}
 * @param uniformSize in {@code stsz} the size of all samples, when there are no entries; else 0
 * @param fieldBits of each field: 32; in {@code co64} 64; in {@code stz2} 4, 8 or 16
 */
public record SampleTableHeader(int type, int version, int count, int uniformSize, int fieldBits) {

  public SampleTableHeader {
    if (!isTable(type)) {
      throw new IllegalArgumentException("box '" + BoxType.text(type) + "' is no sample table");
    }
    checkRange("version", version, 0, 1);
    checkRange("count", count, 0, BoxLimits.MAX_TABLE_ENTRIES);
    checkRange("uniformSize", uniformSize, 0, type == BoxType.STSZ ? Integer.MAX_VALUE : 0);
    checkRange("fieldBits", fieldBits, 4, 64);
  }

  /** Whether boxes of that type are tables of samples. */
  public static boolean isTable(int type) {
    return switch (type) {
      case BoxType.STTS,
          BoxType.CTTS,
          BoxType.STSC,
          BoxType.STSZ,
          BoxType.STZ2,
          BoxType.STCO,
          BoxType.CO64,
          BoxType.STSS ->
          true;
      default -> false;
    };
  }

  /** Bytes in front of the entries of a table of that type. */
  public static int sizeOf(int type) {
    return type == BoxType.STSZ || type == BoxType.STZ2 ? 12 : 8;
  }

  /**
   * Reads the beginning of one box's body.
   *
   * @param in at least {@link #sizeOf} bytes, of which that many are consumed
   * @param bodySize bytes of the whole body
   * @throws MalformedException when it ends too early, or the body is too short for its entries
   */
  public static SampleTableHeader read(int type, long bodySize, ByteBuf in) {
    Body body = Body.full(in, type, type == BoxType.CTTS ? 1 : 0);
    long uniformSize = 0;
    int fieldBits = type == BoxType.CO64 ? 64 : 32;
    if (type == BoxType.STSZ) {
      uniformSize = body.u32();
    } else if (type == BoxType.STZ2) {
      body.skip(3); // reserved
      fieldBits = body.u8();
      if (fieldBits != 4 && fieldBits != 8 && fieldBits != 16) {
        throw body.fault("field_size", Integer.toString(fieldBits), "4, 8 and 16");
      }
    }
    long count = body.u32();
    if (count > BoxLimits.MAX_TABLE_ENTRIES) {
      throw body.fault("count", Long.toString(count), "0 to " + BoxLimits.MAX_TABLE_ENTRIES);
    }
    if (uniformSize > Integer.MAX_VALUE) {
      throw body.fault("sample_size", Long.toString(uniformSize), "0 to " + Integer.MAX_VALUE);
    }
    var header =
        new SampleTableHeader(type, body.version(), (int) count, (int) uniformSize, fieldBits);
    if (header.entriesSize() > bodySize - sizeOf(type)) {
      throw body.fault(
          "count", Long.toString(count), "what " + (bodySize - sizeOf(type)) + " bytes hold");
    }
    return header;
  }

  /** Appends what {@link #read} reads. */
  public void write(ByteBuf out) {
    Boxes.full(version, 0, out);
    if (type == BoxType.STSZ) {
      out.writeInt(uniformSize);
    } else if (type == BoxType.STZ2) {
      out.writeMedium(0).writeByte(fieldBits);
    }
    out.writeInt(count);
  }

  /** Fields of an entry. */
  public int fields() {
    return switch (type) {
      case BoxType.STTS, BoxType.CTTS -> 2;
      case BoxType.STSC -> 3;
      default -> 1;
    };
  }

  /** Bits of an entry; 0 when there are none because all samples have one size. */
  public int entryBits() {
    return uniformSize > 0 ? 0 : fields() * fieldBits;
  }

  /** Bytes of all entries. */
  public long entriesSize() {
    return ((long) count * entryBits() + 7) / 8;
  }
}
