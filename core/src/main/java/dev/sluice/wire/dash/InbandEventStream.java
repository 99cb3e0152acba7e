package dev.sluice.wire.dash;

import org.jspecify.annotations.Nullable;

/**
 * Events that are in the segments, as {@code emsg} boxes (ISO/IEC 23009-1, section 5.10.3).
 *
 * @param schemeIdUri as in the boxes: {@code urn:scte:scte35:2013:bin}, {@code
 *     https://aomedia.org/emsg/ID3}
 * @param value as in the boxes; null when it is not said
 * @param timescale ticks a second; {@link Mpd#UNSET} when it is not said
 */
public record InbandEventStream(String schemeIdUri, @Nullable String value, long timescale) {

  /** One whose boxes say the timescale. */
  public static InbandEventStream of(String schemeIdUri) {
    return new InbandEventStream(schemeIdUri, null, Mpd.UNSET);
  }

  static InbandEventStream read(XmlElement element) {
    return new InbandEventStream(
        element.requiredString("schemeIdUri"),
        element.string("value"),
        element.integer("timescale", Mpd.UNSET, 1, SegmentTemplate.MAX_TIMESCALE));
  }

  void write(XmlWriter out) {
    out.open("InbandEventStream")
        .attribute("schemeIdUri", schemeIdUri)
        .attribute("value", value)
        .integer("timescale", timescale)
        .close();
  }
}
