package dev.sluice.wire.dash;

/**
 * Places inside segments at which a client can begin (ISO/IEC 23009-1, section 5.3.12).
 *
 * @param type of the access point, 0 to 3, as of ISO/IEC 14496-12; 0 promises none
 * @param mostTicks between two of them, in ticks; {@link Mpd#UNSET} when it is not said
 * @param leastRatio least distance as a share of it; negative when it is not said
 * @param marker whether each has a box in front that can be found
 */
public record Resync(int type, long mostTicks, double leastRatio, boolean marker) {
  /** The least distance is not said. */
  public static final double NO_RATIO = -1;

  static Resync read(XmlElement element) {
    Double least = element.parsed("dImin", XmlValues::decimal);
    return new Resync(
        element.small("type", 0, 0, 3),
        element.integer("dT", Mpd.UNSET),
        least == null ? NO_RATIO : least,
        element.yes("marker"));
  }

  void write(XmlWriter out) {
    out.open("Resync")
        .integer("type", type, 0)
        .integer("dT", mostTicks)
        .attribute("dImin", leastRatio < 0 ? null : Double.toString(leastRatio))
        .yes("marker", marker)
        .close();
  }
}
