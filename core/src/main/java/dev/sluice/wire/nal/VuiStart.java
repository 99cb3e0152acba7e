package dev.sluice.wire.nal;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.ColourCodes;

/**
 * The beginning of the video usability information, up to chroma_loc_info, which H.264 and H.265
 * write alike (annex E.1.1 and E.2.1).
 *
 * @param sarWidth width of a sample, 0 where nothing is said
 * @param sarHeight height of a sample, 0 where nothing is said
 * @param colour video_signal_type
 */
public record VuiStart(int sarWidth, int sarHeight, ColourCodes colour) {
  /** Nothing is said. */
  public static final VuiStart NONE = new VuiStart(0, 0, ColourCodes.UNSPECIFIED);

  private static final int EXTENDED_SAR = 255;

  /** Table E-1, from aspect_ratio_idc 1. */
  private static final int[][] RATIOS = {
    {1, 1}, {12, 11}, {10, 11}, {16, 11}, {40, 33}, {24, 11}, {20, 11}, {32, 11}, {80, 33},
    {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3}, {3, 2}, {2, 1}
  };

  /**
   * Reads it.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static VuiStart read(BitReader bits) {
    int sarWidth = 0;
    int sarHeight = 0;
    if (bits.flag()) { // aspect_ratio_info_present_flag
      int idc = bits.small(8);
      if (idc == EXTENDED_SAR) {
        sarWidth = bits.small(16);
        sarHeight = bits.small(16);
      } else if (idc > 0 && idc <= RATIOS.length) {
        sarWidth = RATIOS[idc - 1][0];
        sarHeight = RATIOS[idc - 1][1];
      }
    }
    if (bits.flag()) { // overscan_info_present_flag
      bits.skip(1);
    }
    ColourCodes colour = bits.flag() ? colour(bits) : ColourCodes.UNSPECIFIED;
    if (bits.flag()) { // chroma_loc_info_present_flag
      bits.ue("chroma_sample_loc_type_top_field", 5);
      bits.ue("chroma_sample_loc_type_bottom_field", 5);
    }
    boolean known = sarWidth > 0 && sarHeight > 0;
    return new VuiStart(known ? sarWidth : 0, known ? sarHeight : 0, colour);
  }

  private static ColourCodes colour(BitReader bits) {
    bits.skip(3); // video_format
    boolean fullRange = bits.flag();
    return bits.flag() // colour_description_present_flag
        ? new ColourCodes(bits.small(8), bits.small(8), bits.small(8), fullRange)
        : new ColourCodes(2, 2, 2, fullRange);
  }
}
