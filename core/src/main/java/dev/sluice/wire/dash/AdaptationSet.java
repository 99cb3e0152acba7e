package dev.sluice.wire.dash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodings of one content between which a client may switch (ISO/IEC 23009-1, section 5.3.3).
 *
 * @param id unique in its period, the same where it goes on in the next one; {@link Mpd#UNSET} when
 *     there is none
 * @param contentType {@code video}, {@code audio}, {@code text}; null when it is not said
 * @param lang BCP 47; null when it is not said
 * @param par shape of the picture; null when it is not said
 * @param bounds of its representations
 * @param segmentAlignment whether segments of all begin at the same times
 * @param bitstreamSwitching whether segments of all make one stream; null when it is not said
 * @param media what all have in common
 * @param accessibility by schemes
 * @param roles by schemes
 * @param viewpoints by schemes
 * @param baseUrls of its segments
 * @param template of the segments of all; null when each has its own
 * @param representations at least one, but where it says elsewhere what it is
 */
public record AdaptationSet(
    long id,
    @Nullable String contentType,
    @Nullable String lang,
    @Nullable AspectRatio par,
    Bounds bounds,
    boolean segmentAlignment,
    @Nullable Boolean bitstreamSwitching,
    MediaAttributes media,
    List<Descriptor> accessibility,
    List<Descriptor> roles,
    List<Descriptor> viewpoints,
    List<BaseUrl> baseUrls,
    @Nullable SegmentTemplate template,
    List<Representation> representations) {
  public AdaptationSet {
    accessibility = List.copyOf(accessibility);
    roles = List.copyOf(roles);
    viewpoints = List.copyOf(viewpoints);
    baseUrls = List.copyOf(baseUrls);
    representations = List.copyOf(representations);
  }

  /** Aligned encodings of a content in a role. */
  public static AdaptationSet of(
      long id,
      String contentType,
      @Nullable String lang,
      String role,
      MediaAttributes media,
      @Nullable SegmentTemplate template,
      List<Representation> representations) {
    return new AdaptationSet(
        id,
        contentType,
        lang,
        null,
        Bounds.NONE,
        true,
        null,
        media,
        List.of(),
        List.of(Descriptor.of(Descriptor.ROLE, role)),
        List.of(),
        List.of(),
        template,
        representations);
  }

  /**
   * Least and most of the representations; {@link Mpd#UNSET} or null where it is not said.
   *
   * @param minBandwidth bits a second
   * @param maxBandwidth bits a second
   * @param minWidth pixels
   * @param maxWidth pixels
   * @param minHeight pixels
   * @param maxHeight pixels
   * @param minFrameRate pictures a second
   * @param maxFrameRate pictures a second
   */
  public record Bounds(
      long minBandwidth,
      long maxBandwidth,
      long minWidth,
      long maxWidth,
      long minHeight,
      long maxHeight,
      @Nullable FrameRate minFrameRate,
      @Nullable FrameRate maxFrameRate) {
    /** Nothing is said. */
    public static final Bounds NONE =
        new Bounds(Mpd.UNSET, Mpd.UNSET, Mpd.UNSET, Mpd.UNSET, Mpd.UNSET, Mpd.UNSET, null, null);

    /** Pictures are not larger. */
    public static Bounds upTo(int width, int height, @Nullable FrameRate frameRate) {
      return new Bounds(Mpd.UNSET, Mpd.UNSET, Mpd.UNSET, width, Mpd.UNSET, height, null, frameRate);
    }

    static Bounds read(XmlElement element) {
      return new Bounds(
          element.integer("minBandwidth", Mpd.UNSET),
          element.integer("maxBandwidth", Mpd.UNSET),
          element.integer("minWidth", Mpd.UNSET),
          element.integer("maxWidth", Mpd.UNSET),
          element.integer("minHeight", Mpd.UNSET),
          element.integer("maxHeight", Mpd.UNSET),
          element.parsed("minFrameRate", FrameRate::read),
          element.parsed("maxFrameRate", FrameRate::read));
    }

    void write(XmlWriter out) {
      out.integer("minBandwidth", minBandwidth)
          .integer("maxBandwidth", maxBandwidth)
          .integer("minWidth", minWidth)
          .integer("maxWidth", maxWidth)
          .integer("minHeight", minHeight)
          .integer("maxHeight", maxHeight)
          .attribute("minFrameRate", minFrameRate)
          .attribute("maxFrameRate", maxFrameRate);
    }
  }

  static AdaptationSet read(XmlElement element) {
    return new AdaptationSet(
        element.integer("id", Mpd.UNSET),
        element.string("contentType"),
        element.string("lang"),
        element.parsed("par", AspectRatio::read),
        Bounds.read(element),
        isAligned(element.string("segmentAlignment")),
        element.parsed("bitstreamSwitching", XmlValues::bool),
        MediaAttributes.read(element),
        element.all("Accessibility", Descriptor::read),
        element.all("Role", Descriptor::read),
        element.all("Viewpoint", Descriptor::read),
        element.all("BaseURL", BaseUrl::read),
        element.only("SegmentTemplate", SegmentTemplate::read),
        element.all("Representation", Representation::read));
  }

  /** Until the fourth edition a number was allowed: sets of one number were aligned, too. */
  private static boolean isAligned(@Nullable String text) {
    return text != null && !text.equals("false") && !text.equals("0");
  }

  void write(XmlWriter out) {
    out.open("AdaptationSet")
        .integer("id", id)
        .attribute("contentType", contentType)
        .attribute("lang", lang)
        .attribute("par", par);
    bounds.write(out);
    out.yes("segmentAlignment", segmentAlignment)
        .attribute("bitstreamSwitching", bitstreamSwitching);
    media.writeAttributes(out);
    media.writeElements(out);
    accessibility.forEach(descriptor -> descriptor.write("Accessibility", out));
    roles.forEach(descriptor -> descriptor.write("Role", out));
    viewpoints.forEach(descriptor -> descriptor.write("Viewpoint", out));
    baseUrls.forEach(url -> url.write(out));
    if (template != null) {
      template.write(out);
    }
    representations.forEach(representation -> representation.write(out));
    out.close();
  }
}
