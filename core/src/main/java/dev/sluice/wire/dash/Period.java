package dev.sluice.wire.dash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the presentation in which the same encodings are there (ISO/IEC 23009-1, section
 * 5.3.2).
 *
 * @param id the same in every version of a live description; null when there is none
 * @param startNs from the start of the presentation; {@link Mpd#UNSET} where the one before ends
 * @param durationNs {@link Mpd#UNSET} up to the next one's start
 * @param baseUrls of its segments
 * @param template of all segments; null when each adaptation set has its own
 * @param adaptationSets in their order
 * @param supplemental properties that a client may ignore
 */
public record Period(
    @Nullable String id,
    long startNs,
    long durationNs,
    List<BaseUrl> baseUrls,
    @Nullable SegmentTemplate template,
    List<AdaptationSet> adaptationSets,
    List<Descriptor> supplemental) {
  public Period {
    baseUrls = List.copyOf(baseUrls);
    adaptationSets = List.copyOf(adaptationSets);
    supplemental = List.copyOf(supplemental);
  }

  /** One that lasts until the next one, or goes on. */
  public static Period of(String id, long startNs, List<AdaptationSet> adaptationSets) {
    return new Period(id, startNs, Mpd.UNSET, List.of(), null, adaptationSets, List.of());
  }

  static Period read(XmlElement element) {
    return new Period(
        element.string("id"),
        element.duration("start"),
        element.duration("duration"),
        element.all("BaseURL", BaseUrl::read),
        element.only("SegmentTemplate", SegmentTemplate::read),
        element.all("AdaptationSet", AdaptationSet::read),
        element.all("SupplementalProperty", Descriptor::read));
  }

  void write(XmlWriter out) {
    out.open("Period")
        .attribute("id", id)
        .duration("start", startNs)
        .duration("duration", durationNs);
    baseUrls.forEach(url -> url.write(out));
    if (template != null) {
      template.write(out);
    }
    adaptationSets.forEach(set -> set.write(out));
    supplemental.forEach(property -> property.write("SupplementalProperty", out));
    out.close();
  }
}
