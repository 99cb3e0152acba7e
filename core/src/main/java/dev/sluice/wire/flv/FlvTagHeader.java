package dev.sluice.wire.flv;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The 11 bytes before a tag's body (annex E.4.1). Behind the body stands the size of header and
 * body together in 4 bytes, {@link #previousTagSize}.
 *
 * @param type {@link #AUDIO}, {@link #VIDEO}, {@link #SCRIPT}, or what else is found, 0 to 31
 * @param bodySize bytes of the body, 24 bits
 * @param timestampMs 32 bits without sign; the format calls it signed, encoders go on past 2³¹
 */
public record FlvTagHeader(int type, int bodySize, long timestampMs) {
  /** Tag and RTMP message type of audio. */
  public static final int AUDIO = 8;

  /** Tag and RTMP message type of video. */
  public static final int VIDEO = 9;

  /** Tag and RTMP message type of data in AMF0. */
  public static final int SCRIPT = 18;

  /** Bytes. */
  public static final int SIZE = 11;

  /** Bytes of the size that follows each body. */
  public static final int TRAILER_SIZE = 4;

  private static final int FILTER_FLAG = 0x20;

  public FlvTagHeader {
    checkRange("type", type, 0, 31);
    checkRange("bodySize", bodySize, 0, 0xFF_FFFF);
    checkRange("timestampMs", timestampMs, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads one header; returns null and consumes nothing when {@code in} ends too early. The stream
   * ID, always 0 in files, is not looked at.
   *
   * @throws UnsupportedException when the tag is encrypted
   */
  public static @Nullable FlvTagHeader read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    int start = in.readerIndex();
    int first = in.getUnsignedByte(start);
    if ((first & FILTER_FLAG) != 0) {
      throw new UnsupportedException("FLV tag is encrypted (its Filter bit is set)");
    }
    int bodySize = in.getUnsignedMedium(start + 1);
    long timestampMs = (long) in.getUnsignedByte(start + 7) << 24 | in.getUnsignedMedium(start + 4);
    in.skipBytes(SIZE);
    return new FlvTagHeader(first & 0x1F, bodySize, timestampMs);
  }

  /** Appends {@link #SIZE} bytes. */
  public void write(ByteBuf out) {
    write(type, bodySize, timestampMs, out);
  }

  /** Appends the {@link #SIZE} bytes of a header without making one; hot path of muxers. */
  public static void write(int type, int bodySize, long timestampMs, ByteBuf out) {
    out.writeByte(type).writeMedium(bodySize);
    out.writeMedium((int) timestampMs).writeByte((int) (timestampMs >> 24)).writeMedium(0);
  }

  /** What is written behind the body: bytes of header and body. */
  public int previousTagSize() {
    return SIZE + bodySize;
  }
}
