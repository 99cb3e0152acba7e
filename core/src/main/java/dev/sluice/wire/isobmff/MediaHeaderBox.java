package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code mdhd} (ISO/IEC 14496-12, section 8.4.2).
 *
 * @param creation seconds since 1904, UTC
 * @param modification seconds since 1904, UTC
 * @param timescale ticks per second of all times of the track, 1 to 10⁹
 * @param duration of the media; −1 when it is not known
 * @param language three letters a to z (ISO 639-2/T); {@link #UNDETERMINED} for none, and for the
 *     numbers that QuickTime has in its place
 */
public record MediaHeaderBox(
    long creation, long modification, int timescale, long duration, String language)
    implements Box {

  /** The language is not known. */
  public static final String UNDETERMINED = "und";

  private static final int LETTER_BASE = 0x60;

  public MediaHeaderBox {
    checkRange("creation", creation, 0, Long.MAX_VALUE);
    checkRange("modification", modification, 0, Long.MAX_VALUE);
    checkRange("timescale", timescale, 1, 1_000_000_000);
    checkRange("duration", duration, -1, Long.MAX_VALUE);
    if (!isLanguage(language)) {
      throw new IllegalArgumentException(
          "language is '" + language + "', allowed are three letters a to z");
    }
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or has a timescale of 0
   */
  public static MediaHeaderBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.MDHD, 1);
    long creation = body.u32or64("creation_time");
    long modification = body.u32or64("modification_time");
    int timescale = body.timescale();
    long duration = body.duration();
    String language = language(body.u16());
    body.skip(2); // pre_defined
    return new MediaHeaderBox(creation, modification, timescale, duration, language);
  }

  /** Whether {@code language} can be written here. */
  public static boolean isLanguage(String language) {
    return language.length() == 3 && language.chars().allMatch(c -> c >= 'a' && c <= 'z');
  }

  @Override
  public int type() {
    return BoxType.MDHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    int version = Times.version(creation, modification, duration);
    Boxes.full(version, 0, out);
    Times.write(version, creation, out);
    Times.write(version, modification, out);
    out.writeInt(timescale);
    Times.write(version, duration, out);
    int packed = 0;
    for (int i = 0; i < 3; i++) {
      packed = packed << 5 | language.charAt(i) - LETTER_BASE;
    }
    out.writeShort(packed).writeShort(0);
  }

  private static String language(int packed) {
    String letters =
        ""
            + (char) (LETTER_BASE + (packed >> 10 & 0x1F))
            + (char) (LETTER_BASE + (packed >> 5 & 0x1F))
            + (char) (LETTER_BASE + (packed & 0x1F));
    return isLanguage(letters) ? letters : UNDETERMINED;
  }
}
