package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;

/**
 * Width to height, of a picture ({@code par}) or of its samples ({@code sar}) (ISO/IEC 23009-1,
 * section 5.3.7.2).
 *
 * @param width 0 to 2³¹ − 1
 * @param height 0 to 2³¹ − 1
 */
public record AspectRatio(int width, int height) {
  /** Samples as wide as high. */
  public static final AspectRatio SQUARE = new AspectRatio(1, 1);

  public AspectRatio {
    checkRange("width", width, 0, Integer.MAX_VALUE);
    checkRange("height", height, 0, Integer.MAX_VALUE);
  }

  static AspectRatio read(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new MalformedException("no ratio: " + text);
    }
    return new AspectRatio(
        (int) XmlValues.integer(text.substring(0, colon), 0, Integer.MAX_VALUE),
        (int) XmlValues.integer(text.substring(colon + 1), 0, Integer.MAX_VALUE));
  }

  /** Its text. */
  @Override
  public String toString() {
    return width + ":" + height;
  }
}
