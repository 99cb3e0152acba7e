package dev.sluice.wire.vpx;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of the uncompressed header (section 6.2).
 *
 * @param profile 0 to 3
 * @param existing show_existing_frame: shows a frame that was decoded before
 * @param shown show_frame, or an existing frame
 * @param keyFrame what key frames say; null for others
 */
public record Vp9FrameHeader(
    int profile, boolean existing, boolean shown, @Nullable KeyFrame keyFrame) {

  /** Bytes enough for what is read. */
  private static final int PREFIX_BYTES = 16;

  private static final int FRAME_MARKER = 2;
  private static final int SYNC_CODE = 0x498342;
  private static final int RGB = 7; // CS_RGB

  /**
   * Samples and size of a key frame.
   *
   * @param bitDepth 8, 10 or 12
   * @param colourSpace color_space: 1 BT.601, 2 BT.709, 5 BT.2020, 7 RGB
   * @param fullRange color_range
   * @param subsamplingX chroma has half the width
   * @param subsamplingY chroma has half the height
   * @param width frame_width_minus_1 + 1
   * @param height frame_height_minus_1 + 1
   */
  public record KeyFrame(
      int bitDepth,
      int colourSpace,
      boolean fullRange,
      boolean subsamplingX,
      boolean subsamplingY,
      int width,
      int height) {}

  /**
   * Reads the header of a frame.
   *
   * @param frame its indexes stay as they are
   * @throws MalformedException when it ends too early, or marker, sync code or a reserved bit is
   *     wrong
   */
  public static Vp9FrameHeader read(ByteBuf frame) {
    int size = Math.min(frame.readableBytes(), PREFIX_BYTES);
    BitReader bits =
        new BitReader(ByteBufUtil.getBytes(frame, frame.readerIndex(), size), "VP9 frame header");
    int marker = bits.small(2);
    if (marker != FRAME_MARKER) {
      throw new MalformedException(
          "VP9 frame header: frame_marker is %d, allowed is 2".formatted(marker));
    }
    int profile = bits.small(1) | bits.small(1) << 1;
    if (profile == 3) {
      reservedZero(bits);
    }
    if (bits.flag()) { // show_existing_frame
      return new Vp9FrameHeader(profile, true, true, null);
    }
    boolean key = !bits.flag(); // frame_type
    boolean shown = bits.flag();
    bits.skip(1); // error_resilient_mode
    return new Vp9FrameHeader(profile, false, shown, key ? keyFrame(bits, profile) : null);
  }

  private static KeyFrame keyFrame(BitReader bits, int profile) {
    int sync = bits.small(24);
    if (sync != SYNC_CODE) {
      throw new MalformedException(
          "VP9 frame header: sync code is %06X, allowed is 498342".formatted(sync));
    }
    int bitDepth = 8;
    if (profile >= 2) {
      bitDepth = bits.flag() ? 12 : 10; // ten_or_twelve_bit
    }
    boolean chosen = (profile & 1) != 0; // subsampling stands in the header
    int colourSpace = bits.small(3);
    boolean fullRange = true;
    boolean halfX = false;
    boolean halfY = false;
    if (colourSpace != RGB) {
      fullRange = bits.flag(); // color_range
      halfX = !chosen || bits.flag();
      halfY = !chosen || bits.flag();
    } else if (!chosen) {
      throw new MalformedException("VP9 frame header: RGB in profile %d".formatted(profile));
    }
    if (chosen) {
      reservedZero(bits);
    }
    int width = 1 + bits.small(16);
    int height = 1 + bits.small(16);
    return new KeyFrame(bitDepth, colourSpace, fullRange, halfX, halfY, width, height);
  }

  private static void reservedZero(BitReader bits) {
    if (bits.flag()) {
      throw new MalformedException("VP9 frame header: reserved_zero is 1");
    }
  }
}
