package dev.sluice.wire.vpx;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * Frame tag and, of key frames, start code and size (RFC 6386, section 9.1).
 *
 * @param key whether it is a key frame
 * @param version 0 to 3, which filters are used
 * @param shown show_frame
 * @param width of key frames, else 0
 * @param height of key frames, else 0
 */
public record Vp8FrameHeader(boolean key, int version, boolean shown, int width, int height) {
  private static final int TAG_BYTES = 3;
  private static final int KEY_FRAME_BYTES = 10;
  private static final int MAX_VERSION = 3;
  private static final int START_CODE = 0x9D012A;

  /**
   * Reads the header of a frame.
   *
   * @param frame its indexes stay as they are
   * @throws MalformedException when it ends too early, the first partition reaches past the end, or
   *     a key frame has no start code or no size
   */
  public static Vp8FrameHeader read(ByteBuf frame) {
    int start = frame.readerIndex();
    require(frame, TAG_BYTES);
    int tag = frame.getUnsignedMediumLE(start);
    boolean key = (tag & 1) == 0;
    int version = tag >> 1 & 7;
    if (version > MAX_VERSION) {
      throw new MalformedException("VP8 version is " + version + ", allowed is 0 to 3");
    }
    boolean shown = (tag & 0x10) != 0;
    int firstPartition = tag >> 5;
    if (!key) {
      require(frame, TAG_BYTES + firstPartition);
      return new Vp8FrameHeader(false, version, shown, 0, 0);
    }
    require(frame, KEY_FRAME_BYTES + firstPartition);
    int code = frame.getUnsignedMedium(start + TAG_BYTES);
    if (code != START_CODE) {
      throw new MalformedException(
          "VP8 key frame begins with %06X, allowed is 9D012A".formatted(code));
    }
    int width = frame.getUnsignedShortLE(start + 6) & 0x3FFF; // the rest says how to scale
    int height = frame.getUnsignedShortLE(start + 8) & 0x3FFF;
    if (width == 0 || height == 0) {
      throw new MalformedException("VP8 key frame of %d x %d samples".formatted(width, height));
    }
    return new Vp8FrameHeader(true, version, shown, width, height);
  }

  private static void require(ByteBuf frame, int bytes) {
    if (frame.readableBytes() < bytes) {
      throw new MalformedException(
          "VP8 frame of %d bytes, %d are needed".formatted(frame.readableBytes(), bytes));
    }
  }
}
