package dev.sluice.wire.hls;

/**
 * How far another media playlist of the same presentation is (RFC 8216bis, section 4.4.5.4).
 *
 * @param uri of that playlist, relative to this one
 * @param lastSequence media sequence number of its last segment, whole or not
 * @param lastPart number of that segment's last part; −1 when it says none
 */
public record RenditionReport(String uri, long lastSequence, long lastPart) {
  private static final long NONE = -1;

  static RenditionReport read(AttributeList attributes) {
    return new RenditionReport(
        attributes.requiredQuoted("URI"),
        attributes.integer("LAST-MSN", NONE),
        attributes.integer("LAST-PART", NONE));
  }

  void write(StringBuilder out) {
    var attributes =
        new AttributeList.Writer(out.append("#EXT-X-RENDITION-REPORT:")).quoted("URI", uri);
    if (lastSequence >= 0) {
      attributes.integer("LAST-MSN", lastSequence);
    }
    if (lastPart >= 0) {
      attributes.integer("LAST-PART", lastPart);
    }
    out.append('\n');
  }
}
