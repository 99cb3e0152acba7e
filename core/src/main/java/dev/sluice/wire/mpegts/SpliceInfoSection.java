package dev.sluice.wire.mpegts;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * One splice_info_section (SCTE 35, section 9.6), carried whole. Of its content only what moving it
 * to another clock needs is understood.
 *
 * @param bytes from table_id to CRC
 */
public record SpliceInfoSection(Bytes bytes) {
  /** table_id. */
  public static final int TABLE_ID = 0xFC;

  private static final int MIN_SIZE = 20;
  private static final int ADJUSTMENT_AT = 4; // one bit of this byte, then four bytes

  public SpliceInfoSection {
    ByteBuf in = bytes.buffer();
    if (bytes.size() < MIN_SIZE || bytes.size() > Section.MAX_SIZE) {
      throw new MalformedException(
          "splice_info_section of %d bytes, allowed is %d to %d"
              .formatted(bytes.size(), MIN_SIZE, Section.MAX_SIZE));
    }
    if (bytes.at(0) != TABLE_ID) {
      throw new MalformedException(
          "splice_info_section of table_id 0x%02X, must be 0xFC".formatted(bytes.at(0)));
    }
    int length = in.getUnsignedShort(1) & 0xFFF;
    if (Section.PREFIX_SIZE + length != bytes.size()) {
      throw new MalformedException(
          "splice_info_section: section_length is %d in %d bytes".formatted(length, bytes.size()));
    }
    Section.requireCrc(in, "splice_info_section");
  }

  /**
   * What is added to every time in the section: pts_adjustment, 33 bits of 90 kHz. It is in the
   * clear even where the rest is encrypted.
   */
  public long ptsAdjustment() {
    return (bytes.at(ADJUSTMENT_AT) & 1L) << 32 | bytes.buffer().getUnsignedInt(ADJUSTMENT_AT + 1);
  }

  /** splice_command_type; of no meaning when the section is encrypted. */
  public int commandType() {
    return bytes.at(13);
  }

  /** The same with its times moved by {@code ticks} of 90 kHz, and a CRC to match. */
  public SpliceInfoSection movedBy(long ticks) {
    long adjustment = Math.floorMod(ptsAdjustment() + ticks, PesHeader.TIME_RANGE);
    byte[] moved = bytes.toArray();
    moved[ADJUSTMENT_AT] = (byte) (moved[ADJUSTMENT_AT] & 0xFE | (int) (adjustment >> 32));
    put(moved, ADJUSTMENT_AT + 1, (int) adjustment);
    int crcAt = moved.length - Section.CRC_SIZE;
    put(moved, crcAt, Crc32Mpeg.of(Bytes.of(moved).buffer(), 0, crcAt));
    return new SpliceInfoSection(Bytes.of(moved));
  }

  private static void put(byte[] into, int at, int value) {
    for (int i = 0; i < 4; i++) {
      into[at + i] = (byte) (value >> 24 - 8 * i);
    }
  }
}
