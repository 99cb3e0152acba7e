package dev.sluice.wire;

/**
 * How samples become light, in the code points of ITU-T H.273 that all video codecs share; 2 says
 * nothing.
 *
 * @param primaries colour_primaries: 1 BT.709, 9 BT.2020
 * @param transfer transfer_characteristics: 1 BT.709, 16 PQ, 18 HLG
 * @param matrix matrix_coefficients: 0 RGB, 1 BT.709, 9 BT.2020
 * @param fullRange whether samples use all values
 */
public record ColourCodes(int primaries, int transfer, int matrix, boolean fullRange) {
  /** Nothing is said. */
  public static final ColourCodes UNSPECIFIED = new ColourCodes(2, 2, 2, false);

  public ColourCodes {
    Checks.checkRange("primaries", primaries, 0, 255);
    Checks.checkRange("transfer", transfer, 0, 255);
    Checks.checkRange("matrix", matrix, 0, 255);
  }
}
