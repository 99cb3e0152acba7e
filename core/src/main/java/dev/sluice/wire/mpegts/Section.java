package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * A section in the long form, which has a version and a CRC (section 2.4.4.11).
 *
 * @param tableId what it is
 * @param extension table_id_extension: for a PAT the transport stream ID, for a PMT the program
 *     number
 * @param version 0 to 31
 * @param current whether it holds now; otherwise it is the one that comes next
 * @param number section_number, 0 to 255
 * @param lastNumber last_section_number, 0 to 255
 * @param body what stands between header and CRC
 */
public record Section(
    int tableId,
    int extension,
    int version,
    boolean current,
    int number,
    int lastNumber,
    Bytes body) {

  /** Bytes up to and with section_length. */
  public static final int PREFIX_SIZE = 3;

  /** Bytes of a section of PAT or PMT, its prefix included (section_length is at most 1021). */
  public static final int MAX_PSI_SIZE = 1_024;

  /** Bytes of any section (section_length is at most 4093). */
  public static final int MAX_SIZE = 4_096;

  /** Bytes of a CRC. */
  public static final int CRC_SIZE = 4;

  private static final int HEADER_SIZE = 8;

  /** Bytes that {@code body} may have in a PAT or PMT. */
  public static final int MAX_PSI_BODY = MAX_PSI_SIZE - HEADER_SIZE - CRC_SIZE;

  public Section {
    checkRange("tableId", tableId, 0, 254);
    checkRange("extension", extension, 0, 65_535);
    checkRange("version", version, 0, 31);
    checkRange("number", number, 0, 255);
    checkRange("lastNumber", lastNumber, 0, 255);
    checkRange("size of body", body.size(), 0, MAX_SIZE - HEADER_SIZE - CRC_SIZE);
  }

  /**
   * Reads one section, which takes all of {@code in}.
   *
   * @throws MalformedException when it is of the short form, its length is not that of {@code in},
   *     or its CRC is wrong
   */
  public static Section read(ByteBuf in) {
    int start = in.readerIndex();
    int size = in.readableBytes();
    if (size < HEADER_SIZE + CRC_SIZE) {
      throw new MalformedException(
          "section of %d bytes, at least %d are needed".formatted(size, HEADER_SIZE + CRC_SIZE));
    }
    int lengths = in.getUnsignedShort(start + 1);
    if ((lengths & 0x8000) == 0) {
      throw new MalformedException("section_syntax_indicator is 0, must be 1");
    }
    if (PREFIX_SIZE + (lengths & 0xFFF) != size) {
      throw new MalformedException(
          "section_length is %d in a section of %d bytes".formatted(lengths & 0xFFF, size));
    }
    requireCrc(in, "section");
    int flags = in.getUnsignedByte(start + 5);
    Section section =
        new Section(
            Math.min(in.getUnsignedByte(start), 254),
            in.getUnsignedShort(start + 3),
            flags >> 1 & 31,
            (flags & 1) != 0,
            in.getUnsignedByte(start + 6),
            in.getUnsignedByte(start + 7),
            Bytes.copyOf(in.slice(start + HEADER_SIZE, size - HEADER_SIZE - CRC_SIZE)));
    in.skipBytes(size);
    return section;
  }

  /** Appends the section and its CRC. */
  public void write(ByteBuf out) {
    int start = out.writerIndex();
    int length = HEADER_SIZE - PREFIX_SIZE + body.size() + CRC_SIZE;
    out.writeByte(tableId).writeShort(0xB000 | length); // syntax indicator, 0, 2 reserved ones
    out.writeShort(extension).writeByte(0xC0 | version << 1 | (current ? 1 : 0));
    out.writeByte(number).writeByte(lastNumber);
    body.writeTo(out);
    out.writeInt(Crc32Mpeg.of(out, start, out.writerIndex() - start));
  }

  /** Throws when the CRC over all of {@code in} is not 0. */
  static void requireCrc(ByteBuf in, String what) {
    if (Crc32Mpeg.of(in, in.readerIndex(), in.readableBytes()) != 0) {
      throw new MalformedException(what + ": its CRC is wrong");
    }
  }
}
