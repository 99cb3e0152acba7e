package dev.sluice.restream;

import static dev.sluice.wire.Checks.checkRange;

import java.util.OptionalLong;

/**
 * The time of a picture, in the picture, for machines: cells of black and white along its upper
 * edge, which survive scaling and coarse encoding (docs/player.md has the layout in words).
 *
 * <p>The whole picture is divided into {@link #COLUMNS} columns and {@link #GRID_ROWS} rows of
 * equal cells; the strip is the first {@link #ROWS} rows. Each of its rows begins with a white cell
 * and ends with a black one, by which whoever reads knows what white and black have become. The
 * {@link #DATA} cells between them, in the order of reading, are bits, the highest first, white for
 * 1: {@link #TIME_BITS} bits of milliseconds since 1970, UTC, in Gray code, and 8 bits of CRC
 * (polynomial x⁸ + x² + x + 1, begun with all ones) over the time itself as six bytes, big-endian.
 */
public final class ClockStrip {
  /** Columns of cells. */
  public static final int COLUMNS = 20;

  /** Rows of cells that the strip has. */
  public static final int ROWS = 3;

  /** Rows of cells in the whole picture. */
  public static final int GRID_ROWS = 11;

  /** Cells that are bits. */
  public static final int DATA = ROWS * (COLUMNS - 2);

  /** Bits of the time; they last until the year 4199. */
  public static final int TIME_BITS = 46;

  /** White must be so much lighter than black, of 255. */
  static final int MIN_CONTRAST = 64;

  /** What is further than this from white and from black, of their difference, is neither. */
  private static final double MARGIN = 0.25;

  private ClockStrip() {}

  /**
   * Whether a cell is white.
   *
   * @param utcMs milliseconds since 1970, 0 to 2⁴⁶ − 1
   * @param row 0 to {@link #ROWS} − 1
   * @param column 0 to {@link #COLUMNS} − 1
   */
  public static boolean isWhite(long utcMs, int row, int column) {
    checkRange("utcMs", utcMs, 0, (1L << TIME_BITS) - 1);
    if (column == 0 || column == COLUMNS - 1) {
      return column == 0;
    }
    int bit = row * (COLUMNS - 2) + column - 1;
    return bit < TIME_BITS
        ? ((utcMs ^ utcMs >> 1) >> TIME_BITS - 1 - bit & 1) != 0
        : (check(utcMs) >> DATA - 1 - bit & 1) != 0;
  }

  private static int check(long utcMs) {
    int crc = 0xFF;
    for (int shift = 40; shift >= 0; shift -= 8) {
      crc ^= (int) (utcMs >> shift & 0xFF);
      for (int i = 0; i < 8; i++) {
        crc = (crc & 0x80) == 0 ? crc << 1 : (crc << 1 ^ 0x07) & 0xFF;
      }
    }
    return crc;
  }

  /**
   * Reads the time of a picture; nothing when there is no strip, or one that is not to be trusted:
   * without contrast, with a cell that is neither black nor white, or with a wrong check.
   *
   * @param luma a byte for each sample, row by row
   * @param offset of the picture's first sample
   * @param width of the whole picture, at least {@link #COLUMNS}
   * @param height of the whole picture, at least {@link #GRID_ROWS}, though only the rows of the
   *     strip have to be there
   */
  public static OptionalLong read(byte[] luma, int offset, int width, int height) {
    checkRange("width", width, COLUMNS, 1 << 14);
    checkRange("height", height, GRID_ROWS, 1 << 14);
    long gray = 0;
    int check = 0;
    for (int row = 0; row < ROWS; row++) {
      double white = mean(luma, offset, width, height, row, 0);
      double black = mean(luma, offset, width, height, row, COLUMNS - 1);
      if (white - black < MIN_CONTRAST) {
        return OptionalLong.empty();
      }
      for (int column = 1; column < COLUMNS - 1; column++) {
        double mean = mean(luma, offset, width, height, row, column);
        double light = (mean - black) / (white - black);
        if (light > MARGIN && light < 1 - MARGIN) {
          return OptionalLong.empty();
        }
        int bit = light > 0.5 ? 1 : 0;
        if (row * (COLUMNS - 2) + column - 1 < TIME_BITS) {
          gray = gray << 1 | bit;
        } else {
          check = check << 1 | bit;
        }
      }
    }
    long utcMs = gray;
    for (int shift = 1; shift < Long.SIZE; shift <<= 1) {
      utcMs ^= utcMs >>> shift;
    }
    return check(utcMs) == check ? OptionalLong.of(utcMs) : OptionalLong.empty();
  }

  /** How light the middle of a cell is: its edges are other cells' too, once it was scaled. */
  private static double mean(byte[] luma, int offset, int width, int height, int row, int column) {
    int left = quarters(4 * column + 1, width, COLUMNS);
    int right = Math.max(left + 1, quarters(4 * column + 3, width, COLUMNS));
    int top = quarters(4 * row + 1, height, GRID_ROWS);
    int bottom = Math.max(top + 1, quarters(4 * row + 3, height, GRID_ROWS));
    long sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += luma[offset + y * width + x] & 0xFF;
      }
    }
    return (double) sum / ((long) (bottom - top) * (right - left));
  }

  /** The sample nearest to so many quarters of a cell. */
  private static int quarters(int count, int size, int cells) {
    return (count * size + 2 * cells) / (4 * cells);
  }
}
