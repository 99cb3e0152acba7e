package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of an adaptation set, for all of it, or of a representation (ISO/IEC 23009-1,
 * section 5.3.7).
 *
 * @param profiles of the segments; none when they are the description's
 * @param mimeType {@code video/mp4}; null when it is not said
 * @param codecs as RFC 6381 writes them; null when it is not said
 * @param width pixels; 0 when it is not said
 * @param height pixels; 0 when it is not said
 * @param sar shape of a sample; null when it is not said
 * @param frameRate null when it is not said
 * @param audioSamplingRate hertz, the lower one where two are said; 0 when it is not said
 * @param startWithSap type of the access point with which segments begin, 0 to 6; negative when it
 *     is not said
 * @param scanType {@code progressive} or {@code interlaced}; null when it is not said
 * @param codingDependency whether there are pictures that need others; null when it is not said
 * @param audioChannels channel configurations, the same in several schemes
 * @param essential properties that a client has to understand
 * @param supplemental properties that it may ignore
 * @param inbandEvents that are in the segments
 * @param labels for people
 * @param producerReferenceTimes of the media
 * @param resyncs places where a client can begin
 */
public record MediaAttributes(
    List<String> profiles,
    @Nullable String mimeType,
    @Nullable String codecs,
    int width,
    int height,
    @Nullable AspectRatio sar,
    @Nullable FrameRate frameRate,
    int audioSamplingRate,
    int startWithSap,
    @Nullable String scanType,
    @Nullable Boolean codingDependency,
    List<Descriptor> audioChannels,
    List<Descriptor> essential,
    List<Descriptor> supplemental,
    List<InbandEventStream> inbandEvents,
    List<Label> labels,
    List<ProducerReferenceTime> producerReferenceTimes,
    List<Resync> resyncs) {
  /** Longest side of a picture, in pixels. */
  public static final int MAX_SIDE = 1 << 16;

  /** The type of access points is not said. */
  public static final int NO_SAP = -1;

  private static final int MAX_SAP = 6;

  /** Nothing is said. */
  public static final MediaAttributes NONE =
      new MediaAttributes(
          List.of(), null, null, 0, 0, null, null, 0, NO_SAP, null, null, List.of(), List.of(),
          List.of(), List.of(), List.of(), List.of(), List.of());

  public MediaAttributes {
    checkRange("width", width, 0, MAX_SIDE);
    checkRange("height", height, 0, MAX_SIDE);
    checkRange("startWithSap", startWithSap, NO_SAP, MAX_SAP);
    profiles = List.copyOf(profiles);
    audioChannels = List.copyOf(audioChannels);
    essential = List.copyOf(essential);
    supplemental = List.copyOf(supplemental);
    inbandEvents = List.copyOf(inbandEvents);
    labels = List.copyOf(labels);
    producerReferenceTimes = List.copyOf(producerReferenceTimes);
    resyncs = List.copyOf(resyncs);
  }

  /**
   * A text for people.
   *
   * @param language BCP 47; null when it is not said
   * @param text what they see
   */
  public record Label(@Nullable String language, String text) {

    static Label read(XmlElement element) {
      return new Label(element.string("lang"), element.text());
    }

    void write(XmlWriter out) {
      out.open("Label").attribute("lang", language).text(text);
    }
  }

  /**
   * Of a picture whose segments begin with a closed GOP.
   *
   * @param codecs as RFC 6381 writes them
   * @param width pixels
   * @param height pixels
   * @param sar null when it is not known
   * @param frameRate null when it is not known
   */
  public static MediaAttributes video(
      String codecs,
      int width,
      int height,
      @Nullable AspectRatio sar,
      @Nullable FrameRate frameRate) {
    return new MediaAttributes(
        List.of(),
        "video/mp4",
        codecs,
        width,
        height,
        sar,
        frameRate,
        0,
        1,
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /**
   * Of sound.
   *
   * @param codecs as RFC 6381 writes them
   * @param sampleRate hertz
   * @param channels their count
   */
  public static MediaAttributes audio(String codecs, int sampleRate, int channels) {
    return new MediaAttributes(
        List.of(),
        "audio/mp4",
        codecs,
        0,
        0,
        null,
        null,
        sampleRate,
        1,
        null,
        null,
        List.of(Descriptor.of(Descriptor.CHANNEL_COUNT, Integer.toString(channels))),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** The same with what only live streams have. */
  public MediaAttributes live(
      List<InbandEventStream> events, List<ProducerReferenceTime> times, List<Resync> places) {
    return new MediaAttributes(
        profiles,
        mimeType,
        codecs,
        width,
        height,
        sar,
        frameRate,
        audioSamplingRate,
        startWithSap,
        scanType,
        codingDependency,
        audioChannels,
        essential,
        supplemental,
        events,
        labels,
        times,
        places);
  }

  /** The same with another type of access points, or with {@link #NO_SAP}. */
  public MediaAttributes startsWithSap(int type) {
    return new MediaAttributes(
        profiles,
        mimeType,
        codecs,
        width,
        height,
        sar,
        frameRate,
        audioSamplingRate,
        type,
        scanType,
        codingDependency,
        audioChannels,
        essential,
        supplemental,
        inbandEvents,
        labels,
        producerReferenceTimes,
        resyncs);
  }

  /** The same with other properties. */
  public MediaAttributes properties(
      List<Descriptor> essentialOnes, List<Descriptor> supplementalOnes) {
    return new MediaAttributes(
        profiles,
        mimeType,
        codecs,
        width,
        height,
        sar,
        frameRate,
        audioSamplingRate,
        startWithSap,
        scanType,
        codingDependency,
        audioChannels,
        essentialOnes,
        supplementalOnes,
        inbandEvents,
        labels,
        producerReferenceTimes,
        resyncs);
  }

  static MediaAttributes read(XmlElement element) {
    return new MediaAttributes(
        element.list("profiles"),
        element.string("mimeType"),
        element.string("codecs"),
        element.small("width", 0, 0, MAX_SIDE),
        element.small("height", 0, 0, MAX_SIDE),
        element.parsed("sar", AspectRatio::read),
        element.parsed("frameRate", FrameRate::read),
        samplingRate(element),
        element.small("startWithSAP", NO_SAP, 0, MAX_SAP),
        element.string("scanType"),
        element.parsed("codingDependency", XmlValues::bool),
        element.all("AudioChannelConfiguration", Descriptor::read),
        element.all("EssentialProperty", Descriptor::read),
        element.all("SupplementalProperty", Descriptor::read),
        element.all("InbandEventStream", InbandEventStream::read),
        element.all("Label", Label::read),
        element.all("ProducerReferenceTime", ProducerReferenceTime::read),
        element.all("Resync", Resync::read));
  }

  /** One number, or the lowest and the highest one with a blank between them. */
  private static int samplingRate(XmlElement element) {
    Long rate =
        element.parsed(
            "audioSamplingRate",
            text -> {
              int blank = text.indexOf(' ');
              String first = blank < 0 ? text : text.substring(0, blank);
              return XmlValues.integer(first, 0, Integer.MAX_VALUE);
            });
    return rate == null ? 0 : rate.intValue();
  }

  void writeAttributes(XmlWriter out) {
    out.list("profiles", profiles)
        .attribute("mimeType", mimeType)
        .attribute("codecs", codecs)
        .integer("width", width, 0)
        .integer("height", height, 0)
        .attribute("sar", sar)
        .attribute("frameRate", frameRate)
        .integer("audioSamplingRate", audioSamplingRate, 0)
        .integer("startWithSAP", startWithSap, NO_SAP)
        .attribute("scanType", scanType)
        .attribute("codingDependency", codingDependency);
  }

  void writeElements(XmlWriter out) {
    audioChannels.forEach(channels -> channels.write("AudioChannelConfiguration", out));
    essential.forEach(property -> property.write("EssentialProperty", out));
    supplemental.forEach(property -> property.write("SupplementalProperty", out));
    inbandEvents.forEach(events -> events.write(out));
    labels.forEach(label -> label.write(out));
    producerReferenceTimes.forEach(time -> time.write(out));
    resyncs.forEach(resync -> resync.write(out));
  }
}
