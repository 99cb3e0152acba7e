package dev.sluice.wire.hls;

/**
 * What will be needed next (RFC 8216bis, section 4.4.5.3).
 *
 * @param type {@code PART} or {@code MAP}
 * @param uri where it will be
 * @param startByte first byte of it
 * @param lengthBytes −1 when it reaches to the end
 */
public record PreloadHint(String type, String uri, long startByte, long lengthBytes) {
  private static final long TO_THE_END = -1;

  /** The next part, a resource of its own. */
  public static PreloadHint part(String uri) {
    return new PreloadHint("PART", uri, 0, TO_THE_END);
  }

  static PreloadHint read(AttributeList attributes) {
    return new PreloadHint(
        attributes.requiredText("TYPE"),
        attributes.requiredQuoted("URI"),
        attributes.integer("BYTERANGE-START", 0),
        attributes.integer("BYTERANGE-LENGTH", TO_THE_END));
  }

  void write(StringBuilder out) {
    var attributes =
        new AttributeList.Writer(out.append("#EXT-X-PRELOAD-HINT:"))
            .text("TYPE", type)
            .quoted("URI", uri);
    if (startByte > 0) {
      attributes.integer("BYTERANGE-START", startByte);
    }
    if (lengthBytes >= 0) {
      attributes.integer("BYTERANGE-LENGTH", lengthBytes);
    }
    out.append('\n');
  }
}
