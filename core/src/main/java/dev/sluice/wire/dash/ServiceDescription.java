package dev.sluice.wire.dash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a service is meant to be played (ISO/IEC 23009-1, annex K).
 *
 * @param id {@link Mpd#UNSET} when there is none
 * @param scopes clients that it is for; none means all
 * @param latency null when nothing is said
 * @param playbackRate null when nothing is said
 */
public record ServiceDescription(
    long id,
    List<Descriptor> scopes,
    @Nullable Latency latency,
    @Nullable PlaybackRate playbackRate) {
  public ServiceDescription {
    scopes = List.copyOf(scopes);
  }

  /**
   * Between a moment's production and its presentation.
   *
   * @param referenceId of the {@link ProducerReferenceTime} that it counts from; {@link Mpd#UNSET}
   *     when it is not said
   * @param targetMs what a client should hold; {@link Mpd#UNSET} when it is not said
   * @param maxMs {@link Mpd#UNSET} when it is not said
   * @param minMs {@link Mpd#UNSET} when it is not said
   */
  public record Latency(long referenceId, long targetMs, long maxMs, long minMs) {

    static Latency read(XmlElement element) {
      return new Latency(
          element.integer("referenceId", Mpd.UNSET),
          element.integer("target", Mpd.UNSET),
          element.integer("max", Mpd.UNSET),
          element.integer("min", Mpd.UNSET));
    }

    void write(XmlWriter out) {
      out.open("Latency")
          .integer("referenceId", referenceId)
          .integer("target", targetMs)
          .integer("max", maxMs)
          .integer("min", minMs)
          .close();
    }
  }

  /**
   * Speeds by which a client may catch up or fall back.
   *
   * @param max 1 is the natural speed; negative when it is not said
   * @param min negative when it is not said
   */
  public record PlaybackRate(double max, double min) {
    /** It is not said. */
    public static final double UNSET = -1;

    static PlaybackRate read(XmlElement element) {
      Double max = element.parsed("max", XmlValues::decimal);
      Double min = element.parsed("min", XmlValues::decimal);
      return new PlaybackRate(max == null ? UNSET : max, min == null ? UNSET : min);
    }

    void write(XmlWriter out) {
      out.open("PlaybackRate")
          .attribute("max", max < 0 ? null : Double.toString(max))
          .attribute("min", min < 0 ? null : Double.toString(min))
          .close();
    }
  }

  static ServiceDescription read(XmlElement element) {
    return new ServiceDescription(
        element.integer("id", Mpd.UNSET),
        element.all("Scope", Descriptor::read),
        element.only("Latency", Latency::read),
        element.only("PlaybackRate", PlaybackRate::read));
  }

  void write(XmlWriter out) {
    out.open("ServiceDescription").integer("id", id);
    scopes.forEach(scope -> scope.write("Scope", out));
    if (latency != null) {
      latency.write(out);
    }
    if (playbackRate != null) {
      playbackRate.write(out);
    }
    out.close();
  }
}
