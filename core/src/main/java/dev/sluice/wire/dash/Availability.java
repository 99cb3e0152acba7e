package dev.sluice.wire.dash;

import org.jspecify.annotations.Nullable;

/**
 * From when segments can be asked for (ISO/IEC 23009-1, sections 5.3.9.2.2 and 5.6.2).
 *
 * @param timeOffsetNs how long before they are complete; {@link Mpd#INFINITE} always; {@link
 *     Mpd#UNSET} when it is not said
 * @param timeComplete whether they are whole then, and not sent as they are made; null when it is
 *     not said, which means that they are
 */
public record Availability(long timeOffsetNs, @Nullable Boolean timeComplete) {
  /** Nothing is said. */
  public static final Availability UNSET = new Availability(Mpd.UNSET, null);

  /** Segments are sent as they are made, from {@code offsetNs} before their end on. */
  public static Availability inChunks(long offsetNs) {
    return new Availability(offsetNs, false);
  }

  static Availability read(XmlElement element) {
    return new Availability(
        element.seconds("availabilityTimeOffset"),
        element.parsed("availabilityTimeComplete", XmlValues::bool));
  }

  void write(XmlWriter out) {
    out.seconds("availabilityTimeOffset", timeOffsetNs)
        .attribute("availabilityTimeComplete", timeComplete);
  }
}
