package dev.sluice.wire.hls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A segment's lines as {@link Segment} writes them, without any object for it: playlists of
 * thousands of segments are written this way. Addresses are numbers between two texts.
 */
public final class SegmentText {
  private static final long NS_PER_MS = 1_000_000L;
  private static final long NS_PER_UNIT = 1_000; // six decimals
  private static final int UNITS_PER_SECOND = 1_000_000;
  private static final int MS_PER_DAY = 86_400_000;
  private static final byte[] DISCONTINUITY = ascii("#EXT-X-DISCONTINUITY\n");
  private static final byte[] DATE = ascii("#EXT-X-PROGRAM-DATE-TIME:");
  private static final byte[] GAP = ascii("#EXT-X-GAP\n");
  private static final byte[] DURATION = ascii("#EXTINF:");

  private final byte[] beforeNumber;
  private final byte[] afterNumber;

  /** Segments whose addresses are {@code before}, a number, and {@code after}. */
  public SegmentText(String before, String after) {
    beforeNumber = ascii(before);
    afterNumber = ascii(after);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /**
   * Appends a segment. Parameters are those of {@link Segment}.
   *
   * @param init address of the CMAF header that is needed from here on; null when it is as before
   * @param number of its address, not negative
   */
  public void write(
      ByteBuf out,
      boolean discontinuity,
      @Nullable String init,
      long programDateNs,
      boolean gap,
      long durationNs,
      long number) {
    if (discontinuity) {
      out.writeBytes(DISCONTINUITY);
    }
    if (init != null) {
      StringBuilder line = new StringBuilder();
      new InitSection(init, null).write(line);
      out.writeCharSequence(line, US_ASCII);
    }
    out.writeBytes(DATE);
    writeDate(out, Math.floorDiv(programDateNs + NS_PER_MS / 2, NS_PER_MS));
    out.writeByte('\n');
    if (gap) {
      out.writeBytes(GAP);
    }
    out.writeBytes(DURATION);
    writeSeconds(out, durationNs);
    out.writeByte(',').writeByte('\n').writeBytes(beforeNumber);
    writeNumber(out, number);
    out.writeBytes(afterNumber).writeByte('\n');
  }

  private static void writeSeconds(ByteBuf out, long nanos) {
    long units = (nanos + NS_PER_UNIT / 2) / NS_PER_UNIT;
    writeNumber(out, units / UNITS_PER_SECOND);
    out.writeByte('.');
    int fraction = (int) (units % UNITS_PER_SECOND);
    int scale = UNITS_PER_SECOND / 10;
    do {
      out.writeByte('0' + fraction / scale);
      fraction %= scale;
      scale /= 10;
    } while (fraction > 0);
  }

  private static void writeNumber(ByteBuf out, long number) {
    long scale = 1;
    while (number / scale >= 10) {
      scale *= 10;
    }
    for (; scale > 0; scale /= 10) {
      out.writeByte((int) ('0' + number / scale % 10));
    }
  }

  /** ISO 8601 in UTC with milliseconds. */
  private static void writeDate(ByteBuf out, long epochMs) {
    long day = Math.floorDiv(epochMs, MS_PER_DAY);
    int ms = (int) Math.floorMod(epochMs, (long) MS_PER_DAY);
    // days of the proleptic Gregorian calendar, years beginning in March (H. Hinnant)
    long shifted = day + 719_468;
    long era = Math.floorDiv(shifted, 146_097L);
    int ofEra = (int) (shifted - era * 146_097);
    int yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int month = (5 * ofYear + 2) / 153;
    int dayOfMonth = ofYear - (153 * month + 2) / 5 + 1;
    int civilMonth = month < 10 ? month + 3 : month - 9;
    long year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0);
    writeDigits(out, (int) year, 1_000);
    out.writeByte('-');
    writeDigits(out, civilMonth, 10);
    out.writeByte('-');
    writeDigits(out, dayOfMonth, 10);
    out.writeByte('T');
    writeDigits(out, ms / 3_600_000, 10);
    out.writeByte(':');
    writeDigits(out, ms / 60_000 % 60, 10);
    out.writeByte(':');
    writeDigits(out, ms / 1_000 % 60, 10);
    out.writeByte('.');
    writeDigits(out, ms % 1_000, 100);
    out.writeByte('Z');
  }

  private static void writeDigits(ByteBuf out, int value, int scale) {
    for (int left = scale; left > 0; left /= 10) {
      out.writeByte('0' + value / left % 10);
    }
  }
}
