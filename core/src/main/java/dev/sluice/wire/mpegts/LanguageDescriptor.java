package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * The language of a stream (ISO_639_language_descriptor, section 2.6.18). More than one language,
 * as of dual mono, is read as the first; see {@link Descriptor#language}.
 *
 * @param code three letters of ISO 639-2
 * @param audioType 0 when nothing is said, 1 for clean effects, 2 and 3 for the impaired
 */
public record LanguageDescriptor(String code, int audioType) {
  public LanguageDescriptor {
    checkRange("length of code", code.length(), 3, 3);
    checkRange("audioType", audioType, 0, 255);
  }

  /** As a descriptor. */
  public Descriptor descriptor() {
    byte[] letters = code.getBytes(StandardCharsets.ISO_8859_1);
    return new Descriptor(
        Descriptor.LANGUAGE, Bytes.of(letters[0], letters[1], letters[2], (byte) audioType));
  }
}
