package dev.sluice.wire.hls;

import dev.sluice.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How segments from here on are encrypted (RFC 8216bis, section 4.4.4.4).
 *
 * @param method {@code NONE}, {@code AES-128}, {@code SAMPLE-AES}, {@code SAMPLE-AES-CTR} or
 *     another
 * @param uri of the key; null for {@code NONE} alone
 * @param iv 16 bytes; null when it is the segment's media sequence number
 * @param keyFormat null means {@code identity}
 * @param keyFormatVersions null means 1
 */
public record Key(
    String method,
    @Nullable String uri,
    @Nullable Bytes iv,
    @Nullable String keyFormat,
    @Nullable String keyFormatVersions) {
  /** Nothing is encrypted. */
  public static final Key NONE = new Key("NONE", null, null, null, null);

  /** Whole segments by AES-128 in CBC mode with a key of 16 bytes. */
  public static Key aes128(String uri, Bytes iv) {
    return new Key("AES-128", uri, iv, null, null);
  }

  static Key read(AttributeList attributes) {
    return new Key(
        attributes.requiredText("METHOD"),
        attributes.quoted("URI"),
        attributes.hexadecimal("IV"),
        attributes.quoted("KEYFORMAT"),
        attributes.quoted("KEYFORMATVERSIONS"));
  }

  void write(StringBuilder out) {
    new AttributeList.Writer(out.append("#EXT-X-KEY:"))
        .text("METHOD", method)
        .quoted("URI", uri)
        .hexadecimal("IV", iv)
        .quoted("KEYFORMAT", keyFormat)
        .quoted("KEYFORMATVERSIONS", keyFormatVersions);
    out.append('\n');
  }
}
