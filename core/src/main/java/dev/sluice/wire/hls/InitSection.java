package dev.sluice.wire.hls;

import org.jspecify.annotations.Nullable;

/**
 * What players need before the segments from here on: an init segment of CMAF, say (RFC 8216bis,
 * section 4.4.4.5).
 *
 * @param uri where it is
 * @param range of it; null means all
 */
public record InitSection(String uri, @Nullable ByteRange range) {

  static InitSection read(AttributeList attributes) {
    String range = attributes.quoted("BYTERANGE");
    return new InitSection(
        attributes.requiredQuoted("URI"), range == null ? null : ByteRange.read(range));
  }

  void write(StringBuilder out) {
    new AttributeList.Writer(out.append("#EXT-X-MAP:"))
        .quoted("URI", uri)
        .quoted("BYTERANGE", range == null ? null : range.toString());
    out.append('\n');
  }
}
