package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

/**
 * Pictures a second as a fraction (ISO/IEC 23009-1, section 5.3.7.2).
 *
 * @param frames 0 to 2³¹ − 1
 * @param seconds in which they come, at least 1; where it is 1 it is not written
 */
public record FrameRate(int frames, int seconds) {
  public FrameRate {
    checkRange("frames", frames, 0, Integer.MAX_VALUE);
    checkRange("seconds", seconds, 1, Integer.MAX_VALUE);
  }

  static FrameRate read(String text) {
    int slash = text.indexOf('/');
    String frames = slash < 0 ? text : text.substring(0, slash);
    String seconds = slash < 0 ? "1" : text.substring(slash + 1);
    return new FrameRate(
        (int) XmlValues.integer(frames, 0, Integer.MAX_VALUE),
        (int) XmlValues.integer(seconds, 1, Integer.MAX_VALUE));
  }

  /** Its text. */
  @Override
  public String toString() {
    return seconds == 1 ? Integer.toString(frames) : frames + "/" + seconds;
  }
}
