package dev.sluice.wire.flv;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A codec's four characters (Enhanced RTMP).
 *
 * @param value the characters, the first one in the highest byte
 */
public record FourCc(int value) {
  public static final FourCc AVC1 = of("avc1");
  public static final FourCc HVC1 = of("hvc1");
  public static final FourCc VVC1 = of("vvc1");
  public static final FourCc AV01 = of("av01");
  public static final FourCc VP08 = of("vp08");
  public static final FourCc VP09 = of("vp09");
  public static final FourCc MP4A = of("mp4a");
  public static final FourCc OPUS = of("Opus");
  public static final FourCc FLAC = of("fLaC");
  public static final FourCc MP3 = of(".mp3");
  public static final FourCc AC3 = of("ac-3");
  public static final FourCc EAC3 = of("ec-3");

  /** The FourCC of four ASCII characters. */
  public static FourCc of(String characters) {
    byte[] bytes = characters.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length != 4) {
      throw new IllegalArgumentException("FourCC of " + bytes.length + " characters");
    }
    return new FourCc(
        (bytes[0] & 0xFF) << 24
            | (bytes[1] & 0xFF) << 16
            | (bytes[2] & 0xFF) << 8
            | bytes[3] & 0xFF);
  }

  /** Reads one; returns null and consumes nothing when {@code in} ends too early. */
  static @Nullable FourCc read(ByteBuf in) {
    return in.readableBytes() < 4 ? null : new FourCc(in.readInt());
  }

  /** The four characters; hexadecimal digits where one of them is not printable ASCII. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      char c = (char) (value >> shift & 0xFF);
      if (c < ' ' || c > '~') {
        return "%08X".formatted(value);
      }
      text.append(c);
    }
    return text.toString();
  }
}
