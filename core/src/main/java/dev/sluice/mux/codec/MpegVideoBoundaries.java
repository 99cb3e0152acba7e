package dev.sluice.mux.codec;

import dev.sluice.wire.mpegvideo.StartCode;
import io.netty.buffer.ByteBuf;

/**
 * Pictures of MPEG-1 and MPEG-2 video, each with the headers before it. Whether a picture is a
 * field stands in its coding extension, which MPEG-1 does not have.
 */
final class MpegVideoBoundaries implements PictureBoundaries {
  private static final int STRUCTURE_BYTES = 4; // start code value, identifier … picture_structure
  private static final int FRAME = 3;

  private boolean pictureHeader; // seen, and neither its extension nor a slice yet
  private int firstField; // its picture_structure, 1 or 2, while the second may follow; else 0

  @Override
  public int neededBytes(int firstByte) {
    return firstByte == StartCode.EXTENSION ? STRUCTURE_BYTES : 1;
  }

  @Override
  public Verdict begin(ByteBuf in, int offset, int length) {
    int code = in.getUnsignedByte(offset);
    if (code >= StartCode.FIRST_SLICE && code <= StartCode.LAST_SLICE) {
      boolean first = pictureHeader;
      pictureHeader = false;
      return first ? picture(FRAME) : Verdict.CONTINUES;
    }
    return switch (code) {
      case StartCode.SEQUENCE, StartCode.GROUP -> {
        firstField = 0;
        yield Verdict.STARTS;
      }
      case StartCode.PICTURE -> {
        pictureHeader = true;
        yield firstField != 0 ? Verdict.MAY_START : Verdict.STARTS;
      }
      case StartCode.EXTENSION -> extension(in, offset, length);
      default -> Verdict.NEUTRAL;
    };
  }

  private Verdict extension(ByteBuf in, int offset, int length) {
    if (!pictureHeader
        || length < STRUCTURE_BYTES
        || in.getUnsignedByte(offset + 1) >> 4 != StartCode.PICTURE_CODING_EXTENSION) {
      return Verdict.NEUTRAL;
    }
    pictureHeader = false;
    return picture(in.getByte(offset + 3) & 3);
  }

  private Verdict picture(int structure) {
    boolean second = firstField != 0 && structure == (firstField ^ FRAME);
    firstField = second || structure == FRAME ? 0 : structure;
    return second ? Verdict.CONTINUES : Verdict.PICTURE;
  }

  @Override
  public void end(ByteBuf in, int offset, int length) {}

  @Override
  public boolean awaitsSecondField() {
    return firstField != 0;
  }

  @Override
  public void reset() {
    pictureHeader = false;
    firstField = 0;
  }
}
