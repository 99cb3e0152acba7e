package dev.sluice.wire.dash;

import org.jspecify.annotations.Nullable;

/**
 * Where relative URLs begin (ISO/IEC 23009-1, section 5.6).
 *
 * @param url relative or absolute
 * @param serviceLocation base URLs with the same one fail together; null when it is not said
 * @param availability of the segments there
 */
public record BaseUrl(String url, @Nullable String serviceLocation, Availability availability) {

  /** One of which nothing more is said. */
  public static BaseUrl of(String url) {
    return new BaseUrl(url, null, Availability.UNSET);
  }

  static BaseUrl read(XmlElement element) {
    return new BaseUrl(
        element.text(), element.string("serviceLocation"), Availability.read(element));
  }

  void write(XmlWriter out) {
    out.open("BaseURL").attribute("serviceLocation", serviceLocation);
    availability.write(out);
    out.text(url);
  }
}
