package dev.sluice.wire.hls;

import dev.sluice.wire.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A set of renditions that is played together (RFC 8216bis, section 4.4.6.2).
 *
 * @param uri of its media playlist
 * @param bandwidth most bits a second of any segment, with its renditions
 * @param averageBandwidth bits a second; 0 when it is not said
 * @param codecs as RFC 6381 writes them; null when it is not said
 * @param width pixels; 0 when it is not said
 * @param height pixels; 0 when it is not said
 * @param frameRateMilli pictures in 1,000 s; 0 when it is not said
 * @param videoRange {@code SDR}, {@code HLG} or {@code PQ}; null when it is not said
 * @param audioGroup renditions of sound; null when there are none
 * @param closedCaptions a group of them, or {@link #NO_CAPTIONS}; null when it is not said
 */
public record Variant(
    String uri,
    long bandwidth,
    long averageBandwidth,
    @Nullable String codecs,
    int width,
    int height,
    long frameRateMilli,
    @Nullable String videoRange,
    @Nullable String audioGroup,
    @Nullable String closedCaptions) {
  /** There are none in any segment. */
  public static final String NO_CAPTIONS = "NONE";

  private static final int MAX_SIDE = 1 << 16;
  private static final long NS_PER_MILLI = 1_000_000L;

  static Variant read(AttributeList attributes, String uri) {
    attributes.requiredText("BANDWIDTH");
    String resolution = attributes.text("RESOLUTION");
    int by = resolution == null ? -1 : resolution.indexOf('x');
    if (resolution != null && by < 0) {
      throw new MalformedException("RESOLUTION is " + resolution);
    }
    String captions = attributes.text("CLOSED-CAPTIONS");
    return new Variant(
        uri,
        attributes.integer("BANDWIDTH", 0),
        attributes.integer("AVERAGE-BANDWIDTH", 0),
        attributes.quoted("CODECS"),
        resolution == null ? 0 : side(resolution.substring(0, by)),
        resolution == null ? 0 : side(resolution.substring(by + 1)),
        attributes.seconds("FRAME-RATE", 0) / NS_PER_MILLI,
        attributes.text("VIDEO-RANGE"),
        attributes.quoted("AUDIO"),
        captions == null || captions.equals(NO_CAPTIONS)
            ? captions
            : attributes.quoted("CLOSED-CAPTIONS"));
  }

  private static int side(String text) {
    long side = Decimals.integer("RESOLUTION", text);
    if (side > MAX_SIDE) {
      throw new MalformedException("RESOLUTION has a side of " + side);
    }
    return (int) side;
  }

  void write(StringBuilder out) {
    var attributes =
        new AttributeList.Writer(out.append("#EXT-X-STREAM-INF:")).integer("BANDWIDTH", bandwidth);
    if (averageBandwidth > 0) {
      attributes.integer("AVERAGE-BANDWIDTH", averageBandwidth);
    }
    attributes.quoted("CODECS", codecs);
    if (width > 0 && height > 0) {
      attributes.text("RESOLUTION", width + "x" + height);
    }
    if (frameRateMilli > 0) {
      attributes.text(
          "FRAME-RATE", "%d.%03d".formatted(frameRateMilli / 1_000, frameRateMilli % 1_000));
    }
    attributes.text("VIDEO-RANGE", videoRange).quoted("AUDIO", audioGroup);
    if (NO_CAPTIONS.equals(closedCaptions)) {
      attributes.text("CLOSED-CAPTIONS", closedCaptions);
    } else {
      attributes.quoted("CLOSED-CAPTIONS", closedCaptions);
    }
    out.append('\n').append(uri).append('\n');
  }
}
