package dev.sluice.wire.dash;

import org.jspecify.annotations.Nullable;

/**
 * A property by a scheme: a role, a channel configuration, a clock, and so on (ISO/IEC 23009-1,
 * section 5.8.2).
 *
 * @param schemeIdUri says what the value means
 * @param value null when the scheme alone says it
 * @param id descriptors of one id are equal in meaning; null when there is none
 */
public record Descriptor(String schemeIdUri, @Nullable String value, @Nullable String id) {
  /** What a track is for: {@code main}, {@code alternate}, {@code commentary}. */
  public static final String ROLE = "urn:mpeg:dash:role:2011";

  /** The value is a number of channels. */
  public static final String CHANNEL_COUNT =
      "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

  /** The value is a ChannelConfiguration of ISO/IEC 23001-8. */
  public static final String CHANNEL_CONFIGURATION = "urn:mpeg:mpegB:cicp:ChannelConfiguration";

  /** A clock; the value is where its time is fetched, as an xs:dateTime. */
  public static final String TIME_BY_HTTP = "urn:mpeg:dash:utc:http-xsdate:2014";

  /** A clock; the value is where its time is fetched, in any form of ISO 8601. */
  public static final String TIME_BY_HTTP_ISO = "urn:mpeg:dash:utc:http-iso:2014";

  /** A clock; the value is the time at which the description was sent. */
  public static final String TIME_DIRECT = "urn:mpeg:dash:utc:direct:2014";

  /** The value is the id of a period whose adaptation set of the same id goes on here. */
  public static final String PERIOD_CONTINUITY = "urn:mpeg:dash:period-continuity:2015";

  /** The value is the id of a period whose adaptation set of the same id this one can follow. */
  public static final String PERIOD_CONNECTIVITY = "urn:mpeg:dash:period-connectivity:2015";

  /** A descriptor without an id. */
  public static Descriptor of(String schemeIdUri, String value) {
    return new Descriptor(schemeIdUri, value, null);
  }

  static Descriptor read(XmlElement element) {
    return new Descriptor(
        element.requiredString("schemeIdUri"), element.string("value"), element.string("id"));
  }

  void write(String name, XmlWriter out) {
    out.open(name)
        .attribute("schemeIdUri", schemeIdUri)
        .attribute("value", value)
        .attribute("id", id)
        .close();
  }
}
