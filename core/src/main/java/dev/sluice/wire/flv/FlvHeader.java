package dev.sluice.wire.flv;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The header of an FLV file (annex E.2). The size of the tag before the first one, 4 bytes of 0,
 * follows it and is not part of it.
 *
 * @param audio whether audio tags are announced
 * @param video whether video tags are announced
 */
public record FlvHeader(boolean audio, boolean video) {
  /** Bytes as we write it. */
  public static final int SIZE = 9;

  /** Bytes of a header as files may have it; the format leaves room for a longer one. */
  static final int MAX_SIZE = 1_024;

  private static final int SIGNATURE = 0x46_4C_56; // FLV
  private static final int AUDIO_FLAG = 4;
  private static final int VIDEO_FLAG = 1;

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when this is no FLV of version 1
   */
  public static @Nullable FlvHeader read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    int start = in.readerIndex();
    int signature = in.getUnsignedMedium(start);
    int version = in.getUnsignedByte(start + 3);
    if (signature != SIGNATURE || version != 1) {
      throw new MalformedException(
          "FLV header begins with %06X%02X, allowed is 464C5601".formatted(signature, version));
    }
    long dataOffset = in.getUnsignedInt(start + 5);
    if (dataOffset < SIZE || dataOffset > MAX_SIZE) {
      throw new MalformedException(
          "FLV header of %d bytes, allowed are %d to %d".formatted(dataOffset, SIZE, MAX_SIZE));
    }
    if (in.readableBytes() < dataOffset) {
      return null;
    }
    int flags = in.getUnsignedByte(start + 4);
    in.skipBytes((int) dataOffset);
    return new FlvHeader((flags & AUDIO_FLAG) != 0, (flags & VIDEO_FLAG) != 0);
  }

  /** Appends {@link #SIZE} bytes. */
  public void write(ByteBuf out) {
    out.writeMedium(SIGNATURE).writeByte(1);
    out.writeByte((audio ? AUDIO_FLAG : 0) | (video ? VIDEO_FLAG : 0)).writeInt(SIZE);
  }
}
