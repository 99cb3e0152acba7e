package dev.sluice.wire.hls;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a segment that can be had before the segment is whole (RFC 8216bis, section 4.4.4.9).
 *
 * @param uri where it is
 * @param durationNs of its media
 * @param independent whether decoding can begin in it
 * @param gap whether it is not to be had
 * @param range of the resource; null means all
 */
public record Part(
    String uri, long durationNs, boolean independent, boolean gap, @Nullable ByteRange range) {

  static Part read(AttributeList attributes) {
    String range = attributes.quoted("BYTERANGE");
    attributes.requiredText("DURATION");
    return new Part(
        attributes.requiredQuoted("URI"),
        attributes.seconds("DURATION", 0),
        attributes.yes("INDEPENDENT"),
        attributes.yes("GAP"),
        range == null ? null : ByteRange.read(range));
  }

  void write(StringBuilder out) {
    new AttributeList.Writer(out.append("#EXT-X-PART:"))
        .seconds("DURATION", durationNs)
        .quoted("URI", uri)
        .yes("INDEPENDENT", independent)
        .quoted("BYTERANGE", range == null ? null : range.toString())
        .yes("GAP", gap);
    out.append('\n');
  }
}
