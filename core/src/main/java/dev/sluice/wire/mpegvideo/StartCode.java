package dev.sluice.wire.mpegvideo;

/** The byte behind {@code 00 00 01} (H.262, table 6-1). */
public final class StartCode {
  /** Picture header. */
  public static final int PICTURE = 0x00;

  /** The first slice; the number is its row. */
  public static final int FIRST_SLICE = 0x01;

  /** The last slice. */
  public static final int LAST_SLICE = 0xAF;

  /** User data: captions, active format description. */
  public static final int USER_DATA = 0xB2;

  /** Sequence header. */
  public static final int SEQUENCE = 0xB3;

  /** Extension; its kind is the upper half of the next byte. */
  public static final int EXTENSION = 0xB5;

  /** End of sequence. */
  public static final int SEQUENCE_END = 0xB7;

  /** Group of pictures header. */
  public static final int GROUP = 0xB8;

  /** extension_start_code_identifier of a sequence extension, by which MPEG-2 is known. */
  public static final int SEQUENCE_EXTENSION = 1;

  /** extension_start_code_identifier of a sequence display extension. */
  public static final int SEQUENCE_DISPLAY_EXTENSION = 2;

  /** extension_start_code_identifier of a picture coding extension. */
  public static final int PICTURE_CODING_EXTENSION = 8;

  private StartCode() {}
}
