package dev.sluice.media;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import org.jspecify.annotations.Nullable;

/**
 * What a video track's configuration says of its pictures; what muxers, playlists and people want
 * to know.
 *
 * @param codecs the value for {@code CODECS} (RFC 6381): {@code avc1.64001F}
 * @param width in luma samples, cropping applied
 * @param height in luma samples, cropping applied
 * @param pixelAspect width and height of a sample; 1:1 where nothing is said
 * @param frameRate frames a second; null where nothing is said
 * @param bitDepth of luma
 * @param chromaFormat as chroma_format_idc: 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @param reorderFrames pictures that may precede a picture in decoding order and follow it in
 *     output order; −1 where nothing is said
 * @param colour how samples become light
 */
public record VideoFormat(
    String codecs,
    int width,
    int height,
    Ratio pixelAspect,
    @Nullable Ratio frameRate,
    int bitDepth,
    int chromaFormat,
    int reorderFrames,
    Colour colour) {

  /** A positive fraction. */
  public record Ratio(int numerator, int denominator) {
    /** 1:1. */
    public static final Ratio ONE = new Ratio(1, 1);

    public Ratio {
      checkRange("numerator", numerator, 1, Integer.MAX_VALUE);
      checkRange("denominator", denominator, 1, Integer.MAX_VALUE);
    }

    /** As a decimal number. */
    public double value() {
      return (double) numerator / denominator;
    }
  }

  /**
   * Code points of ITU-T H.273; 2 says nothing.
   *
   * @param primaries colour_primaries: 1 BT.709, 9 BT.2020
   * @param transfer transfer_characteristics: 1 BT.709, 16 PQ, 18 HLG
   * @param matrix matrix_coefficients: 1 BT.709, 9 BT.2020
   * @param fullRange whether samples use all values
   */
  public record Colour(int primaries, int transfer, int matrix, boolean fullRange) {
    /** Nothing is said. */
    public static final Colour UNSPECIFIED = new Colour(2, 2, 2, false);
  }

  /**
   * Reads the format of a video track.
   *
   * @return null when its codec is not understood, its configuration says nothing yet, or cannot be
   *     read
   */
  public static @Nullable VideoFormat of(Track track) {
    try {
      return VideoFormats.read(track.codec(), track.configuration());
    } catch (MalformedException | UnsupportedException unreadable) {
      return null;
    }
  }
}
