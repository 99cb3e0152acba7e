package dev.sluice.wire.av1;

/** Header of an open bitstream unit (section 5.3.2), and its types (6.2.2). */
public final class Obu {
  /** Sequence header. */
  public static final int SEQUENCE_HEADER = 1;

  /** Temporal delimiter. */
  public static final int TEMPORAL_DELIMITER = 2;

  /** Frame header without tiles. */
  public static final int FRAME_HEADER = 3;

  /** Tiles of the frame header before them. */
  public static final int TILE_GROUP = 4;

  /** Metadata: HDR, ITU-T T.35, time codes. */
  public static final int METADATA = 5;

  /** Frame header and tiles in one. */
  public static final int FRAME = 6;

  /** A frame header again. */
  public static final int REDUNDANT_FRAME_HEADER = 7;

  /** Tiles for large scale tile decoding. */
  public static final int TILE_LIST = 8;

  /** Padding. */
  public static final int PADDING = 15;

  static final int FORBIDDEN = 0x80;
  static final int EXTENSION = 0x04;
  static final int HAS_SIZE = 0x02;

  private Obu() {}

  /** A header's only byte, without extension, for an OBU with its size. */
  public static int sizedHeader(int type) {
    return type << 3 | HAS_SIZE;
  }

  /** obu_type by a header's first byte. */
  public static int type(int firstByte) {
    return firstByte >> 3 & 0xF;
  }
}
