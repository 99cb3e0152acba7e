package dev.sluice.wire.hls;

import static dev.sluice.wire.Checks.checkRange;

/**
 * A piece of a resource (RFC 8216bis, section 4.4.4.2).
 *
 * @param lengthBytes at least 0
 * @param offset first byte; {@link #FOLLOWS} where the piece before ends
 */
public record ByteRange(long lengthBytes, long offset) {
  /** The offset is not written: the piece begins where the one before, of the same URI, ends. */
  public static final long FOLLOWS = -1;

  public ByteRange {
    checkRange("lengthBytes", lengthBytes, 0, Long.MAX_VALUE);
    checkRange("offset", offset, FOLLOWS, Long.MAX_VALUE);
  }

  static ByteRange read(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      return new ByteRange(Decimals.integer("length of a byte range", text), FOLLOWS);
    }
    return new ByteRange(
        Decimals.integer("length of a byte range", text.substring(0, at)),
        Decimals.integer("offset of a byte range", text.substring(at + 1)));
  }

  /** Its text. */
  @Override
  public String toString() {
    return offset == FOLLOWS ? Long.toString(lengthBytes) : lengthBytes + "@" + offset;
  }
}
