package dev.sluice.wire.dash;

import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A media presentation description (ISO/IEC 23009-1, section 5.3.1).
 *
 * @param id null when there is none
 * @param type whether it may change
 * @param profiles at least one
 * @param times its clocks
 * @param baseUrls of its segments
 * @param locations where later versions are to be had
 * @param services how it is meant to be played
 * @param periods in order, at least one
 * @param essential properties that a client has to understand
 * @param supplemental properties that it may ignore
 * @param utcTimings clocks to go by, the best first
 */
public record Mpd(
    @Nullable String id,
    Type type,
    List<String> profiles,
    MpdTimes times,
    List<BaseUrl> baseUrls,
    List<String> locations,
    List<ServiceDescription> services,
    List<Period> periods,
    List<Descriptor> essential,
    List<Descriptor> supplemental,
    List<Descriptor> utcTimings) {
  /** Something is not said. */
  public static final long UNSET = Long.MIN_VALUE;

  /** {@code INF} of an availability. */
  public static final long INFINITE = Long.MAX_VALUE;

  /** Characters of one description. */
  public static final int MAX_CHARACTERS = XmlReader.MAX_CHARACTERS;

  /** Elements of one description. */
  public static final int MAX_ELEMENTS = XmlReader.MAX_ELEMENTS;

  /** Elements inside one another. */
  public static final int MAX_DEPTH = XmlReader.MAX_DEPTH;

  /** Attributes of one element. */
  public static final int MAX_ATTRIBUTES = XmlReader.MAX_ATTRIBUTES;

  /** Segments in files of their own that a live stream can be cut into. */
  public static final String PROFILE_LIVE = "urn:mpeg:dash:profile:isoff-live:2011";

  /** Segments of CMAF. */
  public static final String PROFILE_CMAF = "urn:mpeg:dash:profile:cmaf:2019";

  private static final String NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";
  private static final String ROOT = "MPD";

  /** Whether a description may change. */
  public enum Type {
    /** It is all there. */
    STATIC,
    /** Segments become available as time goes. */
    DYNAMIC;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Type of(String text) {
      return switch (text) {
        case "static" -> STATIC;
        case "dynamic" -> DYNAMIC;
        default -> throw new MalformedException("neither static nor dynamic: " + text);
      };
    }
  }

  public Mpd {
    profiles = List.copyOf(profiles);
    baseUrls = List.copyOf(baseUrls);
    locations = List.copyOf(locations);
    services = List.copyOf(services);
    periods = List.copyOf(periods);
    essential = List.copyOf(essential);
    supplemental = List.copyOf(supplemental);
    utcTimings = List.copyOf(utcTimings);
  }

  /** The same, made at {@code utcNs}. */
  public Mpd published(long utcNs) {
    return new Mpd(
        id,
        type,
        profiles,
        times.published(utcNs),
        baseUrls,
        locations,
        services,
        periods,
        essential,
        supplemental,
        utcTimings);
  }

  /**
   * Reads a whole description.
   *
   * @throws MalformedException when it is none, names the line where it can
   * @throws dev.sluice.wire.UnsupportedException when a duration counts months or years
   */
  public static Mpd read(String text) {
    XmlElement root = XmlReader.read(text, NAMESPACE);
    if (!root.name().equals(ROOT)) {
      throw root.fault("expected is " + ROOT);
    }
    root.requiredString("profiles");
    Type type = root.parsed("type", Type::of);
    List<Period> periods = root.all("Period", Period::read);
    if (periods.isEmpty()) {
      throw root.fault("no Period");
    }
    return new Mpd(
        root.string("id"),
        type == null ? Type.STATIC : type,
        root.list("profiles"),
        MpdTimes.read(root),
        root.all("BaseURL", BaseUrl::read),
        root.all("Location", XmlElement::text),
        root.all("ServiceDescription", ServiceDescription::read),
        periods,
        root.all("EssentialProperty", Descriptor::read),
        root.all("SupplementalProperty", Descriptor::read),
        root.all("UTCTiming", Descriptor::read));
  }

  /**
   * Its text, in the order of the schema.
   *
   * @throws IllegalArgumentException when a text has a character that XML has not
   */
  public String write() {
    XmlWriter out = new XmlWriter();
    out.open(ROOT)
        .attribute("xmlns", NAMESPACE)
        .attribute("id", id)
        .attribute("type", type.text())
        .attribute("profiles", String.join(",", profiles));
    times.write(out);
    baseUrls.forEach(url -> url.write(out));
    locations.forEach(location -> out.element("Location", location));
    services.forEach(service -> service.write(out));
    periods.forEach(period -> period.write(out));
    essential.forEach(property -> property.write("EssentialProperty", out));
    supplemental.forEach(property -> property.write("SupplementalProperty", out));
    utcTimings.forEach(clock -> clock.write("UTCTiming", out));
    return out.close().toString();
  }
}
