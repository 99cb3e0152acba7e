package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One encoding of a track (ISO/IEC 23009-1, section 5.3.5).
 *
 * @param id unique in its period
 * @param bandwidth bits a second at which, after minBufferTime, it never runs dry
 * @param qualityRanking the lower the better; {@link Mpd#UNSET} when it is not said
 * @param dependencyId ids of those it needs; null when there are none
 * @param media what differs from its adaptation set
 * @param baseUrls of its segments
 * @param template of its segments; null when its adaptation set has it
 */
public record Representation(
    String id,
    long bandwidth,
    long qualityRanking,
    @Nullable String dependencyId,
    MediaAttributes media,
    List<BaseUrl> baseUrls,
    @Nullable SegmentTemplate template) {
  public Representation {
    checkRange("bandwidth", bandwidth, 0, Long.MAX_VALUE);
    baseUrls = List.copyOf(baseUrls);
  }

  /** One that stands by itself. */
  public static Representation of(
      String id, long bandwidth, MediaAttributes media, @Nullable SegmentTemplate template) {
    return new Representation(id, bandwidth, Mpd.UNSET, null, media, List.of(), template);
  }

  static Representation read(XmlElement element) {
    return new Representation(
        element.requiredString("id"),
        element.requiredInteger("bandwidth", 0),
        element.integer("qualityRanking", Mpd.UNSET),
        element.string("dependencyId"),
        MediaAttributes.read(element),
        element.all("BaseURL", BaseUrl::read),
        element.only("SegmentTemplate", SegmentTemplate::read));
  }

  void write(XmlWriter out) {
    out.open("Representation")
        .attribute("id", id)
        .integer("bandwidth", bandwidth)
        .integer("qualityRanking", qualityRanking)
        .attribute("dependencyId", dependencyId);
    media.writeAttributes(out);
    media.writeElements(out);
    baseUrls.forEach(url -> url.write(out));
    if (template != null) {
      template.write(out);
    }
    out.close();
  }
}
