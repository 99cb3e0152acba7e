package dev.sluice.wire.av1;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * The beginning of a frame header (section 5.9.2).
 *
 * @param existing show_existing_frame: shows a frame that was decoded before
 * @param type frame_type; what it is with an existing frame is not known here
 * @param shown show_frame, or an existing frame
 */
public record Av1FrameHeader(boolean existing, Type type, boolean shown) {

  /** frame_type. */
  public enum Type {
    KEY,
    INTER,
    INTRA_ONLY,
    SWITCH
  }

  /**
   * Reads the beginning of the payload of an OBU of type 3 or 6.
   *
   * @param in its indexes stay as they are
   * @param offset of the payload
   * @param end index behind the payload
   * @throws MalformedException when it is empty
   */
  public static Av1FrameHeader read(ByteBuf in, int offset, int end, boolean reducedStillPicture) {
    if (reducedStillPicture) {
      return new Av1FrameHeader(false, Type.KEY, true);
    }
    if (offset >= end) {
      throw new MalformedException("AV1 frame header of 0 bytes");
    }
    int bits = in.getUnsignedByte(offset);
    if ((bits & 0x80) != 0) {
      return new Av1FrameHeader(true, Type.INTER, true);
    }
    return new Av1FrameHeader(false, Type.values()[bits >> 5 & 3], (bits & 0x10) != 0);
  }

  /** Whether it is a key frame that is shown, with which decoding can begin. */
  public boolean isShownKeyFrame() {
    return !existing && type == Type.KEY && shown;
  }
}
