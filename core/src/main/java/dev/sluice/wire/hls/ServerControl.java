package dev.sluice.wire.hls;

/**
 * What a server offers (RFC 8216bis, section 4.4.3.8).
 *
 * @param canBlockReload whether it holds requests until there is something new
 * @param canSkipUntilNs how far from the end delta updates leave out; 0 means it makes none
 * @param canSkipDateRanges whether those leave out dates, too
 * @param holdBackNs how far from the end players begin; 0 means three target durations
 * @param partHoldBackNs the same with parts; 0 means there are none
 */
public record ServerControl(
    boolean canBlockReload,
    long canSkipUntilNs,
    boolean canSkipDateRanges,
    long holdBackNs,
    long partHoldBackNs) {
  /** Nothing. */
  public static final ServerControl NONE = new ServerControl(false, 0, false, 0, 0);

  static ServerControl read(AttributeList attributes) {
    return new ServerControl(
        attributes.yes("CAN-BLOCK-RELOAD"),
        attributes.seconds("CAN-SKIP-UNTIL", 0),
        attributes.yes("CAN-SKIP-DATERANGES"),
        attributes.seconds("HOLD-BACK", 0),
        attributes.seconds("PART-HOLD-BACK", 0));
  }

  void write(StringBuilder out) {
    var attributes = new AttributeList.Writer(out.append("#EXT-X-SERVER-CONTROL:"));
    attributes.yes("CAN-BLOCK-RELOAD", canBlockReload);
    if (canSkipUntilNs > 0) {
      attributes.seconds("CAN-SKIP-UNTIL", canSkipUntilNs);
    }
    attributes.yes("CAN-SKIP-DATERANGES", canSkipDateRanges);
    if (holdBackNs > 0) {
      attributes.seconds("HOLD-BACK", holdBackNs);
    }
    if (partHoldBackNs > 0) {
      attributes.seconds("PART-HOLD-BACK", partHoldBackNs);
    }
    out.append('\n');
  }
}
