package dev.sluice.session.link;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Texts of printable ASCII behind their length in a byte. */
final class LinkText {
  private LinkText() {}

  static void write(ByteBuf out, String text, int max) {
    checkRange("length of text", text.length(), 0, max);
    out.writeByte(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.writeByte(isPrintable(text.charAt(i)) ? text.charAt(i) : '?');
    }
  }

  static String read(ByteBuf in, int max) {
    int length = checkRange("length of text", in.readUnsignedByte(), 0, max);
    String text = in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
    if (!text.chars().allMatch(LinkText::isPrintable)) {
      throw new IllegalArgumentException("a text with other characters than printable ASCII");
    }
    return text;
  }

  private static boolean isPrintable(int c) {
    return c >= ' ' && c <= '~';
  }
}
