package dev.sluice.wire.isobmff;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * {@code elng}: a language that is more than three letters (ISO/IEC 14496-12, section 8.4.6).
 *
 * @param language tag of BCP 47, without a 0 in it
 */
public record ExtendedLanguageBox(String language) implements Box {

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or is longer than 4 096 bytes
   */
  public static ExtendedLanguageBox read(ByteBuf in) {
    return new ExtendedLanguageBox(Body.full(in, BoxType.ELNG, 0).text());
  }

  @Override
  public int type() {
    return BoxType.ELNG;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeCharSequence(language, StandardCharsets.UTF_8);
    out.writeByte(0);
  }
}
